"""The card of other names: it reads those of its address, and settles one."""

from typing import Any

import pytest
from sqlmodel import Session

from crm_app.auth.models import Role
from crm_app.errors import ForbiddenError
from crm_app.people import actions, state
from tests.make import make_contact
from tests.states import be, open_state, run
from tests.texting import PAT, olivia


def test_names_of_one_contact_or_of_all_are_shown_and_settled(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = make_contact(session, name="Pat Example")
    said: dict[str, Any] = {"id": "1", "firstName": "Trish", "phoneNumbers": [PAT]}
    actions.note_contact(session, said)
    session.commit()
    be(monkeypatch, state, olivia(session, Role.OFFICE))
    shown = open_state(state.NamesState, f"/contacts/{contact.id}")
    everybody = open_state(state.NamesState, "/admin/reconciliation")
    for one in (shown, everybody):
        run(one.load())
        assert ([line.detail for line in one.rows], one.total) == (["Trish"], 1)

    run(shown.settle(PAT, "Trish", False))

    run(shown.load())
    assert (shown.rows, shown.total) == ([], 0)
    be(monkeypatch, state, olivia(session, Role.TECHNICIAN))
    with pytest.raises(ForbiddenError):
        run(shown.settle(PAT, "Trish", True))
