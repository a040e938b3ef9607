"""What the worker does for files: fetch them, one at a time, and come back to what failed."""

from threading import Event, Lock

from crm_app import clock, db, queue
from crm_app.errors import CrmError
from crm_app.media import actions, client, store

_rung, _fetching = Event(), Lock()  # a slow link holds one of the worker's threads, no more


@queue.task
def fetch_due() -> None:
    """Fetch what is due; when somebody is at it already, they look once more."""
    queue.take_turns(_rung, [_fetching], _fetch_all)


def _fetch_all() -> None:
    while fetch_one():
        pass


def wake() -> None:
    """Ring when a file is due, as after a delivery was applied."""
    with db.transaction() as session:
        is_due = actions.is_due(session, clock.wall())
    if is_due:
        queue.ring(fetch_due)


@queue.periodic
def fetch_again() -> None:
    """Fetch what is due again, and what no bell was heard for."""
    fetch_due()


def fetch_one() -> bool:
    """Fetch the next file that is due; return whether there was one."""
    with db.transaction() as session:
        found = actions.claim(session, clock.wall())
    if found is None:
        return False
    media_id, link = found
    try:
        kept = store.keep(client.download(link))
    except CrmError as problem:
        is_final = not isinstance(problem, client.LaterError)
        with db.transaction() as session:
            actions.note_failed(session, media_id, str(problem), is_final=is_final)
    else:
        with db.transaction() as session:
            actions.note_kept(session, media_id, kept)
    return True
