"""Tables of the webhooks module: deliveries kept, deliveries refused."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table, choice


class DeliveryState(StrEnum):
    """Where a stored delivery stands."""

    STORED = "stored"
    APPLIED = "applied"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Delivery(Table, table=True):
    """One delivery, stored before it was answered. Times are wall clock."""

    __table_args__ = (
        Index("uq_delivery_provider_id", "provider", "delivery_id", unique=True),
        Index(
            "ix_delivery_open", "next_at", postgresql_where=text("state in ('stored', 'failed')")
        ),
    )
    id: int = Field(default=None, primary_key=True)
    provider: str = Field(max_length=20)
    delivery_id: str = Field(max_length=120)
    kind: str = Field(default="", max_length=60)
    body: str
    headers: Any = Field(default_factory=dict, sa_type=JSONB)
    state: DeliveryState = Field(default=DeliveryState.STORED, sa_type=choice(DeliveryState))
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    received_at: datetime = Field(index=True)
    applied_at: datetime | None = None


class RefusedDelivery(Table, table=True):
    """A delivery that was not believed; the last 200 are kept, the counts for ever."""

    id: int = Field(default=None, primary_key=True)
    provider: str = Field(max_length=20)
    reason: str = Field(max_length=40)
    body: str = Field(default="", description="at most 64 kB")
    at: datetime = Field(index=True)


class RefusedCount(Table, table=True):
    """How often deliveries were refused for a reason."""

    provider: str = Field(primary_key=True, max_length=20)
    reason: str = Field(primary_key=True, max_length=40)
    count: int = 0
    last_at: datetime
