"""The hour's figures, silence in a busy hour, and the letters about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import house
from crm_app.admin.queries import health
from crm_app.alarms import troubles
from crm_app.conversations.models import Line
from crm_app.monitor import figures, queries, tasks
from crm_app.monitor.rules import Hour
from crm_app.settings import settings
from crm_app.webhooks.models import Delivery, DeliveryState
from tests.monitor.conftest import Box, Wall

MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)
A, F, S = DeliveryState.APPLIED, DeliveryState.FAILED, DeliveryState.STORED


@pytest.fixture
def keep(session: Session, wall: Wall) -> Any:
    """Keeps deliveries of so long ago."""

    def one(ago: timedelta, state: DeliveryState = A, *, took: float = 0.1, **more: Any) -> None:
        many = session.execute(text("select count(*) from delivery")).scalar_one()
        at = wall.now - ago
        told: Any = {"attempts": 1, "applied_at": at + timedelta(seconds=took)} | more
        session.add(Delivery(provider="openphone", delivery_id=f"msg_{many}", body="{}",
                             state=state, received_at=at, **told))  # fmt: skip
        session.commit()

    return one


def awake(session: Session, wall: Wall, since: timedelta) -> None:
    """The worker has looked each minute since then."""
    began = (wall.now - since).isoformat()
    house.beat(session, figures.LOOKED, wall.now - MINUTE, began)
    session.commit()


def test_what_the_last_hour_was_like(session: Session, wall: Wall, keep: Any) -> None:
    assert figures.hour(session) == Hour()
    awake(session, wall, timedelta(hours=2))
    keep(61 * MINUTE, F, attempts=3)  # before
    for n in range(20):
        keep(n * MINUTE, took=8 if n == 5 else 0.5)
    keep(40 * MINUTE, took=90, attempts=2)  # failed once
    keep(7 * MINUTE, F, attempts=3, next_at=wall.now + MINUTE)
    keep(50 * MINUTE, F, attempts=6)

    found = figures.hour(session)

    assert (found.many, found.failed, found.applied) == (23, 3, 20)
    assert (found.slow, found.waiting, found.for_person) == (pytest.approx(0.875), 420.0, 2)
    shown = dict(queries.figures(session))
    assert (shown["Webhooks, last hour"], shown["The oldest waits"]) == ("23", "7 min")
    tasks.look_at_deliveries()
    session.expire_all()
    assert troubles(session) == {
        "failures": "3 of 23 webhooks of the last hour failed.",
        "waiting": "A webhook has been waiting for 7 minutes.",
    }


def test_what_waited_while_the_worker_was_off_is_no_fault_of_its_own(
    session: Session, wall: Wall, keep: Any
) -> None:
    for _ in range(12):
        keep(30 * MINUTE, took=29 * 60)
    keep(20 * MINUTE, S, attempts=0, next_at=wall.now - 20 * MINUTE)
    awake(session, wall, timedelta(days=1))
    assert figures.hour(session).applied == 12
    wall.on(minutes=6)  # it was off for seven minutes

    tasks.look_at_deliveries()

    assert troubles(session) == {}
    for _ in range(6):
        wall.on(minutes=1)
        tasks.look_at_deliveries()
    assert troubles(session) == {"waiting": "A webhook has been waiting for 6 minutes."}


def weeks(session: Session, wall: Wall, *counts: int) -> None:
    """So many webhooks in the hour before this one, a week ago, two weeks ago, …"""
    for week, count in enumerate(counts, 1):
        for n in range(count):
            at = wall.now - week * WEEK - 90 * MINUTE + n * MINUTE
            session.add(Delivery(provider="openphone", delivery_id=f"{week}.{n}", body="{}",
                                 state=A, received_at=at))  # fmt: skip
    session.commit()


def test_a_busy_hour_without_a_sound_is_told_once_until_one_is_heard(
    session: Session, wall: Wall, keep: Any, box: Box
) -> None:
    wall.on(minutes=30)
    weeks(session, wall, 9, 5, 7, 0)
    awake(session, wall, timedelta(hours=3))
    wall.on(minutes=-1)

    tasks.look_at_deliveries()
    tasks.look_at_deliveries()

    words = "No webhook came between 9 AM and 10 AM; in the weeks before there were 9, 5, 7, 0."
    assert troubles(session) == {"silence": words}
    assert [letter[1] for letter in box.letters] == ["Attack-a-Crack: a busy hour without a sound"]
    part = next(part for part in health(session) if part.name == "arrivals")
    assert (part.is_ok, part.detail) == (False, words.rstrip("."))
    assert queries.wrong(session, is_loud=True) == [], "it may be a quiet day"
    wall.on(minutes=4)
    tasks.look_at_deliveries()
    later = "update heartbeat set at = at + interval '3 hours' where name = 'deliveries'"
    session.execute(text(later))
    session.commit()
    wall.on(hours=3)
    tasks.look_at_deliveries()
    assert troubles(session) == {"silence": words}, "still not a sound, though the hour is quiet"

    keep(MINUTE)
    tasks.look_at_deliveries()

    assert troubles(session) == {}
    assert len(box.letters) == 2, "one an hour, and none that it is over"


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ((9, 5, 4, 4), "not busy"),
        ((), "nothing is known"),
        ((9, 9, 9, 9), "heard"),
        ((9, 9, 9, 9), "off"),
        ((9, 9, 9, 9), "stopped"),
        ((9, 9, 9, 9), "holiday"),
    ],
)
def test_silence_that_is_no_alarm(
    session: Session, wall: Wall, keep: Any, counts: tuple[int, ...], why: str
) -> None:
    if why == "holiday":
        wall.now = datetime(2026, 7, 3, 14, 0, tzinfo=UTC)  # Independence Day observed, a Friday
    wall.on(minutes=30)
    weeks(session, wall, *counts)
    awake(session, wall, 80 * MINUTE if why == "off" else timedelta(hours=3))
    if why == "heard":
        keep(85 * MINUTE)
    if why == "stopped":
        session.add(Line(own_number=settings().own_number, stopped_since=wall.now))
        session.commit()

    tasks.look_at_deliveries()

    assert troubles(session) == {}
    if why in ("off", "stopped", "holiday"):
        awake(session, wall, timedelta(hours=3))
        session.execute(text("delete from line"))
        session.commit()
        found = figures.look(session, "")["silence"]
        assert bool(found) is (why != "holiday"), "without the reason it would be one"
