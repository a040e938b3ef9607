"""Reads of deliveries: which are due."""

from datetime import datetime

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
