"""Texts and calls of one person in any order leave their thread as if told in order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlmodel import Session

from crm_app.calls.actions import CallTold, note_call
from crm_app.conversations.models import Direction, MessageStatus
from crm_app.conversations.threads import note_status, receive_text
from crm_app.settings import settings
from tests.texting import PAT, TUESDAY, incoming, set_clock, status, thread_of

MINUTE = timedelta(minutes=1)
PHOTO = [{"url": "https://f.example/a.jpg", "type": "image/jpeg"}]
Step = Callable[[Session, int], object]


def theirs(session: Session, n: int) -> None:
    receive_text(session, replace(incoming(f"Hello {n}"), provider_id=f"AC{n}", at=at(n)))


def by_app(session: Session, n: int) -> None:
    told = status(f"AC{n}", MessageStatus.DELIVERED, body=f"Yes {n}")
    note_status(session, replace(told, at=at(n)))


def missed(session: Session, n: int) -> None:
    _call(session, n, Direction.IN, is_answered=False)


def spoken(session: Session, n: int) -> None:
    _call(session, n, Direction.IN, is_answered=True)


def in_vain(session: Session, n: int) -> None:
    _call(session, n, Direction.OUT, is_answered=False)


def forwarded(session: Session, n: int) -> None:
    """As A's events end, and as only C's tell: it looks missed in between."""
    missed(session, n)
    told = CallTold(f"AC{n}", at(n), settings().own_number, PAT, forwarded_to="+16175550198")
    note_call(session, told)


def _call(session: Session, n: int, way: Direction, *, is_answered: bool) -> None:
    told = CallTold(f"AC{n}", at(n), settings().own_number, PAT, way, ended_at=at(n) + MINUTE / 2)
    note_call(session, replace(told, answered_at=at(n) if is_answered else None))


def at(n: int) -> datetime:
    return TUESDAY + n * 5 * MINUTE


def left(session: Session, told: list[tuple[int, Step]]) -> tuple[bool, bool, str]:
    """What stands in the thread after these, and nothing of it stays."""
    with session.begin_nested() as undo:
        for n, step in told:
            step(session, n)
        thread = thread_of(session)
        found = (thread.is_unread, thread.is_unanswered, thread.last_text)
        undo.rollback()
    session.expire_all()
    return found


@pytest.mark.parametrize(
    ("steps", "is_unread", "is_unanswered"),
    [
        ([missed, spoken], True, False),
        ([missed, in_vain], True, True),
        ([theirs, in_vain], True, True),
        ([theirs, by_app, in_vain], False, False),
        ([theirs, by_app, spoken], False, False),
        ([by_app, missed, in_vain, spoken], True, False),
        ([theirs, by_app, missed, in_vain], True, True),
        ([missed, by_app, theirs, spoken], True, False),
        ([theirs, forwarded], True, True),
        ([theirs, by_app, forwarded, in_vain], False, False),
        ([missed, forwarded, spoken], True, False),
    ],
)
def test_the_marks_are_those_of_the_order(
    session: Session, steps: list[Step], is_unread: bool, is_unanswered: bool
) -> None:
    set_clock(session, TUESDAY + 60 * MINUTE)
    told = list(enumerate(steps))
    wanted = left(session, told)
    assert wanted[:2] == (is_unread, is_unanswered)
    for order in permutations(told):
        assert left(session, list(order)) == wanted, [n for n, _ in order]


def test_a_photo_that_only_the_list_tells_of_is_the_last_word(session: Session) -> None:
    set_clock(session, TUESDAY)
    said = replace(incoming(""), provider_id="AC1", at=TUESDAY - MINUTE)
    receive_text(session, said)
    assert thread_of(session).last_text == ""
    receive_text(session, replace(said, media=PHOTO))
    assert thread_of(session).last_text == "Photo"
