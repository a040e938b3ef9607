"""When a health check failed, an hour is busy, a figure out of bounds: tables of cases."""

from datetime import timedelta
from typing import Any

import pytest

from crm_app.compliance.facts import Purpose
from crm_app.conversations.models import Direction, MessageStatus, Outbox, OutboxState
from crm_app.conversations.threads import Said
from crm_app.monitor.models import HealthCheck
from crm_app.monitor.rules import Hour, is_busy, is_check, problems, verdict
from crm_app.settings import SANDBOX_MONITOR, SANDBOX_NUMBER, settings
from tests.texting import PAT, TUESDAY

S = OutboxState
SECOND = timedelta(seconds=1)
ROW: dict[str, Any] = {
    "own_number": SANDBOX_MONITOR, "e164": SANDBOX_NUMBER, "priority": 0, "body": "Hi",
    "not_before": TUESDAY, "created_at": TUESDAY, "purpose": Purpose.MONITOR,
}  # fmt: skip
OFF = ("void", "nobody was there in time to see it arrive: the worker was off")
IDLE = ("void", "the text did not leave in time: the worker was off, or the line stopped")


def told(**more: Any) -> HealthCheck:
    return HealthCheck(word="1a2b", outbox_id=1, asked_at=TUESDAY, **more)


def text(state: S, *, attempts: int = 1) -> Outbox:
    more: dict[str, Any] = {"state": state, "because": "too long.", "attempts": attempts}
    return Outbox(**ROW, **more)


@pytest.mark.parametrize(
    ("sent", "received", "now", "state", "expected"),
    [
        (None, None, 0, S.WAITING, ("open", "")),
        (None, None, 500, S.UNCERTAIN, ("open", "")),
        (0, None, 120, S.SENT, ("open", "")),
        (0, None, 121, S.SENT, ("failed", "no webhook within 120 seconds")),
        (0, None, 121, S.UNCERTAIN, ("failed", "no webhook within 120 seconds")),
        (0, None, 420, S.SENT, ("failed", "no webhook within 120 seconds")),
        (0, None, 421, S.SENT, ("failed", "no webhook within 120 seconds")),
        (0, 3, 3, S.SENT, ("received", "")),
        (0, 120, 120, S.SENT, ("received", "")),
        (0, 121, 121, S.SENT, ("failed", "its webhook came after 121 seconds")),
        (0, 9000, 9000, S.SENT, ("failed", "its webhook came after 9000 seconds")),
        (None, 1, 1, S.SENDING, ("received", "")),
        (None, None, 60, S.FAILED, ("failed", "the text did not leave: too long")),
        (None, None, 60, S.NEVER, ("failed", "the text did not leave: too long")),
        (None, None, 700, S.CANCELLED, ("failed", "the text did not leave: too long")),
    ],
)
def test_a_check(
    environment: object, sent: int | None, received: int | None, now: int, state: S,
    expected: tuple[str, str],
) -> None:  # fmt: skip
    at = [None if n is None else TUESDAY + n * SECOND for n in (sent, received)]
    check, row = told(sent_at=at[0], received_at=at[1]), text(state)

    assert verdict(check, row, TUESDAY + now * SECOND, was_off=False) == expected


@pytest.mark.parametrize("was_off", [True, False])
def test_what_nobody_was_there_to_send_or_see_is_no_failure(
    environment: object, *, was_off: bool
) -> None:
    never, later = text(S.CANCELLED, attempts=0), TUESDAY + 421 * SECOND
    never.because = "not sent in time"
    found = verdict(told(), never, TUESDAY, was_off=was_off)
    assert found == (IDLE if was_off else ("failed", "the text did not leave: not sent in time"))
    seen = verdict(told(sent_at=TUESDAY), text(S.SENT), later, was_off=was_off)
    assert seen == (OFF if was_off else ("failed", "no webhook within 120 seconds"))


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([5, 5, 5, 5], True),
        ([5, 9, 12, 0], True),
        ([0, 5, 5, 5], True),  # the last one was a holiday
        ([4, 9, 12, 40], True),
        ([4, 4, 9, 9], False),
        ([0, 0, 40, 40], False),
        ([5, 5, 0, 0], False),
        ([0, 0, 0, 0], False),
        ([5, 5], False),  # two weeks are no habit
    ],
)
def test_a_busy_hour(weeks: list[int], expected: bool) -> None:
    assert is_busy(weeks) is expected


@pytest.mark.parametrize(
    ("hour", "wrong"),
    [
        (Hour(), {}),
        (Hour(many=3, failed=1), {}),
        (Hour(many=3, failed=2), {}),
        (Hour(many=3, failed=3), {"failures": "3 of 3 webhooks of the last hour failed."}),
        (Hour(many=300, failed=3), {}),  # 1 %, and not more
        (Hour(many=299, failed=3), {"failures": "3 of 299 webhooks of the last hour failed."}),
        (Hour(many=9, applied=9, slow=90), {}),
        (Hour(many=10, applied=10, slow=5), {}),
        (Hour(many=10, applied=10, slow=6),
         {"processing": "One webhook in twenty takes 6 seconds or longer."}),
        (Hour(waiting=300), {}),
        (Hour(waiting=360), {"waiting": "A webhook has been waiting for 6 minutes."}),
        (Hour(for_person=9), {}),  # red at /admin/webhooks; it was told when it failed
    ],
)  # fmt: skip
def test_the_figures_of_an_hour(hour: Hour, wrong: dict[str, str]) -> None:
    assert {cause: words for cause, words in problems(hour).items() if words} == wrong


@pytest.mark.parametrize(
    ("ours", "theirs", "body", "expected"),
    [
        ("own", "monitor", "Health check 1a2b", True),
        ("own", "monitor", "Stop by the office, please", False),  # written by hand on that phone
        ("monitor", "own", "Health check 1a2b", True),
        ("monitor", "own", "", True),  # the monitor's side of it
        ("own", PAT, "Health check 1a2b", False),
        ("monitor", PAT, "Hello", False),
    ],
)
def test_which_texts_are_nobodys(
    environment: object, ours: str, theirs: str, body: str, expected: bool
) -> None:
    named = {"own": settings().own_number, "monitor": SANDBOX_MONITOR}
    ends = (named[ours], named.get(theirs, theirs))
    said = Said("AC1", *ends, Direction.IN, body, MessageStatus.RECEIVED, TUESDAY)

    assert is_check(said) is expected
