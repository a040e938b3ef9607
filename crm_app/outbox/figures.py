"""How many texts were delivered, as facts/business.md defines it ("The firm's figures")."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.settings import settings

_FIGURES = (
    "select count(*) filter (where state = 'delivered') as delivered,"
    " count(*) filter (where state in ('delivered', 'failed')) as known,"
    " count(*) filter (where state = 'sent' and receipt_checks >= 3) as unconfirmed"
    " from outbox where provider_id is not null and "  # what was refused never left
)


def figures(session: Session, which: str, **given: Any) -> str:
    """Say how much of what left was delivered, unconfirmed apart; `which` is a row condition."""
    row = session.execute(text(_FIGURES + which), given).one()
    if not row.known:
        return f"{row.unconfirmed:,} unconfirmed" if row.unconfirmed else ""
    said = f"{row.delivered / row.known:.1%} of {row.known:,} delivered"
    return said + (f", {row.unconfirmed:,} more unconfirmed" if row.unconfirmed else "")


def line_figures(session: Session) -> str:
    """Say the same of all texts of our number in the last 30 days."""
    since = clock.now(session) - timedelta(days=30)
    which = "own_number = :own and started_at > :since"
    return figures(session, which, own=settings().own_number, since=since)
