"""Applies uploaded files in the worker; what was dropped is picked up within a minute."""

import logging

import psycopg
from sqlalchemy import exc
from sqlmodel import col, select

from crm_app import db, queue
from crm_app.errors import CrmError
from crm_app.imports import actions, cleaning
from crm_app.imports.models import Import

logger = logging.getLogger(__name__)


@queue.task
def run(import_id: int, wait: bool = False) -> None:
    """Apply one import, if nobody else does; safe to run twice and to be killed (design §3.4)."""

    def told(rows: int, total: int) -> None:
        with db.transaction() as session:  # its own: browsers see it before the rows are written
            actions.note_progress(session, import_id, rows, total)

    try:
        with db.transaction() as session:
            actions.apply_import(session, import_id, told, wait)
    except CrmError as problem:
        with db.transaction() as session:
            actions.refuse(session, import_id, str(problem))
    except (psycopg.Error, exc.DBAPIError) as problem:
        logger.warning("import %s waits for the sweep: %s", import_id, type(problem).__name__)


@queue.periodic
def resume() -> None:
    """Apply what was uploaded or begun and is not done: the bell was lost or the worker killed."""
    with db.transaction() as session:
        waiting = session.exec(select(Import.id).where(col(Import.state).in_(actions.OPEN))).all()
    for import_id in waiting:
        run(import_id)


@queue.nightly("03:30")
def forget() -> None:
    """Delete the files and rows of imports of 90 days ago, and what undoes those of 30."""
    with db.transaction() as session:
        cleaning.forget(session)
