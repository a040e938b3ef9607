from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.conversations.models import Line, OutboxState
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import sender
from crm_app.outbox.sending import Claimed
from crm_app.settings import settings
from tests.texting import Gateway, queue_cold, row

pytestmark = pytest.mark.usefixtures("tuesday")


def test_all_that_is_due_leaves_once(session: Session) -> None:
    queued = queue_cold(session, 12)
    gateway = Gateway()

    assert sender.send_due(gateway.send) == 12
    assert sender.send_due(gateway.send) == 0

    assert [body for _, body in gateway.asked] == [row(session, one).body for one in queued]


def test_a_refused_account_ends_the_run_after_one_call(session: Session) -> None:
    queued = queue_cold(session, 3)
    gateway = Gateway(ProviderError("no credits", Kind.STOPPED))

    assert sender.send_due(gateway.send) == 1

    assert session.get_one(Line, settings().own_number).stopped_since
    assert {row(session, one).state for one in queued} == {OutboxState.WAITING}


def test_one_bad_recipient_does_not_hold_up_the_others(session: Session) -> None:
    queued = queue_cold(session, 3)

    sender.send_due(Gateway(ProviderError("no such number", Kind.REFUSED)).send)

    assert [row(session, one).state for one in queued] == [
        OutboxState.FAILED,
        OutboxState.SENT,
        OutboxState.SENT,
    ]


def test_a_sender_that_slept_through_its_lease_does_not_call(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = queue_cold(session)[0]
    gateway = Gateway()
    claim = sender.claim_next

    def late(session: Session) -> object:
        found = claim(session)
        if isinstance(found, Claimed):
            wall = clock.wall() + timedelta(minutes=1)
            monkeypatch.setattr(sender.clock, "wall", lambda: wall)
        return found

    monkeypatch.setattr(sender, "claim_next", late)
    assert sender.send_due(gateway.send) == 1

    assert gateway.asked == []
    assert row(session, only).state is OutboxState.WAITING
