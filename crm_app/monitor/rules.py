"""What a health check shows, and when silence or a figure is an alarm. Pure: no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_app.conversations.models import Outbox, OutboxState
from crm_app.conversations.threads import Said
from crm_app.monitor.models import HealthCheck
from crm_app.settings import settings

WORDS = "Health check "  # and the check's own word
WATCHED = timedelta(minutes=5)  # judged later than that, nobody was there to see it in time
BUSY, FAILURES, FAILURE_RATE = 5, 3, 0.01  # one failure of three is no rate
APPLIED, SLOW_SECONDS, WAITS_SECONDS = 10, 5.0, 300.0


def is_check(said: Said) -> bool:
    """Whether it is a health check's text, which is nobody's message: as it leaves or arrives."""
    own, monitor, ends = settings().own_number, settings().monitor_number, {said.own_number}
    is_ours = ends | {said.e164} == {own, monitor}
    return is_ours and (said.own_number == monitor or said.body.startswith(WORDS))


def verdict(check: HealthCheck, row: Outbox, now: datetime, *, was_off: bool) -> tuple[str, str]:
    """Return "open", "received", "failed" or "void" (it counts for neither), and why.

    `row` is its text; `was_off`: the worker was, for a while since the check began, or the line is.
    """
    seconds, passed = settings().health_check_seconds, timedelta()
    if check.sent_at:
        passed = (check.received_at or now) - check.sent_at
    is_late = passed > timedelta(seconds=seconds)
    if check.received_at:
        late = f"its webhook came after {passed.total_seconds():.0f} seconds"
        return ("failed", late) if is_late else ("received", "")
    if was_off and passed > timedelta(seconds=seconds) + WATCHED:
        return "void", "nobody was there in time to see it arrive: the worker was off"
    if check.sent_at:
        return ("failed", f"no webhook within {seconds} seconds") if is_late else ("open", "")
    if was_off and row.state is OutboxState.CANCELLED and not row.attempts:
        return "void", "the text did not leave in time: the worker was off, or the line stopped"
    if row.state in (OutboxState.FAILED, OutboxState.NEVER, OutboxState.CANCELLED):
        return "failed", f"the text did not leave: {row.because.rstrip('.')}"
    return "open", ""


def is_busy(weeks: Sequence[int]) -> bool:
    """Whether an hour is always busy, by its webhooks in each of the last four weeks.

    One of the four may have been quiet: a holiday, or a day on which we were off.
    """
    return sum(count >= BUSY for count in weeks) >= 3


@dataclass(frozen=True)
class Hour:
    """The webhooks of the last hour.

    `slow` is the 95th percentile of stored to applied (seconds) of the `applied`: those at their
    first attempt, since the worker is awake. `waiting`: how long the oldest has (seconds).
    """

    many: int = 0
    failed: int = 0
    applied: int = 0
    slow: float = 0.0
    waiting: float = 0.0
    for_person: int = 0


def problems(hour: Hour) -> dict[str, str]:
    """Return a sentence for each figure, by its cause; "" for one within its bounds."""
    fails = hour.failed >= FAILURES and hour.failed > hour.many * FAILURE_RATE
    slow = hour.applied >= APPLIED and hour.slow > SLOW_SECONDS
    told = {
        f"{hour.failed:,} of {hour.many:,} webhooks of the last hour failed.": fails,
        f"One webhook in twenty takes {hour.slow:.0f} seconds or longer.": slow,
        f"A webhook has been waiting for {hour.waiting / 60:.0f} minutes.":
            hour.waiting > WAITS_SECONDS,
    }  # fmt: skip
    causes = ("failures", "processing", "waiting")
    return {c: words if told[words] else "" for c, words in zip(causes, told, strict=True)}
