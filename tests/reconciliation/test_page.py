"""What /admin/reconciliation says, and that it says no more than was compared."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.conversations.threads import receive_text
from crm_app.reconciliation import actions, queries, state
from crm_app.reconciliation.compare import take_in
from crm_app.reconciliation.models import Reconciliation, RunState
from crm_app.times import hour
from crm_app.webhooks.actions import refuse
from crm_app.webhooks.models import Delivery
from tests.reconciliation.conftest import NOOR
from tests.states import be, open_state, run
from tests.texting import incoming

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def ended(session: Session, **more: object) -> Reconciliation:
    """A run that ended well, unless told otherwise; `until` an hour ago."""
    now = clock.now(session)
    told = {"until": now - HOUR, "started_at": clock.wall(), "state": RunState.DONE, **more}
    found = Reconciliation.model_validate(told)
    session.add(found)
    session.flush()
    return found


@pytest.mark.parametrize(
    ("before", "hours"),
    [
        ([], 48),
        ([{"days": 1}], 48),
        ([{"days": 5}], 120),
        ([{"days": 9}, {"days": 5}], 120),
        ([{"days": 5}, {"days": 3, "state": RunState.FAILED}], 120),
        ([{"days": 5}, {"days": 3, "state": RunState.PAUSED}], 120),
        ([{"days": 5}, {"days": 3, "only_counts": True}], 120),
    ],
)
def test_the_night_looks_back_to_where_the_last_good_run_ended(
    session: Session, before: list[dict[str, object]], hours: int
) -> None:
    now = clock.now(session)
    for one in before:
        days = one.pop("days")
        assert isinstance(days, int)
        ended(session, until=now - days * DAY, **one)
    since = actions.begin(session, None).since
    assert since is not None
    assert abs(now - since - hours * HOUR) < HOUR


def test_a_run_keeps_what_it_took_in_and_the_page_counts_nothing_of_history(
    session: Session,
) -> None:
    now = clock.now(session)
    assert queries.reliability(session) == ""
    session.add(Delivery(provider="openphone", delivery_id="1", body="{}", received_at=now - DAY))
    receive_text(session, incoming("By itself", e164=NOOR, at=now - HOUR))
    receive_text(session, incoming("Before all webhooks", e164=NOOR, at=now - 3 * DAY))
    done = ended(session)
    said = [incoming("Of old", at=now - 2 * DAY), incoming("Lost", at=now - HOUR)]
    for _ in range(2):
        take_in(session, done.id, said, {})

    (row,) = queries.runs(session)
    assert "2 taken in, 1 of them failed webhooks" in row.progress
    assert queries.reliability(session).startswith("50 % of 2 texts and calls in 30 days")


def test_all_it_reads_of_what_was_recovered_comes_by_the_index(session: Session) -> None:
    """A whole import of history stands in that table: a million rows of no matter here."""
    session.execute(text("set local enable_seqscan = off"))
    for query, given in (
        (queries.SQL["found"], {"size": 51}),
        (queries.SQL["reliable"], {"since": clock.wall()}),
    ):
        plan = "\n".join(session.execute(text(f"explain {query.text}"), given).scalars())
        assert "ix_recovered_lost" in plan


def test_it_says_until_when_it_compared(session: Session) -> None:
    done = ended(session, since=clock.now(session) - 2 * DAY)
    older = ended(session, until=done.until - DAY)
    first, second = queries.runs(session)
    assert f", until {hour(older.until)}; younger ones may still be on their way" in first.progress
    assert second.progress.endswith(f", until {hour(done.until)}")


def test_all_is_well_only_where_something_was_compared_and_nothing_refused(
    session: Session,
) -> None:
    assert queries.doubt(session) == "Nothing was compared yet."
    ended(session, state=RunState.FAILED)
    ended(session, only_counts=True)
    assert queries.doubt(session) == "Nothing was compared yet."
    ended(session)
    assert queries.doubt(session) == ""
    refuse(session, "openphone", "wrong key", b"{}", clock.wall() - 3 * DAY)
    assert queries.doubt(session) == ""
    refuse(session, "openphone", "wrong key", b"{}", clock.wall())
    assert queries.doubt(session).startswith("1 refused in the last 48 hours")


def test_tabs_that_hear_the_same_news_read_once(
    session: Session, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def together(_person: Person, what: object, read: object) -> object:
        asked.append(what)
        return await read()  # type: ignore[operator]

    be(monkeypatch, state, owner)
    monkeypatch.setattr(state.listener, "together", together)
    shown = open_state(state.ReconciliationState, "/admin/reconciliation")
    run(shown.load())
    assert asked == [("reconciliation", 1)]
    assert (shown.doubt, shown.is_loaded) == ("Nothing was compared yet.", True)
