"""Reads of the imports module: the result as JSON, past imports, one import with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from crm_app import times
from crm_app.compliance.queries import attestation_of
from crm_app.imports.models import Import, ImportState

MOST = 1_000  # refused rows, and warnings, are shown up to here
_ROWS = text(
    "select r.line, r.reason, r.warnings || coalesce(o.warnings, '[]') as warnings"
    " from import_row r left join import_outcome o using (import_id, line)"
    " where r.import_id = :id and (r.reason <> '' or r.warnings <> '[]' or o.warnings <> '[]')"
    " order by r.line"
)
_TONES = {ImportState.APPLIED: "fine", ImportState.FAILED: "blocked"}


def _rows(session: Session, import_id: int) -> Sequence[Row[Any]]:
    """The rows that need a look, in file order: refused for a `reason`, or with warnings."""
    return session.execute(_ROWS, {"id": import_id}).all()


def result(session: Session, import_id: int) -> dict[str, Any]:
    """Return an applied import as the command line's JSON."""
    found = session.get_one(Import, import_id, populate_existing=True)
    refused = [row for row in _rows(session, import_id) if row.reason]
    rejected = [{"line": row.line, "reason": row.reason} for row in refused]
    return {"import_id": found.id, "list_id": found.list_id, **found.counts, "rejected": rejected}


@dataclass(frozen=True)
class Shown:
    """An import as the screens show it; `attested` says who attested its list, and when."""

    id: int = 0
    file_name: str = ""
    list_name: str = ""
    list_id: int = 0
    state: str = ""
    tone: str = "waiting"
    error: str = ""
    rows_done: int = 0
    rows_total: int = 0
    when: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    attested: str = ""
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _shown(found: Import) -> Shown:
    return Shown(
        found.id, found.file_name, found.list_name, found.list_id or 0, found.state.value.title(),
        _TONES.get(found.state, "waiting"), found.error, found.rows_done, found.rows_total,
        times.exact(found.created_at),
    )  # fmt: skip


def past_imports(session: Session) -> list[Shown]:
    """Return the last hundred imports, newest first, without their counts and rows."""
    found = session.exec(select(Import).order_by(col(Import.id).desc()).limit(100))
    return list(map(_shown, found))


def shown(session: Session, import_id: int) -> Shown:
    """Return an import for its page; its id is 0 when there is none."""
    found = session.get(Import, import_id)
    if found is None:
        return Shown()
    counts = dict(found.counts)
    for kind in ("properties", "contacts"):
        counts |= {f"{kind}-{name}": number for name, number in counts.pop(kind, {}).items()}
    by, rows = attestation_of(session, found.list_id or 0), _rows(session, import_id)
    return replace(
        _shown(found),
        counts=counts,
        attested=f"Attested by {by.by}, {times.exact(by.at)}." if by else "",
        refused=[f"Line {row.line}: {row.reason}" for row in rows if row.reason][:MOST],
        notes=[f"Line {row.line}: {note}" for row in rows for note in row.warnings][:MOST],
    )
