"""The state of /admin/webhooks: a failed delivery is looked at, replayed and has its effect."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, queue
from crm_app.admin import webhooks_state
from crm_app.errors import CrmError
from crm_app.openphone import tasks
from crm_app.webhooks import actions
from crm_app.webhooks.models import Delivery, DeliveryState
from tests.openphone.test_payloads import dated
from tests.states import open_state, run


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)


def broken(session: Session) -> None:
    """A delivery that could not be applied, six times."""
    body = json.dumps(dated(text="Water in the cellar"))
    told: Any = {"provider": "openphone", "kind": "message.received", "body": body}
    session.add(Delivery(delivery_id="1", received_at=clock.wall(), attempts=6,
                         state=DeliveryState.FAILED, error="KeyError", **told))  # fmt: skip
    session.commit()


def test_failed_one_is_looked_at_and_replayed(session: Session) -> None:
    broken(session)
    shown = open_state(webhooks_state.WebhooksState, "/admin/webhooks")
    run(shown.load())
    (row,) = shown.rows
    run(shown.look(row.id))
    assert "Water in the cellar" in shown.shown.body

    run(shown.replay(0))

    assert shown.rows == []
    assert tasks.apply_due() == 1
    run(shown.choose("all"))
    assert [one.badge for one in shown.rows] == ["applied"]
    run(shown.replay_since({"since": "2020-01-01T09:00"}))
    assert tasks.apply_due() == 1, "a delivery counts once, however often it is applied"
    assert session.execute(text("select count(*) from message")).scalar_one() == 1
    with pytest.raises(CrmError, match="since when"):
        run(shown.replay_since({"since": "soon"}))


def test_lists_are_leafed_and_refused_ones_cannot_be_replayed(session: Session) -> None:
    for n in range(60):
        actions.refuse(session, "openphone", "too old", b"%d" % n, clock.wall())
    session.commit()
    shown = open_state(webhooks_state.WebhooksState, "/admin/webhooks")
    run(shown.choose("refused"))
    assert (len(shown.rows), shown.is_oldest) == (50, False)
    run(shown.older())
    assert (len(shown.rows), shown.is_oldest) == (10, True)
    run(shown.look(shown.rows[0].id))
    assert (shown.shown.body, shown.shown.may_replay) == ("9", False)
    assert shown.reasons[0][0] == "too old"
