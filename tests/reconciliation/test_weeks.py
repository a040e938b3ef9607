"""Texts and calls a week, there and here; a difference becomes a reconciliation."""

import time
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.conversations.models import Message
from crm_app.conversations.threads import receive_text
from crm_app.reconciliation import actions, queries, tasks
from crm_app.reconciliation.models import Reconciliation, RunState
from tests.reconciliation.conftest import KIM, go
from tests.reconciliation.test_compare import bodies, old
from tests.sandbox.conftest import PAT, Place
from tests.sandbox.test_call_listing import call
from tests.texting import incoming


def test_equal_weeks_end_there(session: Session, both: Place, owner: Person) -> None:
    old(both, "Hello", days=10)
    go(session, owner, is_all=True)
    runs = len(session.exec(select(Reconciliation.id)).all())

    go(session, owner, only_counts=True)

    (week,) = queries.weeks(session)
    assert (week.texts, week.calls, week.missing) == ("1 · 1", "0 · 0", 0)
    assert len(session.exec(select(Reconciliation.id)).all()) == runs + 1
    assert "1 texts, 0 calls compared; 0 of them missing" in queries.runs(session)[0].progress


def test_what_we_lack_becomes_a_reconciliation_from_that_week_on(
    session: Session, both: Place, owner: Person
) -> None:
    old(both, "Lost", days=30)
    old(both, "Also lost", days=3)
    old(both, "Too long ago", days=70)
    call(both, "AClost", KIM, created=time.time() - 10 * 86400)
    ours = incoming("Only here", e164=PAT, at=clock.wall() - timedelta(days=21))
    receive_text(session, ours)

    counted = go(session, owner, only_counts=True)

    weeks = queries.weeks(session)
    assert [one.missing for one in weeks] == [1, 1, 0, 1]
    assert sum(one.missing for one in weeks) == 3
    assert weeks[-1].texts == "1 · 0"
    assert "0 · 1" in {one.texts for one in weeks}, "what only we have is shown, and no more"
    assert bodies(session) == ["Also lost", "Lost", "Only here"], "it went on by itself"
    follow = session.exec(select(Reconciliation).where(Reconciliation.id != counted.id)).one()
    first = actions.monday(datetime.now(UTC) - timedelta(days=30))
    assert (follow.since, follow.state, follow.asked_by) == (first, RunState.DONE, owner.id)


def test_only_counting_takes_nothing_in(session: Session, both: Place, owner: Person) -> None:
    old(both, "Lost", days=3)
    begun = actions.begin(session, owner, only_counts=True)
    session.commit()
    assert tasks._compare()  # the plan
    while session.get_one(Reconciliation, begun.id).state is RunState.RUNS:
        tasks._compare()
        session.expire_all()
    assert session.exec(select(Message.id)).all() == []


def test_a_week_begins_on_monday_in_utc() -> None:
    sunday = datetime(2026, 6, 7, 23, 59, tzinfo=UTC)
    assert actions.monday(sunday) == datetime(2026, 6, 1, tzinfo=UTC)
    assert actions.monday(sunday + timedelta(minutes=1)) == datetime(2026, 6, 8, tzinfo=UTC)
