"""The import screens' states: the wiring, with the guard played by a fixed person."""

import pytest
from sqlmodel import Session, col, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Attestation
from crm_app.imports import page, state
from tests.imports.files import SAMPLE, apply, take_in
from tests.make import make_user
from tests.states import be, open_state, run


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    session.commit()

    be(monkeypatch, state, person)
    return person


def test_past_imports_are_listed(session: Session) -> None:
    apply(session, SAMPLE)
    shown = open_state(state.ImportsState, "/imports")

    take_in(session, SAMPLE)
    run(shown.load())

    assert [row.state for row in shown.rows] == ["Uploaded", "Applied"]


def test_an_import_shows_its_result(session: Session) -> None:
    import_id = apply(session, SAMPLE)["import_id"]
    shown = open_state(state.ImportState, f"/imports/{import_id}")

    run(shown.load())

    assert (shown.shown.state, len(shown.shown.notes)) == ("Applied", 5)


def test_the_tick_is_recorded_once_with_who_and_when(session: Session, owner: Person) -> None:
    import_id = apply(session, SAMPLE)["import_id"]
    shown = open_state(state.ImportState, f"/imports/{import_id}")
    run(shown.load())

    assert run(shown.attest(False)) is None
    run(shown.attest(True))
    assert run(shown.attest(True)) is None

    attested = session.exec(select(Attestation).order_by(col(Attestation.id))).one()
    assert (attested.user_id, attested.sentence) == (owner.id, state.LABELS["sentence"])
    assert shown.shown.attested.startswith("Attested by Olivia, ")


def test_the_pages_can_be_drawn(session: Session) -> None:
    assert page.imports_page().render()
    assert page.import_page().render()
