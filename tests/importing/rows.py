"""An import with its rows, made by hand: what the screens read, whatever wrote it."""

from typing import Any

from sqlmodel import Session

from crm_app import clock
from crm_app.imports.models import Import, ImportOutcome, ImportRow, ImportState, Verdict

HEADER = ["Address", "City", "ZIP", "Primary Name", "Primary Mobile Phone1"]
CELLS = ["12 LANTERNWICK ST", "QUINCY", "02169", "PAT EXAMPLE", "617-555-0140"]
HOUSE = {"address": "12 Lanternwick St", "city": "Quincy", "zip5": "02169"}
PAT = {"name": "Pat Example", "numbers": [{"e164": "+16175550140"}]}
COUNTS = {
    "rows": 4, "created": 1, "updated": 1, "unchanged": 0, "failed": 2, "links": 2,
    "properties": {"created": 1, "updated": 1, "unchanged": 0, "failed": 2}, "refused_phones": 0,
    "contacts": {"created": 1, "updated": 0, "unchanged": 1}, "added": 1, "tries": 1,
}  # fmt: skip


def make_import(session: Session, state: ImportState = ImportState.PLANNED, **said: Any) -> Import:
    """Return an import; `said` are its columns."""
    given = {"file_name": "spring.csv", "stored_as": "spring.csv", "list_name": "Spring",
             "recipe": "PropertyRadar", "sureness": 100, "header": HEADER, "rows_total": 4,
             "counts": COUNTS, "created_at": clock.now(session)} | said  # fmt: skip
    found = Import(state=state, **given)
    session.add(found)
    session.flush()
    return found


def add_row(
    session: Session, found: Import, line: int, verdict: Verdict = Verdict.CREATED, **said: Any
) -> None:
    """Add a row and its outcome; `said` are columns of either."""
    row: dict[str, Any] = {"raw": CELLS, "house": HOUSE, "people": [PAT]}
    row |= {name: said.pop(name) for name in list(said) if name in ImportRow.model_fields}
    session.add(ImportRow(import_id=found.id, line=line, place=line - 1, **row))
    kinds: dict[str, Any] = {"property_verdict": verdict.value if row["house"] else ""} | said
    session.add(ImportOutcome(import_id=found.id, line=line, verdict=verdict, **kinds))
    session.flush()


def four_rows(session: Session) -> Import:
    """One that is new, one that changes a house and its contact, two that are refused."""
    found = make_import(session)
    add_row(session, found, 2, contact_verdicts=["created"], contact_ids=[11])
    changes = [
        {"entity": "property", "id": 7, "kept": ["notes"],
         "before": {"value_cents": 60000000, "purchased_on": None, "version": 1},
         "after": {"value_cents": 61200000, "purchased_on": "2024-03-01", "version": 2}},
        {"entity": "contact", "id": 12, "before": {"email": ""}, "after": {"email": "p@x.example"}},
    ]  # fmt: skip
    add_row(session, found, 3, Verdict.UPDATED, contact_verdicts=["unchanged"], contact_ids=[12],
            changes=changes, property_id=7, warnings=["Longitude and latitude were swapped."],
            )  # fmt: skip
    bad = {"house": None, "people": [], "property_verdict": "failed"}
    add_row(session, found, 4, Verdict.FAILED, reason="no address", raw=["", *CELLS[1:]], **bad)
    long = [*CELLS[:3], "EXAMPLE", "PAT", CELLS[4]]
    reason = "6 cells where the header has 5: the row is shifted"
    add_row(session, found, 5, Verdict.FAILED, reason=reason, raw=long, **bad)
    return found
