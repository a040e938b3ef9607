"""What the worker does for reconciliations: begins the night's, goes on with the open one."""

import logging
from threading import Lock

from crm_app import db, queue
from crm_app.errors import ProviderError
from crm_app.openphone.reconcile import compare_page
from crm_app.people.tasks import read_contacts
from crm_app.reconciliation import actions
from crm_app.reconciliation.models import RunState

logger = logging.getLogger(__name__)
_going_on = Lock()


@queue.nightly("02:00")
def begin_at_night() -> bool:
    """Begin the night's run; while another is under way it waits for that one's end."""
    with db.transaction() as session:
        is_free = actions.open_one(session) is None
        if is_free:
            actions.begin(session, None)
    queue.ring(go_on)
    return is_free


@queue.periodic
def carry_on() -> None:
    """Let somebody go on with the run that is open: all history takes an hour, no late job."""
    queue.ring(go_on)


@queue.task
def go_on() -> None:
    """Compare page after page until the end, a pause, or OpenPhone's refusal, which is kept."""
    if not _going_on.acquire(blocking=False):
        return  # another thread is at it
    try:
        while _compare():
            pass
    finally:
        _going_on.release()


def _compare() -> bool:
    with db.transaction() as session:
        run = actions.open_one(session)
        if run is None or run.state is not RunState.RUNS:
            return False
        run_id, page, since = run.id, run.page, run.since
    try:
        if since is None and not page:
            read_contacts()  # names first: who is found in history gets theirs
        return compare_page(run_id, page, since)
    except ProviderError as problem:
        logger.warning("a reconciliation stopped: %s", problem.kind)
        with db.transaction() as session:
            actions.fail(session, run_id, str(problem))
        return False
