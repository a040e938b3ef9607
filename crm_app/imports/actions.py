"""The life of an import: taken in, applied once, or refused with a sentence."""

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live, times
from crm_app.compliance.queries import attestation_of
from crm_app.errors import CrmError
from crm_app.imports.apply import apply
from crm_app.imports.models import Import, ImportState
from crm_app.intake import readers
from crm_app.settings import settings

LOCK = 7_001  # one application at a time: `pg_advisory_xact_lock` of this number
TRIES = 10
_LIST = text(
    "insert into contact_list (name, created_at) values (:name, :at)"
    " on conflict (name) do update set name = excluded.name returning id"
)
OPEN = (ImportState.UPLOADED, ImportState.APPLYING)


def folder() -> Path:
    """Return where uploaded files lie; made on first use."""
    made = settings().data_path / "imports"
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def take_in(
    session: Session, file_name: str, stored_as: str, list_name: str, user_id: int | None = None
) -> int:
    """Note a file that lies in `folder()` and return the import's id; nothing is read yet."""
    at = clock.now(session)
    named = " ".join(list_name.split()) or f"{Path(file_name).stem[:100]} {times.local(at).date()}"
    made = Import(file_name=file_name[:200], stored_as=stored_as, created_by=user_id, created_at=at)
    made.list_name = named[:120]
    session.add(made)
    session.flush()
    return made.id


def apply_import(
    session: Session, import_id: int, told: Callable[[int, int], None], wait: bool = False
) -> None:
    """Apply an import, unless it is applied already; `told(rows, of)` hears of progress.

    One transaction, and one at a time: without `wait` it returns while another is applied. Raises
    CrmError, or IntegrityError when somebody saved one of its numbers meanwhile.
    """
    started, at = time.monotonic(), clock.now(session)
    lock = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    if session.execute(text(f"select {lock}({LOCK})")).scalar() is False:
        return
    found = session.get_one(Import, import_id, populate_existing=True)
    if found.state not in OPEN:
        return
    if found.counts.get("tries", 0) >= TRIES:
        raise CrmError("This file could not be applied, and it has been logged. Try a smaller one.")
    told(0, 0)
    path = folder() / found.stored_as
    if not path.exists():
        raise CrmError("The uploaded file is gone. Upload it again.")
    list_id = session.execute(_LIST, {"name": found.list_name, "at": at}).scalar_one()
    counts = apply(session, import_id, list_id, readers.read(path), told)
    added = counts.pop("added")
    if added and attestation_of(session, list_id):
        raise CrmError(
            f"The list {found.list_name} is attested already, and this file would add {added}"
            " people to it. Import it under another name."
        )
    counts["seconds"] = round(time.monotonic() - started, 3)
    found.counts, found.list_id, found.state = counts, list_id, ImportState.APPLIED
    found.finished_at = at
    session.flush()
    live.publish(session, "import", import_id)


def note_progress(session: Session, import_id: int, rows: int, total: int) -> None:
    """Tell the browsers how many rows of `total` are read; 0 begins another try."""
    found = session.get_one(Import, import_id)
    found.state, found.rows_done, found.rows_total = ImportState.APPLYING, rows, total
    found.counts = {"tries": found.counts.get("tries", 0) + (rows == 0)}
    live.publish(session, "import", import_id)


def refuse(session: Session, import_id: int, because: str) -> None:
    """End an import that cannot be applied; `because` is the sentence for the person."""
    found = session.get_one(Import, import_id)
    found.state, found.error = ImportState.FAILED, because
    found.finished_at = clock.now(session)
    live.publish(session, "import", import_id)
