"""What the worker does of an import, step by step; a step, or a batch of it, is a transaction."""

import time
from collections.abc import Callable

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.errors import CrmError
from crm_app.imports import apply, batch, staging
from crm_app.imports.models import Import, ImportState
from crm_app.undoing.undo import undo_import

S = ImportState
LOCK = 7_001  # one step of one import at a time: `pg_advisory_xact_lock` of this number
TRIES = 10
OPEN = (S.UPLOADED, S.READING, S.PLANNING, S.APPLYING, S.UNDOING)
LOCKED = {"key_share": True}  # rows that are being read refer to the import meanwhile


class CancelledError(CrmError):
    """A person cancelled; what the step has done so far is to be rolled back. It has no words."""


def go_to(session: Session, found: Import, state: ImportState) -> None:
    """Begin a step, or wait for a person; raises CancelledError when one cancelled meanwhile."""
    was = found.state
    session.refresh(found, ["state", "rows_done", "is_cancelling"], with_for_update=LOCKED)
    if found.state is not was or (found.is_cancelling and was in OPEN):
        raise CancelledError
    found.state, found.rows_done, found.error, found.is_cancelling = state, 0, "", False
    found.began_at = clock.now(session)
    found.counts = found.counts | {"tries": 0}
    session.flush()
    live.publish(session, "import", found.id)


def advance(
    session: Session, import_id: int, told: Callable[[int | None], None], stop: batch.Stop,
    wait: bool = False,
) -> bool:  # fmt: skip
    """Do an import's next step, a batch at most; False: there is none, or another import's runs.

    `told(rows)` notes progress in a transaction of its own, `told(None)` that a step begins; it may
    raise CancelledError. `stop` as for `apply_batch`. Raises CrmError; IntegrityError when somebody
    saved the same number meanwhile: it may run again.
    """
    started = time.monotonic()
    lock = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    if session.execute(text(f"select {lock}({LOCK})")).scalar() is False:
        return False
    found = session.get(Import, import_id, populate_existing=True)
    if found is None or found.state not in OPEN:
        return False
    told(None)
    session.refresh(found)
    seconds = found.counts.get("seconds", 0)
    if found.state is S.UPLOADED:
        is_sure = staging.recognise(session, found)
        go_to(session, found, S.READING if is_sure else S.MAPPING)
    elif found.state is S.READING:
        staging.read_in(session, found, told)
        go_to(session, found, S.PLANNING)
    elif found.state is S.PLANNING:
        found.counts = apply.plan(session, found, told)
        go_to(session, found, S.APPLYING if found.is_approved else S.PLANNED)
    elif found.state is S.UNDOING:
        undo_import(session, import_id, told)
    elif found.state is S.APPLYING and (counts := apply.apply_batch(session, found, stop)):
        session.refresh(found, ["is_cancelling"], with_for_update=LOCKED)
        found.counts, found.state = counts, S.APPLIED
        found.is_cancelling, found.finished_at = False, clock.now(session)  # a cancel is too late
    took = {"tries": 0, "seconds": round(seconds + time.monotonic() - started, 3)}
    found.counts = found.counts | took
    live.publish(session, "import", import_id)
    return True


def note_progress(session: Session, import_id: int, rows: int | None) -> None:
    """Tell the browsers how many rows of the step are done; None: a step begins once more.

    Raises CancelledError when a person cancelled, CrmError after TRIES.
    """
    found = session.get_one(Import, import_id, with_for_update=LOCKED, populate_existing=True)
    tries = found.counts.get("tries", 0)
    if found.is_cancelling:
        raise CancelledError
    if rows is not None:
        found.rows_done = rows
    elif tries >= TRIES:
        raise CrmError(
            "This file could not be imported, and it has been logged. Try a smaller one."
        )
    else:
        found.counts = found.counts | {"tries": tries + 1}
    live.publish(session, "import", import_id)


def end(session: Session, import_id: int, because: str) -> None:
    """End an import where it stands: cancelled, or failed with a sentence for the person.

    Its counts are then of what is written, not of the plan.
    """
    found = session.get_one(Import, import_id, with_for_update=LOCKED, populate_existing=True)
    found.state, found.error = S.FAILED if because else S.CANCELLED, because
    found.finished_at, found.is_cancelling = clock.now(session), False
    took = {"seconds": found.counts.get("seconds", 0)}
    found.counts = took | apply.written(session, found)
    live.publish(session, "import", import_id)
