"""Reads of the imports module: the result as JSON, past imports, one import with its rows."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, times
from crm_app.compliance.queries import attestation_of
from crm_app.imports.models import LOOK, Import, ImportRow, ImportState, Verdict

MOST = 500  # rows that need a look are shown up to here, refused ones first
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
    query = select(ImportRow.line, ImportRow.reason).order_by(col(ImportRow.line))
    refused = query.where(ImportRow.import_id == found.id, ImportRow.verdict == Verdict.FAILED)
    return {
        "import_id": found.id,
        "list_id": found.list_id,
        **{key: found.counts[key] for key in _KEYS},
        "rejected": [{"line": line, "reason": reason} for line, reason in session.exec(refused)],
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
    now, rows = clock.now(session), list[PastImport]()
    for found in session.exec(select(Import).order_by(col(Import.id).desc()).limit(100)):
        at, told = found.created_at, found.error or f"{found.rows_total:,} rows → {found.list_name}"
        state = _STATES[found.state]
        rows.append(
            PastImport(found.id, found.file_name, told, times.ago(at, now), times.exact(at), *state)
        )
    return rows


@dataclass(frozen=True)
class RowShown:
    """A row that was refused, or of which something was left out."""

    line: int
    is_failed: bool
    words: list[str]


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
    counts: dict[str, int] = field(default_factory=dict)
    attested: str = ""
    rows: list[RowShown] = field(default_factory=list)


def shown(session: Session, import_id: int) -> Shown:
    """Return an import for its page; its id is 0 when there is none."""
    found = session.get(Import, import_id)
    if found is None:
        return Shown()
    counts = dict(found.counts)
    for kind in ("properties", "contacts"):
        counts |= {f"{kind}-{name}": number for name, number in counts.pop(kind, {}).items()}
    attested = attestation_of(session, found.list_id or 0)
    rows = session.execute(
        text(
            f"select line, verdict = 'failed', reason, warnings from import_row where ({LOOK})"
            f" and import_id = :id order by verdict = 'failed' desc, line limit {MOST}"
        ),
        {"id": import_id},
    )
    looked = [RowShown(line, bad, [why, *more] if bad else more) for line, bad, why, more in rows]
    return Shown(
        found.id, found.file_name, found.list_name, found.list_id or 0, found.state.value,
        found.error, found.rows_done, found.rows_total, counts,
        f"Attested by {attested.by}, {times.exact(attested.at)}." if attested else "", looked,
    )  # fmt: skip
