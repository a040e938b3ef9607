"""Reads of the imports module: the result as JSON, past imports, one import, its rows."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, times
from crm_app.compliance.queries import attestation_of
from crm_app.imports.models import Import, ImportRow, ImportState, Verdict

PAGE_SIZE = 50
_KEYS = ("rows", "properties", "contacts", "links", "refused_phones")
_STATES = {
    ImportState.UPLOADED: ("Waiting", "waiting"),
    ImportState.APPLYING: ("Importing", "waiting"),
    ImportState.APPLIED: ("Done", "fine"),
    ImportState.FAILED: ("Not imported", "blocked"),
}


def result(session: Session, import_id: int) -> dict[str, Any]:
    """Return an applied import as the command line's JSON."""
    found = session.get_one(Import, import_id, populate_existing=True)
    rejected = session.exec(
        select(ImportRow.line, ImportRow.reason)
        .where(ImportRow.import_id == import_id, ImportRow.verdict == Verdict.FAILED)
        .order_by(col(ImportRow.line))
    )
    return {
        "import_id": found.id,
        "list_id": found.list_id,
        **{key: found.counts[key] for key in _KEYS},
        "rejected": [{"line": line, "reason": reason} for line, reason in rejected],
        "seconds": found.counts["seconds"],
    }


@dataclass(frozen=True)
class PastImport:
    """One line of the list of imports."""

    id: int
    name: str
    detail: str
    when: str
    exact: str
    state: str
    tone: str


def past_imports(session: Session) -> list[PastImport]:
    """Return the last hundred imports, newest first."""
    now = clock.now(session)
    rows = []
    for found in session.exec(select(Import).order_by(col(Import.id).desc()).limit(100)):
        done = found.state is ImportState.APPLIED
        detail = f"{found.rows_total:,} rows → {found.list_name}" if done else found.error
        at = found.created_at
        rows.append(PastImport(found.id, found.file_name, detail, times.ago(at, now),
                               times.exact(at), *_STATES[found.state]))  # fmt: skip
    return rows


@dataclass(frozen=True)
class Shown:
    """An import as its page shows it; `attested` says who attested its list, and when."""

    id: int = 0
    file_name: str = ""
    list_name: str = ""
    list_id: int = 0
    state: str = ""
    error: str = ""
    rows_done: int = 0
    rows_total: int = 0
    properties: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    links: int = 0
    refused_phones: int = 0
    people: int = 0
    attested: str = ""


def shown(session: Session, import_id: int) -> Shown:
    """Return an import for its page; its id is 0 when there is none."""
    found = session.get(Import, import_id)
    if found is None:
        return Shown()
    counts, list_id = found.counts, found.list_id or 0
    attested = attestation_of(session, list_id)
    people = session.execute(
        text("select count(*) from list_member where list_id = :id"), {"id": list_id}
    ).scalar_one()
    return Shown(
        found.id, found.file_name, found.list_name, list_id, found.state.value, found.error,
        found.rows_done, found.rows_total, counts.get("properties", {}),
        counts.get("contacts", {}), counts.get("links", 0), counts.get("refused_phones", 0),
        people, f"Attested by {attested.by}, {times.exact(attested.at)}." if attested else "",
    )  # fmt: skip


@dataclass(frozen=True)
class RowShown:
    """A row that was refused, or of which something was left out."""

    line: int
    is_failed: bool
    words: list[str]


def rows(session: Session, import_id: int, page: int) -> tuple[list[RowShown], int]:
    """Return a page of the rows that need a look, refused ones first, and how many there are."""
    where = "import_id = :id and (verdict = 'failed' or warnings <> '[]')"
    total = session.execute(
        text(f"select count(*) from import_row where {where}"), {"id": import_id}
    ).scalar_one()
    found = session.execute(
        text(
            f"select line, verdict = 'failed', reason, warnings from import_row where {where}"
            f" order by verdict = 'failed' desc, line limit {PAGE_SIZE} offset :offset"
        ),
        {"id": import_id, "offset": (page - 1) * PAGE_SIZE},
    )
    return [
        RowShown(line, is_failed, [reason, *warnings] if reason else warnings)
        for line, is_failed, reason, warnings in found
    ], total
