"""Applies uploaded files in the worker; what was dropped is picked up within a minute."""

import logging
from typing import Any

import psycopg
from sqlalchemy import exc
from sqlmodel import col, select

from crm_app import db, queue
from crm_app.errors import CrmError
from crm_app.imports import actions
from crm_app.imports.models import Import

logger = logging.getLogger(__name__)


@queue.task
def run(import_id: int) -> None:
    """Apply one import; safe to run twice and to be killed (design §3.4)."""
    try:
        run_now(import_id, wait=False)
    except CrmError as problem:
        with db.transaction() as session:
            actions.refuse(session, import_id, str(problem))
    except (psycopg.Error, exc.DBAPIError) as problem:
        logger.warning("import %s waits for the sweep: %s", import_id, type(problem).__name__)


def run_now(import_id: int, *, wait: bool) -> dict[str, Any] | None:
    """Apply one import and return its counts, or None when somebody else does it.

    Raises CrmError when it cannot be applied.
    """

    def told(rows: int) -> None:
        with db.transaction() as session:
            actions.note_progress(session, import_id, rows)

    with db.transaction() as session:
        if not actions.begin(session, import_id, wait=wait):
            return None
    with db.transaction() as session:
        return actions.apply_import(session, import_id, told)


@queue.periodic
def resume() -> None:
    """Apply what was uploaded or begun and is not done: the bell was lost or the worker killed."""
    with db.transaction() as session:
        waiting = session.exec(select(Import.id).where(col(Import.state).in_(actions.OPEN))).all()
    for import_id in waiting:
        run(import_id)
