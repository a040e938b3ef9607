"""A delivery that cannot be applied blocks nobody, is tried again, and waits for its replay."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from crm_app import clock
from crm_app.conversations.models import Message
from crm_app.openphone import tasks
from crm_app.openphone.payloads import Event
from crm_app.webhooks import actions, queries
from crm_app.webhooks.models import Delivery, DeliveryState
from tests.openphone.test_payloads import dated, raw
from tests.texting import TUESDAY, set_clock

GONE = OperationalError("select", {}, Exception())


class Time:
    """The wall clock of a test."""

    at = TUESDAY

    def wall(self) -> datetime:
        return self.at


@pytest.fixture
def time(session: Session, monkeypatch: pytest.MonkeyPatch) -> Time:
    set_clock(session, TUESDAY)
    moved = Time()
    monkeypatch.setattr(clock, "wall", moved.wall)
    return moved


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> dict[str, BaseException]:
    """What applying the text of that id raises."""
    broken: dict[str, BaseException] = {}
    apply_event = tasks.apply_event

    def apply(session: Session, event: Event) -> None:
        apply_event(session, event)  # whatever it did is undone
        if problem := broken.get(event.data["resource"]["id"]):
            raise problem

    monkeypatch.setattr(tasks, "apply_event", apply)
    return broken


def keep(session: Session, *ids: str) -> None:
    for n, name in enumerate(ids):
        told: Any = {"provider": "openphone", "kind": "message.received", "delivery_id": name}
        at = TUESDAY + timedelta(milliseconds=n)
        new = Delivery(**told, body=raw(dated(id=name, text=name)).decode(), received_at=at)
        actions.store(session, new)
    session.commit()


def texts(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.exec(select(Message.body)))


@pytest.mark.parametrize(
    "problem",
    [ValueError(), KeyError(), TypeError(), AttributeError(), OverflowError(), RecursionError(),
     ZeroDivisionError(), UnicodeDecodeError("utf-8", b"", 0, 1, ""), GONE],
    ids=lambda problem: type(problem).__name__,
)  # fmt: skip
def test_those_behind_it_are_applied_in_the_same_run(
    session: Session, time: Time, poison: dict[str, BaseException], problem: BaseException
) -> None:
    poison["bad"] = problem
    keep(session, "bad", "good")
    time.at += timedelta(seconds=1)

    assert tasks.apply_due() == 2

    assert texts(session) == ["good"]
    found = session.exec(select(Delivery).where(Delivery.delivery_id == "bad")).one()
    assert found.state is DeliveryState.FAILED
    assert f"({type(problem).__name__}, in logs/worker.log)" in found.error


def test_more_poison_than_one_look_takes_does_not_hide_the_others(
    session: Session, time: Time, poison: dict[str, BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = text(actions.SQL["due"].text.replace("limit 200", "limit 4"))
    monkeypatch.setitem(actions.SQL, "due", few)
    many = [f"bad{n}" for n in range(9)]
    poison |= dict.fromkeys(many, ValueError())
    keep(session, *many, "good")
    time.at += timedelta(seconds=1)

    tasks.apply_due()

    assert texts(session) == ["good"]


def test_one_that_kills_its_worker_comes_back_a_minute_later_and_not_for_ever(
    session: Session, time: Time, poison: dict[str, BaseException]
) -> None:
    poison["killer"] = KeyboardInterrupt()
    keep(session, "killer", "good")
    for minutes in (0, 1, 2, 4, 8, 16):
        time.at += timedelta(minutes=minutes, seconds=1)
        with pytest.raises(KeyboardInterrupt):
            tasks.apply_due()
        assert tasks.apply_due() == (1 if minutes == 0 else 0), "the good one, by the next worker"
    time.at += timedelta(days=1)
    assert tasks.apply_due() == 0
    assert [row.badge for row in queries.deliveries(session, "failed")] == ["waits for you"]


def test_failed_mended_replayed(
    session: Session, time: Time, poison: dict[str, BaseException]
) -> None:
    poison["bad"] = TypeError()
    keep(session, "bad")
    for _ in range(7):
        time.at += timedelta(minutes=17)
        tasks.apply_due()
    (row,) = queries.deliveries(session, "failed")
    assert (row.badge, row.may_replay) == ("waits for you", True)
    broke = "The program broke at it (TypeError, in logs/worker.log)"
    assert row.because == f"{broke}: tried 6 times, it is not tried again"

    poison.clear()
    assert tasks.apply_due() == 0, "nobody asked"
    assert actions.replay(session, time.at, row.id) == 1
    session.commit()
    assert tasks.apply_due() == 1

    assert texts(session) == ["bad"]
    assert queries.deliveries(session, "failed") == []
