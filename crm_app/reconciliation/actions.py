"""Verbs of a reconciliation: begin, take, note a page, end, pause, go on. Wall-clock times."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.conversations.models import Direction
from crm_app.errors import CrmError
from crm_app.reconciliation.models import Reconciliation, Recovered, RunState

TOPIC = "reconciliation"
BACK = timedelta(hours=48)
OPEN = (RunState.RUNS, RunState.PAUSED)
_ONE_AT_A_TIME = text("select pg_try_advisory_xact_lock(1005, 0)")
_FIRST_HEARD = text("select min(received_at) from delivery")


def begin(session: Session, person: Person | None, *, is_all: bool = False) -> Reconciliation:
    """Begin one, 48 hours back or over all history; raise CrmError while another is under way."""
    if person:
        person.must(Permission.SETTINGS if is_all else Permission.READ_ALL_THREADS)
    if not session.execute(_ONE_AT_A_TIME).scalar_one() or open_one(session):
        raise CrmError("One is under way already: let it end, or pause and cancel it.")
    now = clock.wall()
    run = Reconciliation(since=None if is_all else now - BACK, started_at=now,
                         asked_by=person.id if person else None)  # fmt: skip
    session.add(run)
    session.flush()
    return run


def open_one(session: Session) -> Reconciliation | None:
    """Return the one that runs or is paused."""
    return session.exec(select(Reconciliation).where(col(Reconciliation.state).in_(OPEN))).first()


def note_page(session: Session, run_id: int, page: str, conversations: int, messages: int) -> bool:
    """Note a page of conversations as compared; return whether to go on with the next."""
    run = session.get_one(Reconciliation, run_id, with_for_update=True)
    run.page, run.error = page, ""
    run.conversations += conversations
    run.messages += messages
    if not page and run.state is RunState.RUNS:
        run.state, run.ended_at = RunState.DONE, clock.wall()
    session.flush()
    live.publish(session, TOPIC)
    return run.state is RunState.RUNS


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


def note_recovered(
    session: Session, run_id: int, message_id: int, direction: Direction, at: datetime
) -> None:
    """Keep that a message came by reconciliation; one from before our first webhook is history."""
    heard = session.execute(_FIRST_HEARD).scalar()
    is_history = heard is None or at < heard
    session.add(Recovered(reconciliation_id=run_id, message_id=message_id, direction=direction,
                          is_history=is_history))  # fmt: skip
    session.flush()
