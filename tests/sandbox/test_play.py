"""Playing the time: every minute in which something is due, in order, never beyond the target."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlmodel import Session

from crm_app import clock, db, house, queue
from crm_app.conversations.models import OutboxState
from crm_app.outbox.sending import LEASE
from crm_app.sandbox import clocks, play, tasks
from tests.inbox.rows import make_outbox, make_thread

MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """A pretend world that answers the clock route from a list of planned moments."""

    plans: list[datetime] = field(default_factory=list)
    status: int = 200
    offsets: list[int] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.status == 0:
            raise httpx.ConnectError("refused", request=request)
        assert request.url.path == "/__sandbox/clock"
        offset = int(httpx.Response(200, content=request.content).json()["offset_seconds"])
        self.offsets.append(offset)
        here = clock.wall() + timedelta(seconds=offset)
        due = [at for at in self.plans if at <= here]
        self.plans = [at for at in self.plans if at > here]
        self.acts.append("world")
        told = {"delivered": len(due), "next_due": None}
        if self.plans:
            told["next_due"] = min(self.plans).isoformat()
        return httpx.Response(self.status, json=told)


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World()

    def connection() -> httpx.Client:
        return httpx.Client(base_url="http://world", transport=httpx.MockTransport(found))

    def act(name: str, result: int = 0) -> Callable[..., int]:
        def done(*_args: object) -> int:
            found.acts.append(name)
            return result

        return done

    monkeypatch.setattr(play.client, "connection", connection)
    monkeypatch.setattr(play.sender, "send_due", act("send"))
    monkeypatch.setattr(play.openphone, "apply_due", act("apply"))
    monkeypatch.setattr(queue, "periodic_tasks", {"crm_app.any.tasks.work": act("schedule")})
    return found


def lead(session: Session, target: datetime) -> None:
    house.beat(session, "worker", clock.wall())
    assert clocks.lead_to(session, target)


def stops(world: World, start: datetime) -> list[int]:
    """At which minutes after `start` the world was told the time, without repeats."""
    return list(dict.fromkeys(round(offset / 60) for offset in world.offsets))


def test_nothing_due_goes_straight_to_the_target(session: Session, world: World) -> None:
    start = clock.now(session)
    lead(session, start + timedelta(days=1))

    play.play()

    assert stops(world, start) == [0, 24 * 60]
    assert clocks.position(session).target is None
    assert clock.now(session) - start - timedelta(days=1) < timedelta(seconds=5)


def test_time_stops_in_each_minute_in_which_something_is_due(
    session: Session, world: World
) -> None:
    start = clock.now(session)
    world.plans = [start + n * MINUTE for n in (10, 11.5, 300, 2000)]
    make_outbox(
        session, make_thread(session), "Later", OutboxState.WAITING, not_before=start + 60 * MINUTE
    )
    lead(session, start + 90 * MINUTE)

    play.play()

    # From 60 on the text is overdue (nobody really sends here): minute by minute to the target.
    assert stops(world, start) == [0, 10, 12, 60, *range(61, 91)]
    assert len(world.plans) == 2


def test_a_text_leaves_at_its_second_and_what_the_world_plans_in_its_minute(
    session: Session, world: World
) -> None:
    start = clock.now(session)
    waits = [
        make_outbox(session, make_thread(session, f"+1617555014{n}"), "Later",
                    OutboxState.WAITING, not_before=start + timedelta(seconds=seconds))
        for n, seconds in enumerate((20, 55, 170))
    ]  # fmt: skip
    world.plans = [start + timedelta(seconds=75), start + timedelta(seconds=80)]

    def send() -> None:
        for row in waits:
            session.refresh(row)
            if row.not_before <= clock.now(session):
                row.state = OutboxState.DELIVERED
        session.flush()

    queue.periodic_tasks["crm_app.any.tasks.send"] = send
    lead(session, start + 4 * MINUTE)

    play.play()

    # In its first minute the world is only told; its own plans wait for a minute's step.
    found = list(dict.fromkeys(world.offsets))
    assert found == [0, 20, 55, 115, 170, 240]


def test_the_clock_moves_when_no_text_is_on_the_wire(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now(session)
    fresh = make_outbox(session, make_thread(session), "Hello", OutboxState.SENDING,
                        lease_until=clock.wall() + LEASE)  # fmt: skip
    make_outbox(session, make_thread(session, "+16175550141"), "Hello", OutboxState.SENDING,
                lease_until=clock.wall() + LEASE - play.ARRIVES)  # fmt: skip
    waited: list[datetime] = []

    class Arrives:
        def wait(self, _seconds: float) -> None:
            waited.append(clock.now(session))
            fresh.state = OutboxState.SENT
            session.flush()

    monkeypatch.setattr(play, "Event", Arrives)
    lead(session, start + timedelta(hours=1))

    play.play()

    assert len(waited) == 1, "only for the fresh one"
    assert waited[0] - start < MINUTE


def test_in_each_minute_all_act_in_order(session: Session, world: World) -> None:
    start = clock.now(session)
    world.plans = [start + 10 * MINUTE]
    lead(session, start + 20 * MINUTE)

    play.play()

    assert world.acts == [
        "world",
        *("world", "schedule", "send", "world", "apply"),  # the world spoke when it was told
        *("world", "schedule", "send", "world", "apply"),
    ]


def test_what_the_world_says_at_the_end_of_a_minute_is_answered_in_it(
    session: Session, world: World
) -> None:
    start = clock.now(session)
    lead(session, start + 10 * MINUTE)

    def receipt() -> None:  # what the sender sends is delivered a moment later
        world.plans = [clock.now(session)]

    queue.periodic_tasks["crm_app.any.tasks.receipt"] = receipt
    play.play()

    assert world.acts[-3:] == ["world", "apply", "send"]


def test_uncertain_texts_are_looked_up_minute_by_minute(session: Session, world: World) -> None:
    start = clock.now(session)
    make_outbox(session, make_thread(session), "Gone?", OutboxState.UNCERTAIN)
    lead(session, start + 5 * MINUTE)

    play.play()

    assert stops(world, start) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("status", "fact"), [(404, "HTTP 404"), (0, "ConnectError")])
def test_world_without_a_clock_stops_nobody_and_is_noted(
    session: Session, world: World, status: int, fact: str
) -> None:
    world.status = status
    start = clock.now(session)
    lead(session, start + timedelta(hours=2))

    play.play()

    assert clock.now(session) >= start + timedelta(hours=2)
    noted = session.get_one(house.Heartbeat, play.FACT)
    session.refresh(noted)
    assert fact in noted.detail


def test_only_one_plays_at_a_time(session: Session, world: World) -> None:
    lead(session, clock.now(session) + timedelta(hours=2))
    other = create_engine(db.engine().url)
    with other.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": play.LOCK})
        play.play()
        assert world.acts == []
    other.dispose()

    play.play()
    assert world.acts


def test_back_during_a_play_ends_it(session: Session, world: World) -> None:
    start = clock.now(session)
    world.plans = [start + n * MINUTE for n in range(1, 60)]
    lead(session, start + 60 * MINUTE)
    queue.periodic_tasks["crm_app.any.tasks.back"] = lambda: (
        clocks.reset(session) if len(world.offsets) > 3 else None
    )

    play.play()

    assert clock.now(session) - clock.wall() < MINUTE
    assert clocks.position(session).target is None


def test_leading_rings_the_worker_or_moves_at_once(session: Session, world: World) -> None:
    queue.is_immediate = True
    start = clock.now(session)
    target, is_played = tasks.lead(lambda s: clocks.hours_on(s, 1))
    assert (is_played, stops(world, start)) == (False, [60])

    house.beat(session, "worker", clock.wall())
    target, is_played = tasks.lead(lambda s: clocks.hours_on(s, 1))
    assert is_played
    assert clock.now(session) >= target


def test_each_minute_keeps_the_world_in_step_and_takes_up_a_broken_play(
    session: Session, world: World
) -> None:
    tasks.each_minute()
    assert world.offsets == [0]

    start = clock.now(session)
    lead(session, start + timedelta(hours=1))
    tasks.each_minute()
    assert clock.now(session) >= start + timedelta(hours=1)


def test_live_system_has_no_minute_of_a_sandbox(
    session: Session, world: World, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    tasks.each_minute()

    assert world.acts == []
