"""The life of an import: taken in, applied once, or refused with a sentence."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.compliance.queries import is_attested
from crm_app.errors import CrmError
from crm_app.imports.apply import Applying
from crm_app.imports.models import Import, ImportState
from crm_app.intake import readers
from crm_app.settings import settings

LOCK = 7_001  # one application at a time: `pg_advisory_xact_lock` of this number
TRIES = 10
OPEN = (ImportState.UPLOADED, ImportState.APPLYING)
Told = Callable[[int], None]


def folder() -> Path:
    """Return where uploaded files lie; made on first use."""
    made = settings().data_path / "imports"
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def take_in(
    session: Session, *, file_name: str, stored_as: str, list_name: str, user_id: int | None
) -> int:
    """Note a file that lies in `folder()` and return the import's id; nothing is read yet."""
    at = clock.now(session)
    day = at.astimezone(ZoneInfo(settings().company_timezone)).date()
    made = Import(
        file_name=file_name[:200],
        stored_as=stored_as,
        list_name=" ".join(list_name.split())[:120] or f"{Path(file_name).stem[:100]} {day}",
        created_by=user_id,
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made.id


def begin(session: Session, import_id: int, *, wait: bool) -> bool:
    """Count the rows and mark the import as being applied; return whether there is work to do.

    Without `wait` there is none while another import is applied: the sweep comes again. Raises
    CrmError with what to do when the file cannot be read, or was tried too often.
    """
    lock = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    if session.execute(text(f"select {lock}(:lock)"), {"lock": LOCK}).scalar() is False:
        return False
    found = session.get_one(Import, import_id, populate_existing=True)
    if found.state not in OPEN:
        return False
    tries = int(found.counts.get("tries", 0)) + 1
    if tries > TRIES:
        raise CrmError("This file could not be applied, and it has been logged. Try a smaller one.")
    found.counts = {"tries": tries}
    found.state, found.rows_done = ImportState.APPLYING, 0
    found.rows_total = readers.count(_table(found))
    live.publish(session, "import", import_id)
    return True


def _table(found: Import) -> readers.Table:
    path = folder() / found.stored_as
    if not path.exists():
        raise CrmError("The uploaded file is gone. Upload it again.")
    return readers.open_table(path)


def apply_import(session: Session, import_id: int, told: Told) -> dict[str, Any] | None:
    """Apply an import that `begin` has marked; return its counts, None when it is applied.

    One transaction: killed in the middle, nothing is written and it runs again as a whole. Only
    one is applied at a time. Raises CrmError, or psycopg's IntegrityError when somebody saved
    one of its numbers meanwhile.
    """
    started = time.monotonic()
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    found = session.get_one(Import, import_id, populate_existing=True)
    if found.state is not ImportState.APPLYING:
        return None
    at = clock.now(session)
    found_list = _list(session, found.list_name)
    run = Applying(session, import_id, found_list, at)
    counts = run.apply(_table(found), told)
    if run.added and is_attested(session, found_list):
        raise CrmError(
            f"The list {found.list_name} is attested already, and this file would add {run.added}"
            " people to it. Import it under another name."
        )
    counts["seconds"] = round(time.monotonic() - started, 3)
    session.flush()
    found.counts, found.list_id = counts, found_list
    found.state, found.finished_at = ImportState.APPLIED, clock.now(session)
    found.rows_done = found.rows_total = counts["rows"]
    live.publish(session, "import", import_id)
    return counts


def _list(session: Session, name: str) -> int:
    """Return the id of the list of that name, made when there is none."""
    session.execute(
        text("insert into contact_list (name, created_at) values (:n, :at) on conflict do nothing"),
        {"n": name, "at": clock.now(session)},
    )
    found = session.execute(text("select id from contact_list where name = :n"), {"n": name})
    return int(found.scalar_one())


def note_progress(session: Session, import_id: int, rows: int) -> None:
    """Tell the browsers that `rows` are read; a transaction of its own, before they are written."""
    session.execute(
        text("update import set rows_done = :rows where id = :id"), {"rows": rows, "id": import_id}
    )
    live.publish(session, "import", import_id)


def refuse(session: Session, import_id: int, because: str) -> None:
    """End an import that cannot be applied; `because` is the sentence for the person."""
    found = session.get_one(Import, import_id)
    found.state, found.error = ImportState.FAILED, because
    found.finished_at = clock.now(session)
    live.publish(session, "import", import_id)
