"""What OpenPhone answers by itself is nobody's answer, whichever of the two comes first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlmodel import Session

from crm_app.calls.actions import CallTold, note_call
from crm_app.compliance.facts import Purpose
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import Direction, MessageStatus
from crm_app.conversations.optout import opt_out
from crm_app.conversations.threads import note_status, receive_text
from crm_app.dashboard.rules import follow_rules
from crm_app.outbox.outcomes import Receipt, record
from crm_app.settings import settings
from tests.dashboard.test_queries import numbers
from tests.dashboard.test_rules import todos
from tests.texting import (
    PAT,
    TUESDAY,
    at_full_speed,
    claimed,
    incoming,
    olivia,
    set_clock,
    status,
    thread_of,
)

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
CALL: dict[str, Any] = {"is_missed": True, "ended_at": TUESDAY + 20 * SECOND}
Step = Callable[[Session], object]


def call(**told: Any) -> Step:
    said = {"direction": Direction.IN, **told}
    return lambda s: note_call(s, CallTold("CA1", TUESDAY, settings().own_number, PAT, **said))


def wrote(seconds: int = 0) -> Step:
    said = replace(incoming("Water comes in"), provider_id="ACin", at=TUESDAY + seconds * SECOND)
    return lambda s: receive_text(s, said)


def app(seconds: int, body: str = "Sorry we missed you") -> Step:
    """A text that no row of ours asked for."""
    told = status(f"ACapp{seconds}", MessageStatus.DELIVERED, body=body)
    return lambda s: note_status(s, replace(told, at=TUESDAY + seconds * SECOND))


CASES: dict[str, tuple[list[Step], str, list[str], str]] = {
    # what is told, the last word, the to-dos then, "Replies waiting" and "Missed calls"
    "after a missed call": ([call(**CALL), app(21)], "Missed call", ["missed"], "11"),
    "while it is not over": (
        [call(), call(is_missed=True), app(25)], "Missed call", ["missed"], "11"),
    "after a voicemail": (
        [call(**CALL, voicemail={"seconds": 9}), app(29)], "Voicemail, 9 s", ["voicemail"], "11"),
    "after a text": ([wrote(), app(3)], "Water comes in", ["unanswered"], "10"),
    "after a text that follows a call": (
        [call(**CALL), wrote(40), app(43)], "Water comes in", ["missed"], "11"),
    "to both": ([call(**CALL), app(21), wrote(40), app(43)], "Water comes in", ["missed"], "11"),
    "but a person answered the text": ([wrote(), app(3), app(60, "Here")], "Here", [], "00"),
    "but a person answered the call": ([call(**CALL), app(21), app(60, "Here")], "Here", [], "00"),
    "but we spoke": (
        [call(answered_at=TUESDAY, ended_at=CALL["ended_at"]), app(22, "Bye")], "Bye", [], "00"),
}  # fmt: skip


@pytest.mark.parametrize(("told", "last", "wanted", "figures"), CASES.values(), ids=CASES)
def test_it_leaves_the_thread_unread_unanswered_and_to_be_done(
    session: Session, told: list[Step], last: str, wanted: list[str], figures: str
) -> None:
    set_clock(session, TUESDAY + 5 * HOUR)
    me = olivia(session)
    for order in permutations(told):
        with session.begin_nested() as undo:
            for step in order:
                step(session)
            follow_rules(session)
            thread, count = thread_of(session), numbers(session, me)
            waits = [bool(wanted)] * 2
            assert [thread.is_unread, thread.is_unanswered] == waits
            assert (thread.last_text, thread.is_in_inbox) == (last, True)
            assert count["replies"] + count["calls"] == figures
            assert todos(session)[:1] == [(rule, True) for rule in wanted]  # a call's is first
            undo.rollback()
        session.expire_all()


@pytest.mark.parametrize("overtakes", [False, True])
def test_a_persons_reply_here_is_one_however_fast_it_is(session: Session, overtakes: bool) -> None:
    set_clock(session, TUESDAY)
    wrote()(session)
    queue_text(session, PAT, "Yes", Purpose.REPLY, olivia(session).id)
    at_full_speed(session)
    sending = claimed(session)
    told: datetime = TUESDAY + 5 * SECOND
    news = replace(status("AC1", MessageStatus.DELIVERED, body="Yes"), at=told, error="")
    steps: list[Step] = [
        lambda s: record(s, sending, Receipt("AC1", MessageStatus.SENT, told)),
        lambda s: note_status(s, news),
    ]
    for step in reversed(steps) if overtakes else steps:
        step(session)

    thread = thread_of(session)
    assert (thread.is_unanswered, thread.last_text) == (False, "Yes")


def test_after_a_stop_nobody_has_to_answer(session: Session) -> None:
    set_clock(session, TUESDAY)
    opt_out(session, PAT, source="text", because="STOP", at=TUESDAY)
    for order in permutations([wrote(), app(1, "You have been unsubscribed")]):
        with session.begin_nested() as undo:
            for step in order:
                step(session)
            thread = thread_of(session)
            assert (thread.is_unread, thread.is_unanswered) == (True, False)
            undo.rollback()
        session.expire_all()
