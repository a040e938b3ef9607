"""The sandbox's clock as rows: forward, back, the next opening, and never in live mode."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, house
from crm_app.errors import CrmError
from crm_app.sandbox import clocks
from tests.texting import queue_cold, row

BOSTON = ZoneInfo("America/New_York")
SECOND = timedelta(seconds=1)


def stand_at(session: Session, at: datetime) -> None:
    """Move the clock there, without a worker that would play."""
    assert not clocks.lead_to(session, at)


def boston(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=BOSTON)


def worker_lives(session: Session) -> None:
    house.beat(session, "worker", clock.wall())


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-04T07:00", "2026-03-04T09:01"),  # Wednesday, early
        ("2026-03-04T10:00", "2026-03-05T09:01"),  # open: the one after
        ("2026-03-04T17:30", "2026-03-05T09:01"),
        ("2026-03-06T20:00", "2026-03-09T09:01"),  # over a weekend, and to summer
        ("2026-07-02T19:00", "2026-07-06T09:01"),  # the Fourth is kept on Friday
    ],
)
def test_next_opening_is_a_minute_into_the_next_working_day(
    session: Session, at: str, opens: str
) -> None:
    stand_at(session, boston(at))

    assert clocks.next_opening(session) == boston(opens)


def test_without_a_worker_the_clock_is_moved_at_once(session: Session) -> None:
    target = clock.wall() + timedelta(days=2)

    assert not clocks.lead_to(session, target)

    assert abs(clock.now(session) - target) < 2 * SECOND
    assert clocks.position(session).target is None


def test_a_living_worker_is_to_play_the_time(session: Session) -> None:
    worker_lives(session)
    before, target = clock.now(session), clock.wall() + timedelta(days=2)

    assert clocks.lead_to(session, target)

    assert clocks.position(session).target == target
    assert clock.now(session) - before < timedelta(minutes=1)


def test_second_press_extends_the_target(session: Session) -> None:
    worker_lives(session)
    first = clocks.hours_on(session, 1)
    clocks.lead_to(session, first)

    assert clocks.hours_on(session, 24) == first + timedelta(days=1)


def test_back_is_at_once_even_with_a_worker_and_stops_the_play(session: Session) -> None:
    worker_lives(session)
    clocks.lead_to(session, clock.wall() + timedelta(days=2))

    assert not clocks.lead_to(session, clock.wall() - timedelta(days=1))

    assert clocks.position(session).target is None
    assert clock.now(session) < clock.wall()


def test_reset_shows_the_real_time(session: Session) -> None:
    stand_at(session, clock.wall() + timedelta(days=9))

    clocks.reset(session)

    assert abs(clock.now(session) - clock.wall()) < SECOND


def test_step_goes_a_minute_or_straight_to_what_is_due_and_never_beyond(session: Session) -> None:
    worker_lives(session)
    start = clock.now(session)
    target = start + timedelta(hours=1)
    clocks.lead_to(session, target)

    one = clocks.step(session, start)  # overdue: the next minute
    assert one is not None
    assert timedelta(0) <= one - start - clocks.MINUTE < 2 * SECOND

    due = start + timedelta(minutes=30)
    assert clocks.step(session, due) == due
    assert clocks.step(session, start + timedelta(days=1)) == target
    assert clocks.step(session, None) is None
    assert clocks.position(session).target is None


@pytest.mark.parametrize(
    ("text_due", "reached"),
    [
        (20, 20), (0.2, 1), (61, 61),
        (-5, 60),  # overdue: what holds it may last
        (7200, 300), (None, 300),
    ],
)  # fmt: skip
def test_a_text_has_its_own_second_and_nothing_else_has(
    session: Session, text_due: float | None, reached: float
) -> None:
    worker_lives(session)
    start = clock.now(session)
    clocks.lead_to(session, start + timedelta(hours=1))
    due = None if text_due is None else start + timedelta(seconds=text_due)
    others = start + 5 * clocks.MINUTE if text_due != -5 else start

    here = clocks.step(session, others, due)

    assert here is not None
    assert timedelta(0) <= here - start - timedelta(seconds=reached) < SECOND


def test_step_without_a_target_moves_nothing(session: Session) -> None:
    assert clocks.step(session, None) is None
    assert abs(clock.now(session) - clock.wall()) < SECOND


def test_what_lies_too_far_is_refused(session: Session) -> None:
    with pytest.raises(CrmError, match="ten years"):
        clocks.lead_to(session, datetime(2100, 1, 1, tzinfo=UTC))
    for hours in (0, -1, 24 * 32):
        with pytest.raises(CrmError, match="an hour to a month"):
            clocks.hours_on(session, hours)


def test_live_system_has_no_clock_to_move(
    session: Session, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    for move in (clocks.position, clocks.reset, clocks.next_opening):
        with pytest.raises(CrmError, match="live system"):
            move(session)
    with pytest.raises(CrmError, match="live system"):
        clocks.lead_to(session, clock.wall())


def test_a_clock_that_is_set_back_leaves_nothing_held_for_weeks(session: Session) -> None:
    clocks.lead_to(session, clock.wall() + timedelta(days=21))
    only = queue_cold(session)[0]
    ahead = clock.now(session) + timedelta(days=3)
    session.execute(text("update pace set next_at = :at, because = 'closed'"), {"at": ahead})
    session.execute(text("update outbox set not_before = :at"), {"at": ahead})

    clocks.reset(session)

    now = clock.now(session)
    assert row(session, only).not_before <= now
    paces = session.execute(text("select next_at <= :now, because from pace"), {"now": now}).all()
    assert {tuple(one) for one in paces} == {(True, "")}
