"""What the worker does for reconciliations: begins the night's and the week's, goes on with one."""

import logging
from threading import Lock
from time import monotonic

from crm_app import db, queue
from crm_app.errors import ProviderError
from crm_app.reconciliation import actions, compare, listing

logger = logging.getLogger(__name__)
_going_on = Lock()


@queue.periodic
def begin_at_night() -> None:
    """Begin the night's run when it is due, and let somebody go on with the one that is open."""
    with db.transaction() as session:
        if actions.is_due(session):
            actions.begin(session, None)
    queue.ring(go_on)  # all history takes an hour: that is no late job


@queue.periodic
def compare_weeks() -> None:
    """On Sundays count the last weeks' texts and calls, here and there."""
    with db.transaction() as session:
        if actions.is_due(session, only_counts=True):
            actions.begin(session, None, only_counts=True)


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
            planned = listing.plan(run)
            with db.transaction() as session:
                actions.note_plan(session, run.id, *planned)
            return True
        steps, found = compare.step(run)
    except ProviderError as problem:
        logger.warning("a reconciliation stopped: %s", problem.kind)
        with db.transaction() as session:
            actions.fail(session, run.id, str(problem))
        return False
    with db.transaction() as session:
        actions.note_step(session, run, steps, monotonic() - began, found)
    return True
