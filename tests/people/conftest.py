"""Deliveries and the pretend OpenPhone, as the tests of openphone have them."""

import pytest
from sqlmodel import Session

from crm_app import queue
from tests.openphone.conftest import client, deliver, ear, open_ear, place, running_place
from tests.texting import TUESDAY, set_clock

__all__ = ["client", "deliver", "ear", "open_ear", "place", "running_place"]


@pytest.fixture(autouse=True)
def _quiet_tuesday(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    set_clock(session, TUESDAY)
