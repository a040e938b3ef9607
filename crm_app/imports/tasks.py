"""Drives imports in the worker, step by step; what was dropped is picked up within a minute."""

import logging
from datetime import datetime

import psycopg
from sqlalchemy import exc
from sqlmodel import Session, col, select

from crm_app import clock, db, queue
from crm_app.conversations.optout import call_back_left, opt_out
from crm_app.conversations.slots import lock_number
from crm_app.errors import CrmError
from crm_app.imports import steps
from crm_app.imports.models import Import
from crm_app.undoing import cleaning

logger = logging.getLogger(__name__)
_AGAIN = (psycopg.IntegrityError, psycopg.errors.DeadlockDetected)
_FAILED = (*_AGAIN, psycopg.OperationalError, exc.IntegrityError, exc.OperationalError)


@queue.task
def run(import_id: int, wait: bool = False) -> None:
    """Do all that an import's state asks for, unless another import is at it (`wait`: then wait).

    Each step, and each batch, is a transaction: safe to run twice and to be killed (design §3.4).
    """

    def told(rows: int | None) -> None:
        with db.transaction() as session:  # its own: browsers see it before the rows are written
            steps.note_progress(session, import_id, rows)

    goes_on = True
    while goes_on:
        try:
            with db.transaction() as session:
                goes_on = wait = steps.advance(session, import_id, told, _stop, wait)
            with db.transaction() as session:  # who sold is not told for days that a text will go
                call_back_left(session)
        except CrmError as problem:
            with db.transaction() as session:
                steps.end(session, import_id, str(problem))
            return
        except _FAILED as problem:
            if isinstance(getattr(problem, "orig", problem), _AGAIN):
                continue  # somebody saved one of its numbers: that batch again, at once
            logger.warning("import %s waits for the sweep: %s", import_id, type(problem).__name__)
            return


def _stop(session: Session, e164: str, because: str | None, since: datetime | None) -> None:
    """Keep a number from every claim; with a reason, call back what waits for whom we texted."""
    lock_number(session, e164)
    if because is None:
        return
    at = since or clock.now(session)
    opt_out(session, e164, source="import", because=because, at=at)


@queue.periodic
def resume() -> None:
    """Go on with what was begun and is not done: the bell was lost or the worker killed."""
    with db.transaction() as session:
        waiting = session.exec(select(Import.id).where(col(Import.state).in_(steps.OPEN))).all()
    for import_id in waiting:
        run(import_id)


@queue.nightly("03:30")
def forget() -> None:
    """Delete the files and rows of imports of 90 days ago, and what undoes those of 30."""
    with db.transaction() as session:
        cleaning.forget(session)
