"""Writing in a thread: by day at once, at night after the question."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.conversations.models import Conversation, Outbox
from crm_app.errors import CrmError
from crm_app.inbox.writing import LATER, NOW, write
from crm_app.sandbox.clocks import lead_to
from tests.inbox.rows import make_thread
from tests.make import make_user

BOSTON = ZoneInfo("America/New_York")


@pytest.fixture
def owner(session: Session) -> Person:
    user = make_user(session)
    return Person(user.id, user.name, Role.OWNER)


def thread_at(session: Session, hour: int) -> Conversation:
    """Return a thread with somebody who just wrote, at `hour` of a Sunday in Boston."""
    lead_to(session, datetime(2026, 3, 1, hour, tzinfo=BOSTON))
    return make_thread(session, last_inbound_at=clock.now(session))


def queued(session: Session) -> list[Outbox]:
    return list(session.exec(select(Outbox)).all())


def test_by_day_a_reply_is_queued_at_once(session: Session, owner: Person) -> None:
    thread = thread_at(session, 12)

    assert write(session, thread.id, "On my way", owner) == ""

    row = queued(session)[0]
    assert (row.body, row.user_id) == ("On my way", owner.id)
    assert row.not_before <= clock.now(session)


def test_at_night_nothing_is_queued_before_the_question_is_answered(
    session: Session, owner: Person
) -> None:
    thread = thread_at(session, 22)

    assert "now, or at 8" in write(session, thread.id, "On my way", owner)
    assert queued(session) == []

    assert write(session, thread.id, "On my way", owner, NOW) == ""
    assert queued(session)[0].not_before <= clock.now(session)


def test_for_the_morning_a_text_waits_until_8_on_their_clock(
    session: Session, owner: Person
) -> None:
    thread = thread_at(session, 22)

    write(session, thread.id, "On my way", owner, LATER)

    assert queued(session)[0].not_before == datetime(2026, 3, 2, 8, tzinfo=BOSTON)


def test_empty_text_is_refused_at_any_hour(session: Session, owner: Person) -> None:
    thread = thread_at(session, 22)

    with pytest.raises(CrmError, match="Write a text first"):
        write(session, thread.id, "  ", owner)
