"""Verbs of a reconciliation: begin, plan, note a step, end, pause, go on."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import add
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.errors import CrmError
from crm_app.reconciliation.models import Reconciliation, Recovered, RunState, Way
from crm_app.settings import settings
from crm_app.tables import read_sql

TOPIC = "reconciliation"
LATE = timedelta(minutes=2)  # a webhook may still be on its way
BACK, WEEK, WEEKS = timedelta(hours=48), timedelta(weeks=1), 8
OPEN = (RunState.RUNS, RunState.PAUSED)
SQL = read_sql(__file__)


@dataclass
class Found:
    """What a step compared; `unplaced` are the texts of groups and short codes, by their numbers.

    `weeks`: by Monday (UTC) how many texts and calls are there, and how many of them not here.
    """

    unplaced: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    weeks: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 4))

    def count(self, at: datetime, *, is_call: bool, is_known: bool) -> None:
        """Count a text or a call."""
        week = self.weeks[f"{monday(at):%Y-%m-%d}"]
        week[is_call] += 1
        week[2 + is_call] += not is_known


def monday(at: datetime) -> datetime:
    """Return when the ISO week of an aware UTC time began."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=at.weekday())


def begin(
    session: Session, person: Person | None, *, is_all: bool = False, only_counts: bool = False
) -> Reconciliation:
    """Begin one, 48 hours back or over all history, or count the last weeks' texts and calls.

    Further back where the last that ended well compared less far: webhooks may have failed for
    days. Raises CrmError while another one runs.
    """
    if person:
        person.must(Permission.SETTINGS if is_all else Permission.READ_ALL_THREADS)
    if not session.execute(SQL["one_at_a_time"]).scalar_one() or next_one(session):
        raise CrmError("One is under way already: let it end, or pause it.")
    now = clock.now(session)
    good = select(func.max(Reconciliation.until)).filter_by(state=RunState.DONE, only_counts=False)
    back = min(now - BACK, session.exec(good).one() or now)
    since = monday(now) - (WEEKS - 1) * WEEK if only_counts else None if is_all else back
    return _add(session, since, person.id if person else None, only_counts=only_counts)


def _add(
    session: Session, since: datetime | None, asked_by: int | None, *, only_counts: bool = False
) -> Reconciliation:
    run = Reconciliation(since=since, until=clock.now(session) - LATE, asked_by=asked_by,
                         only_counts=only_counts, started_at=clock.wall())  # fmt: skip
    session.add(run)
    session.flush()
    return run


def first_heard(session: Session) -> datetime | None:
    """Return when our first webhook came: what is older came by none."""
    found: datetime | None = session.execute(SQL["first_heard"]).scalar()
    return found


def next_one(session: Session) -> Reconciliation | None:
    """Return the one that runs."""
    query = select(Reconciliation).where(col(Reconciliation.state) == RunState.RUNS)
    return session.exec(query.order_by(col(Reconciliation.id))).first()


def note_plan(session: Session, run_id: int, way: Way, number_id: str, steps: list[Any]) -> None:
    """Keep how a run goes; without a step it has ended."""
    run = session.get_one(Reconciliation, run_id, with_for_update=True)
    run.way, run.number_id, run.plan, run.error = way, number_id, steps, ""
    _end_if_through(session, run)


def note_step(
    session: Session, run: Reconciliation, steps: int, seconds: float, found: Found
) -> None:
    """Note that the next steps of `run` were compared, unless another worker noted them."""
    row = session.get_one(Reconciliation, run.id, with_for_update=True)
    if row.done == run.done:
        row.done, row.seconds = row.done + steps, row.seconds + seconds
        row.error = row.error if row.state is RunState.FAILED else ""  # cancelled meanwhile
        unplaced = {who: row.unplaced.get(who, 0) + n for who, n in found.unplaced.items()}
        weeks = {week: list(map(add, row.weeks.get(week, [0] * 4), counts))
                 for week, counts in found.weeks.items()}  # fmt: skip
        row.unplaced, row.weeks = row.unplaced | unplaced, row.weeks | weeks
    _end_if_through(session, row)


def _end_if_through(session: Session, run: Reconciliation) -> None:
    if run.done >= len(run.plan) and run.state is RunState.RUNS:
        run.state, run.ended_at = RunState.DONE, clock.wall()
        if run.only_counts and run.since:
            _close(session, run, run.since)
    session.flush()
    live.publish(session, TOPIC)


def _close(session: Session, run: Reconciliation, since: datetime) -> None:
    """Set our own numbers beside theirs; reconcile from the first week on where we lack any."""
    asked = {"own": settings().own_number, "since": since, "until": run.until}
    here = {row.monday: [row.texts, row.calls] for row in session.execute(SQL["here"], asked)}
    run.weeks = {week: run.weeks.get(week, [0] * 4) + here.get(week, [0, 0])
                 for week in sorted({*run.weeks, *here})}  # fmt: skip
    lacking = [week for week, counts in run.weeks.items() if counts[2] or counts[3]]
    if lacking:
        _add(session, datetime.fromisoformat(lacking[0]).replace(tzinfo=UTC), run.asked_by)


def fail(session: Session, run_id: int, because: str) -> None:
    """Note why a run stopped; it goes on from where it was at the next minute, or by hand."""
    session.get_one(Reconciliation, run_id, with_for_update=True).error = because
    session.flush()
    live.publish(session, TOPIC)


def turn(session: Session, run_id: int, person: Person, verb: str) -> None:
    """Pause a run, let it go on, or end it as it is; raise CrmError when that cannot be."""
    person.must(Permission.READ_ALL_THREADS)
    run = session.get_one(Reconciliation, run_id, with_for_update=True)
    after = {"pause": RunState.PAUSED, "go on": RunState.RUNS, "cancel": RunState.FAILED}.get(verb)
    if after is None or run.state not in OPEN:
        raise CrmError("This reconciliation has ended.")
    run.state, run.error = after, "cancelled" if verb == "cancel" else ""
    run.ended_at = clock.wall() if after is RunState.FAILED else None
    session.flush()


def note_recovered(session: Session, run_id: int, *, is_history: bool, **what: int) -> list[bool]:
    """Keep that a message or call (`message_id`, `call_id`) came by reconciliation, once.

    Return, if it is new, whether it is history: from before our first webhook.
    """
    new = insert(Recovered).values(reconciliation_id=run_id, is_history=is_history, **what)
    kept = new.on_conflict_do_nothing().returning(col(Recovered.is_history))
    return list(session.execute(kept).scalars())


def count(session: Session, run_id: int, new: list[bool]) -> None:
    """Add what was recovered to its run's numbers: all history may have a million."""
    told = {"id": run_id, "found": len(new), "lost": new.count(False)}
    session.execute(SQL["count"], told)
