"""A wall clock that the test moves, and no bell."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from crm_app import clock, queue
from crm_app.house import House
from tests.openphone.conftest import Deliver, client, deliver
from tests.sandbox.conftest import Ear, Place, ear, open_ear, place, running_place
from tests.test_mail import Box, box
from tests.texting import TUESDAY

__all__ = ["Box", "Deliver", "Ear", "Place", "box", "client", "deliver", "ear", "open_ear",
           "place", "running_place"]  # fmt: skip


class Wall:
    """What `clock.wall` gives."""

    def __init__(self) -> None:
        self.now = TUESDAY

    def on(self, **more: float) -> datetime:
        self.now += timedelta(**more)
        return self.now


@pytest.fixture
def wall(session: Session, monkeypatch: pytest.MonkeyPatch) -> Wall:
    """Both clocks at ten in the morning of a working day, an hour after the house was born."""
    found = Wall()
    monkeypatch.setattr(clock, "wall", lambda: found.now)
    house = session.get_one(House, 1)
    house.clock_offset, house.born_at = 0, TUESDAY - timedelta(hours=1)
    session.commit()
    return found


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were rung."""
    heard: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda work, *_: heard.append(work.__name__))
    return heard
