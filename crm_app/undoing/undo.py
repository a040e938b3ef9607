"""Taking an import back: what it made goes, what it changed returns, what people built on it stays.

Only `import_id` on rows and `import_outcome.changes` are needed; undo.sql says what happens.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.models import Contact, ContactProperty, PhoneNumber, Property
from crm_app.errors import CrmError
from crm_app.imports.models import Import, ImportState

DAYS = 30
_ENDED = (ImportState.APPLIED, ImportState.CANCELLED, ImportState.FAILED)
_STATEMENTS = [
    statement
    for part in ("undo.sql", "undo_fields.sql")
    for statement in Path(__file__).with_name(part).read_text(encoding="utf-8").split(";\n")
    if statement.strip()
]
_TABLES: dict[str, Any] = {
    "property": Property, "contact": Contact, "phone_number": PhoneNumber,
    "contact_property": ContactProperty,
}  # fmt: skip
_OWN = "undo_patch, undo_theirs, undo_stays, undo_member, undo_back, undo_list"
_REHOUSED = text(  # their ties have changed since, too
    "select id from undo_patch p where entity = 'contact' and before ? 'houses' and not exists"
    " (select from undo_back b where b.entity = p.entity and b.id = p.id and b.patch ? 'houses')"
)


def must_be_undoable(session: Session, found: Import) -> None:
    """Raise CrmError unless this import ended in the last 30 days and has what an undo needs."""
    ended = found.finished_at or found.created_at
    if found.state not in _ENDED:
        raise CrmError("There is nothing to undo: this import is not applied.")
    if clock.now(session) > ended + timedelta(days=DAYS) or not found.header:
        raise CrmError(f"An import can be undone for {DAYS} days, and this one is older.")


def undo_import(session: Session, import_id: int, told: Callable[[int], None]) -> None:
    """Take an import back, wholly or in part applied; `told(rows)` hears of progress.

    One transaction. What somebody edited, texted, called, tagged or tied since stays, and so does
    what another import has met: `import_outcome.stayed` says why. Suppressions always stay. What
    it locks waits until the commit; IntegrityError when somebody was quicker: it may run again.
    """
    rows = session.get_one(Import, import_id).rows_total
    at = clock.now(session)
    steps = [step for statement in _STATEMENTS for step in _for_tables(statement)]
    for done, step in enumerate(steps):
        if done % 10 == 9:
            told(rows * done // len(steps))
        session.execute(text(step), {"id": import_id, "at": at})
    refresh_houses(session, session.execute(_REHOUSED).scalars())
    session.execute(text(f"drop table {_OWN}"))
    found = session.get_one(Import, import_id, populate_existing=True)
    found.state, found.undone_at, found.rows_done = ImportState.UNDONE, at, rows
    session.flush()
    live.publish(session, "import", import_id)


def _for_tables(statement: str) -> list[str]:
    """Return the statement, or with {table} in it one for each table that an import changes."""
    if "{table}" not in statement:
        return [statement]
    made = []
    for name, model in _TABLES.items():
        columns = [c.name for c in model.__table__.columns if c.computed is None and c.name != "id"]
        sets = ", ".join(f"{column} = r.{column}" for column in columns)
        made.append(statement.replace("{table}", name).replace("{sets}", sets))
    return made
