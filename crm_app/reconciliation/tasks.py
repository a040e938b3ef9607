"""What the worker does for reconciliations: begins the night's and the week's, goes on with one."""

import logging
from threading import Lock
from time import monotonic

from crm_app import db, queue
from crm_app.errors import ProviderError, broke
from crm_app.people.tasks import read_contacts
from crm_app.reconciliation import actions, compare, listing

logger = logging.getLogger(__name__)
_going_on = Lock()


@queue.nightly("02:00")
def begin_at_night() -> bool:
    """Begin the night's run; while another runs it waits for that one's end."""
    return _begin()


@queue.nightly("Sun 03:00")
def compare_weeks() -> bool:
    """Count the last weeks' texts and calls, here and there."""
    return _begin(only_counts=True)


def _begin(*, only_counts: bool = False) -> bool:
    with db.transaction() as session:
        is_free = actions.next_one(session) is None
        if is_free:
            actions.begin(session, None, only_counts=only_counts)
    queue.ring(go_on)
    return is_free


@queue.periodic
def carry_on() -> None:
    """Let somebody go on with the run that is open: all history takes an hour, no late job."""
    queue.ring(go_on)


@queue.task
def go_on() -> None:
    """Compare step after step until the end, a pause, or OpenPhone's refusal, which is kept."""
    if not _going_on.acquire(blocking=False):
        return  # another thread is at it
    try:
        while _compare():
            pass
    finally:
        _going_on.release()


def _compare() -> bool:
    with db.transaction() as session:
        run = actions.next_one(session)
        if run is None:
            return False
        session.expunge(run)
    began = monotonic()
    try:
        if run.way is None:
            if run.since is None:
                read_contacts()  # names first: who is found in history gets theirs
            planned = listing.plan(run)
            with db.transaction() as session:
                actions.note_plan(session, run.id, *planned)
            return True
        steps, found = compare.step(run)
    except ProviderError as problem:
        logger.warning("a reconciliation stopped: %s", problem.kind)
        with db.transaction() as session:
            status = f" (error {problem.status})" if problem.status else ""
            actions.fail(session, run.id, f"{str(problem).rstrip('.')}{status}")
        return False
    except compare.UNFORESEEN as problem:
        logger.exception("a reconciliation stopped")
        with db.transaction() as session:
            actions.fail(session, run.id, broke(problem))
        return False
    with db.transaction() as session:
        actions.note_step(session, run, steps, monotonic() - began, found)
    return True
