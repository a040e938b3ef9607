"""A pretend OpenPhone whose webhooks reach nobody, and calls in its rows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.reconciliation import actions, listing, tasks
from crm_app.reconciliation.models import Reconciliation
from tests.make import make_user
from tests.sandbox.conftest import Ear, Place, ear, open_ear, place, running_place

__all__ = ["Ear", "Place", "ear", "open_ear", "place", "running_place"]
NOOR, KIM = "+16175550102", "+16175550103"
WAYS = {"list": True, "walk": False}  # whether the dated API is there


@pytest.fixture
def openphone(
    session: Session, place: Place, environment: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Place:  # fmt: skip
    """The pretend OpenPhone; nothing of it is too fresh to be compared, and nobody waits."""
    monkeypatch.setattr(actions, "LATE", timedelta(days=-1))
    monkeypatch.setattr(listing, "PAUSES", (0, 0, None))
    monkeypatch.setattr(listing, "take_slot", lambda: None)
    monkeypatch.setattr(listing, "FIRST_YEAR", clock.wall().year - 1)
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    environment(OPENPHONE_BASE_URL=str(place.http.base_url))
    return place


@pytest.fixture(params=WAYS)
def both(request: pytest.FixtureRequest, openphone: Place) -> Place:
    """The same, once with and once without the dated API."""
    openphone.put("switches", dated_api=WAYS[request.param])
    return openphone


@pytest.fixture
def owner(session: Session) -> Person:
    user = make_user(session)
    return Person(user.id, user.name, Role.OWNER)


def go(session: Session, person: Person, **kind: bool) -> Reconciliation:
    """Begin a run and do all of it."""
    found = actions.begin(session, person, **kind)
    session.commit()
    tasks.go_on()
    session.refresh(found)
    return found
