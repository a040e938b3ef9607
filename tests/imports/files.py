"""Makes small PropertyRadar files; every person and number in them is invented."""

import csv
from pathlib import Path
from typing import Any

from sqlmodel import Session

from crm_app.errors import CrmError
from crm_app.imports import actions, queries, tasks
from crm_app.imports.models import Import
from crm_app.settings import ROOT

SAMPLE = ROOT / "tests" / "data" / "propertyradar_sample.csv"
HEADER = next(csv.reader(SAMPLE.read_text(encoding="utf-8").splitlines()))
HOUSE = {
    "Type": "SFR",
    "Address": "12 LANTERNWICK ST",
    "City": "QUINCY",
    "ZIP": "02169",
    "APN": "Q-1",
    "Yr Built": "1958",
    "Est Value": "612000",
    "Listed for Sale?": "0",
    "Mail Address": "12 LANTERNWICK ST",
    "Mail ZIP": "02169",
    "Primary Name": "PAT EXAMPLE",
    "Primary Mobile Phone1": "617-555-0140",
    "Primary Mobile 1 Status": "Active",
}


def house(**changes: str) -> dict[str, str]:
    """A good row; `changes` names columns with _ for a space and without other signs."""
    row = dict.fromkeys(HEADER, "") | HOUSE
    for name, value in changes.items():
        wanted = name.replace("_", "").lower()
        column = next(
            c for c in HEADER if "".join(x for x in c.lower() if x.isalnum() or x in "$%") == wanted
        )
        row[column] = value
    return row


def write(path: Path, *rows: dict[str, str], header: list[str] = HEADER) -> Path:
    """Write rows as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take_in(session: Session, path: Path, list_name: str = "Spring") -> int:
    """Put a file where an upload would, and return the import's id."""
    name = f"{path.stem}-{len(list(actions.folder().iterdir()))}.csv"
    (actions.folder() / name).write_bytes(path.read_bytes())
    import_id = actions.take_in(session, path.name, name, list_name, is_approved=True)
    session.commit()
    return import_id


def apply(session: Session, path: Path, list_name: str = "Spring") -> dict[str, Any]:
    """Import a file as the worker does and return its result."""
    import_id = take_in(session, path, list_name)
    tasks.run(import_id)
    session.expire_all()
    error = session.get_one(Import, import_id).error
    if error:
        raise CrmError(error)
    return queries.result(session, import_id)
