"""Texts that come in another order than they were written: what counts is when they were."""

import itertools
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import queue
from crm_app.compliance.queries import suppression_of
from crm_app.openphone.tasks import apply_due
from tests.openphone.conftest import Deliver
from tests.openphone.test_payloads import OURS, dated
from tests.texting import TUESDAY, numbers, set_clock, thread_of


@pytest.fixture(autouse=True)
def _quiet_tuesday(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    set_clock(session, TUESDAY)


def said(e164: str, words: list[str]) -> list[dict[str, Any]]:
    """Texts of one person, a minute apart."""
    found = []
    for n, body in enumerate(words):
        event = dated(id=f"AC{n}{e164}", text=body, createdAt=f"2026-06-09T13:{n:02}:00Z")
        event["data"]["context"]["senderIdentifier"] = e164
        found.append(event)
    return found


@pytest.mark.parametrize(
    ("words", "is_stopped", "is_unanswered", "is_frozen"),
    [
        (["STOP", "START"], False, True, False),
        (["STOP", "START", "STOP"], True, False, False),
        (["Is Tuesday good?", "STOP"], True, False, False),
        (["STOP", "Is my quote ready?"], True, True, False),
        (["Hello", "STOP", "My basement leaks"], True, True, False),
        (["Who gave you my number?", "STOP"], True, False, False),
    ],
)
def test_the_order_of_arrival_does_not_matter(
    session: Session, deliver: Deliver, words: list[str], is_stopped: bool, is_unanswered: bool,
    is_frozen: bool,
) -> None:  # fmt: skip
    people = iter(numbers(20))
    for places in itertools.permutations(range(len(words))):
        for pauses in (False, True):  # whether each is applied before the next comes
            e164 = next(people)
            events = said(e164, words)
            for place in places:
                assert deliver(events[place]) == 200
                if pauses:
                    apply_due()
            apply_due()
            came = ([words[place] for place in places], pauses)
            assert bool(suppression_of(session, e164)) is is_stopped, came
            assert thread_of(session, e164).is_unanswered is is_unanswered, came
            frozen = text("select from frozen where settled_at is null and e164 = :e164")
            assert bool(session.execute(frozen, {"e164": e164}).first()) is is_frozen, came


def test_a_text_that_staff_answered_before_it_came_is_read(
    session: Session, deliver: Deliver
) -> None:
    (asked,) = said(numbers(1)[0], ["Is Tuesday good?"])
    answer = dated(id="ACours", text="Yes", direction="outgoing", createdAt="2026-06-09T13:05:00Z")
    answer["type"], context = "message.delivered", answer["data"]["context"]
    context["senderIdentifier"], context["recipientIdentifiers"] = OURS, [numbers(1)[0]]
    for event in (answer, asked):
        assert deliver(event) == 200
        apply_due()
    thread = thread_of(session, numbers(1)[0])
    assert (thread.is_unread, thread.is_unanswered, thread.last_text) == (False, False, "Yes")
