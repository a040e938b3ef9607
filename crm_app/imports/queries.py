"""Reads of the imports module: results as JSON, which the command line prints."""

from typing import Any

from sqlmodel import Session, col, select

from crm_app.imports.models import Import, ImportOutcome, ImportRow


def result(session: Session, import_id: int) -> dict[str, Any]:
    """Return an import as the command line's JSON: planned counts until it is applied."""
    found = session.get_one(Import, import_id, populate_existing=True)
    refused = select(ImportRow.line, ImportRow.reason).where(
        ImportRow.import_id == import_id, ImportRow.reason != ""
    )
    lines = session.exec(refused.order_by(col(ImportRow.line)))
    counts = {name: value for name, value in found.counts.items() if name != "tries"}
    rejected = [{"line": line, "reason": reason} for line, reason in lines]
    named = {"import_id": found.id, "list_id": found.list_id, "state": found.state.value}
    return {**named, **counts, "rejected": rejected}


def stayed(session: Session, import_id: int) -> list[dict[str, Any]]:
    """Return the lines of which an undo left something, each with the reason."""
    asked = select(ImportOutcome.line, ImportOutcome.stayed).where(
        ImportOutcome.import_id == import_id, ImportOutcome.stayed != ""
    )
    found = session.exec(asked.order_by(col(ImportOutcome.line)))
    return [{"line": line, "reason": reason} for line, reason in found]
