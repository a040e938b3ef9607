"""Reconciliation against the pretend OpenPhone over HTTP: what webhooks lost is found, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.models import Conversation, Message
from crm_app.errors import CrmError, ForbiddenError
from crm_app.openphone import reconcile
from crm_app.reconciliation import actions, queries, state, tasks
from crm_app.reconciliation.models import Reconciliation, RunState
from crm_app.webhooks.models import Delivery
from tests.make import make_user
from tests.sandbox.conftest import PAT, Place
from tests.states import be, open_state, run

NOOR = "+16175550102"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def openphone(
    session: Session, place: Place, environment: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Place:  # fmt: skip
    """The pretend OpenPhone, whose webhooks reach nobody; all it has is minutes old."""
    monkeypatch.setattr(reconcile, "LATE", timedelta(days=-1))
    environment(OPENPHONE_BASE_URL=str(place.http.base_url))
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    return place


def owner(session: Session) -> Person:
    user = make_user(session)
    return Person(user.id, user.name, Role.OWNER)


def bodies(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.exec(select(Message.body)))


def go(session: Session, person: Person, *, is_all: bool = False) -> Reconciliation:
    found = actions.begin(session, person, is_all=is_all)
    session.commit()
    tasks.go_on()
    session.refresh(found)
    return found


def test_what_no_webhook_brought_is_taken_in_once_and_named(
    session: Session, openphone: Place
) -> None:
    person = owner(session)
    session.add(Delivery(provider="openphone", delivery_id="1", kind="", body="{}",
                         received_at=clock.wall() - 9 * DAY))  # fmt: skip
    openphone.say("Water in the cellar", PAT)
    openphone.say("please stop texting me", NOOR)

    done = go(session, person)

    assert (done.state, done.conversations, done.messages) == (RunState.DONE, 2, 2)
    assert bodies(session) == ["Water in the cellar", "please stop texting me"]
    assert suppression_of(session, NOOR)
    assert suppression_of(session, PAT) is None
    assert {row.body for row in queries.recovered(session)} == set(bodies(session))
    assert "2 taken in, 2 of them failed webhooks" in queries.runs(session)[0].progress
    unread = session.exec(select(Conversation.is_unread).where(Conversation.e164 == PAT)).one()
    assert unread

    again = go(session, person)
    assert (again.state, again.messages) == (RunState.DONE, 2)
    assert "0 taken in" in queries.runs(session)[0].progress
    assert len(bodies(session)) == 2


def test_all_history_is_taken_in_and_nobody_has_to_read_it(
    session: Session, openphone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "OLD", timedelta(days=-1))
    openphone.say("We moved here in May", PAT)
    openphone.say("STOP", NOOR)

    done = go(session, owner(session), is_all=True)

    assert (done.state, done.since) == (RunState.DONE, None)
    threads = session.exec(select(Conversation)).all()
    assert [(one.is_unread, one.is_unanswered) for one in threads] == [(False, False)] * 2
    assert suppression_of(session, NOOR)
    assert queries.recovered(session) == [], "no webhook had come before: none failed"
    office = Person(1, "Otto", Role.OFFICE)
    with pytest.raises(ForbiddenError):
        actions.begin(session, office, is_all=True)


def test_a_refusal_is_kept_and_the_run_goes_on_from_there(
    session: Session, openphone: Place, environment: Callable[..., None]
) -> None:
    openphone.say("Hello", PAT)
    environment(OPENPHONE_BASE_URL="http://127.0.0.1:9")
    stopped = go(session, owner(session))
    assert (stopped.state, stopped.error) == (RunState.RUNS, "OpenPhone cannot be reached.")

    environment(OPENPHONE_BASE_URL=str(openphone.http.base_url))
    tasks.go_on()

    session.refresh(stopped)
    assert (stopped.state, stopped.error) == (RunState.DONE, "")
    assert bodies(session) == ["Hello"]


def test_one_runs_at_a_time_is_paused_goes_on_and_is_cancelled(
    session: Session, openphone: Place
) -> None:
    person = owner(session)
    openphone.say("Hello", PAT)
    first = actions.begin(session, person)
    with pytest.raises(CrmError, match="under way already"):
        actions.begin(session, person)
    actions.turn(session, first.id, person, "pause")
    session.commit()
    tasks.go_on()
    assert bodies(session) == []
    actions.turn(session, first.id, person, "cancel")
    with pytest.raises(CrmError, match="has ended"):
        actions.turn(session, first.id, person, "go on")


def test_the_night_begins_one_by_itself_and_waits_for_one_that_is_open(session: Session) -> None:
    first = actions.begin(session, None)
    session.commit()
    assert tasks.begin_at_night() is False
    tasks.carry_on()
    tasks.go_on()
    session.expire_all()
    assert first.state is RunState.DONE

    assert tasks.begin_at_night() is True
    tasks.go_on()

    assert session.exec(select(Reconciliation.state)).all() == [RunState.DONE] * 2


def test_buttons_begin_pause_and_go_on(
    session: Session, openphone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    openphone.say("Hello", PAT)
    person = owner(session)
    session.commit()
    be(monkeypatch, state, person)
    shown = open_state(state.ReconciliationState, "/admin/reconciliation")
    run(shown.load())
    assert (shown.runs, shown.may_import) == ([], True)
    run(shown.begin(is_all=True))
    run(shown.load())
    (row,) = shown.runs
    assert (row.what, row.is_open) == ("All history", True)
    run(shown.turn(row.id, "pause"))
    run(shown.load())
    assert shown.runs[0].is_paused
    run(shown.turn(row.id, "go on"))
    tasks.go_on()
    run(shown.load())
    assert (shown.runs[0].state, shown.runs[0].is_open) == ("done", False)
