"""Forgetting old imports: files and rows after 90 days, what an undo needs after 30."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.imports.actions import folder
from crm_app.undoing.undo import DAYS

ROWS_DAYS = 90
_OLD = (
    "select id from import where coalesce(finished_at, created_at) < :before"
    " and state not in ('applying', 'undoing')"
)
_UNNEEDED = text(
    f"update import_outcome set changes = '[]' where changes <> '[]' and import_id in ({_OLD})"
)
_ROWS = [text(f"delete from {table} where import_id in ({_OLD})")
         for table in ("import_outcome", "import_row")]  # fmt: skip
_FILES = text(f"select stored_as from import where id in ({_OLD})")


def forget(session: Session) -> None:
    """Delete what is too old; an import's own record and its counts stay for ever."""
    now = clock.now(session)
    session.execute(_UNNEEDED, {"before": now - timedelta(days=DAYS)})
    given = {"before": now - timedelta(days=ROWS_DAYS)}
    for statement in _ROWS:
        session.execute(statement, given)
    for name in session.execute(_FILES, given).scalars():
        (folder() / name).unlink(missing_ok=True)
