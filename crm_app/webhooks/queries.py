"""Reads of deliveries: which are due, and how many were refused."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.webhooks.models import Delivery, DeliveryState


def due(session: Session, at: datetime, limit: int = 200) -> list[int]:
    """Return the rows' ids of deliveries to apply by `at` (wall clock), the oldest first."""
    query = (
        select(Delivery.id)
        .where(
            col(Delivery.state).in_([DeliveryState.STORED, DeliveryState.FAILED]),
            col(Delivery.next_at) <= at,
        )
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(limit)
    )
    return list(session.exec(query))


def refused_counts(session: Session, provider: str) -> dict[str, int]:
    """Return how often deliveries of a provider were refused, by reason."""
    query = text("select reason, count from refused_count where provider = :provider")
    rows = session.execute(query, {"provider": provider}).mappings()
    return {str(row["reason"]): int(row["count"]) for row in rows}
