"""The sandbox's clock as rows: where it stands, where it is led, and the next opening."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, house, live
from crm_app.compliance.rules import firm
from crm_app.compliance.windows import common_opening
from crm_app.errors import CrmError
from crm_app.house import House
from crm_app.settings import settings

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FRESH = timedelta(seconds=15)  # a worker that beat since then will play
FARTHEST = timedelta(days=3660)
TOPIC = "clock"


@dataclass(frozen=True)
class Position:
    """The business time (aware UTC), and the time that it is being played to, if any."""

    now: datetime
    target: datetime | None


def only_in_sandbox() -> None:
    """Raise CrmError in live mode, where no clock can be moved."""
    if not settings().is_sandbox:
        raise CrmError("Only a sandbox's clock can be moved; this is the live system.")


def position(session: Session) -> Position:
    """Return where the clock stands."""
    only_in_sandbox()
    target = session.execute(text("select clock_target from house where id = 1")).scalar()
    return Position(clock.now(session), target)


def ahead_of(session: Session, step: timedelta) -> datetime:
    """Return the time that lies `step` after now, or after where the clock is being led."""
    here = position(session)
    return max(here.now, here.target or here.now) + step


def hours_on(session: Session, hours: int) -> datetime:
    """Return the time some hours ahead; raise CrmError for more than a month at once."""
    if not 0 < hours <= 24 * 31:
        raise CrmError("The clock goes on by an hour to a month at once.")
    return ahead_of(session, timedelta(hours=hours))


def next_opening(session: Session) -> datetime:
    """Return a minute into the company's next opening after now (UTC)."""
    here, ours = ahead_of(session, timedelta()), firm(session)
    # When it is open now, the next opening is after it has closed: look from the next closed hour.
    while ours.is_open(here):
        here += timedelta(hours=1)
    found = common_opening((ours,), here)
    if found is None:
        raise CrmError("No opening within two weeks. Look at the hours in Settings.")
    return found + MINUTE


def lead_to(session: Session, target: datetime) -> bool:
    """Lead the clock to `target`; return whether a living worker is to play the time until there.

    Back, or without a worker, it is moved at once. Raises CrmError for a time too far away.
    """
    only_in_sandbox()
    if abs(target - clock.wall()) > FARTHEST:
        raise CrmError("That is more than ten years away.")
    row = _locked(session)
    beat = house.last_beat(session, "worker")
    is_forward = target > clock.now(session)
    will_play = is_forward and beat is not None and clock.wall() - beat < FRESH
    if will_play:
        row.clock_target = target
    else:
        row.clock_target = None
        _move(row, target)
        _come_back(session)
    session.flush()
    live.publish(session, TOPIC)
    return will_play


def reset(session: Session) -> None:
    """Let the clock show the real time again."""
    only_in_sandbox()
    row = _locked(session)
    row.clock_target, row.clock_offset = None, 0
    _come_back(session)
    live.publish(session, TOPIC)


def _come_back(session: Session) -> None:
    """Let the gate decide anew on what was held until a time that is far ahead once more."""
    session.flush()
    ahead = {"now": clock.now(session)}
    for held in (
        "update pace set next_at = :now, because = '' where next_at > :now",
        "update outbox set not_before = :now where state = 'waiting' and not_before > :now",
    ):
        session.execute(text(held), ahead)


def step(
    session: Session, due: datetime | None, text_due: datetime | None = None
) -> datetime | None:
    """Move the clock to the next minute on its way, or to `due` when nothing is before it.

    A text that comes due sooner, by its pace or the line's speed, has its own second: `text_due`.
    Returns the new time, or None when the target is reached or was taken away.
    """
    row = _locked(session)
    now, target = clock.now(session), row.clock_target
    if target is None:
        return None
    if now >= target:
        row.clock_target = None
        session.flush()
        live.publish(session, TOPIC)
        return None
    reached = max(now + MINUTE, due or target)
    if text_due and text_due > now:  # one that is overdue waits for something else
        reached = min(reached, max(now + SECOND, text_due))
    reached = min(target, reached)
    _move(row, reached)
    session.flush()
    live.publish(session, TOPIC)
    return reached


def _locked(session: Session) -> House:
    return session.get_one(House, 1, with_for_update=True, populate_existing=True)


def _move(row: House, to: datetime) -> None:
    row.clock_offset = ceil((to - clock.wall()).total_seconds())
