"""Reads of the imports module: the list of past imports, one import, its rows."""

from typing import Any

from sqlmodel import Session, col, select

from crm_app.imports.models import Import, ImportRow, Verdict


def result(session: Session, import_id: int) -> dict[str, Any]:
    """Return an applied import as the command line's JSON."""
    found = session.get_one(Import, import_id)
    rejected = session.exec(
        select(ImportRow.line, ImportRow.reason)
        .where(ImportRow.import_id == import_id, ImportRow.verdict == Verdict.FAILED)
        .order_by(col(ImportRow.line))
    )
    return {
        "import_id": found.id,
        "list_id": found.list_id,
        **{
            key: found.counts[key]
            for key in ("rows", "properties", "contacts", "links", "refused_phones")
        },
        "rejected": [{"line": line, "reason": reason} for line, reason in rejected],
        "seconds": found.counts["seconds"],
    }
