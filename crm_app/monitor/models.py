"""The health checks: texts from a second number of ours, each known by its word."""

from datetime import datetime

from sqlmodel import Field

from crm_app.db import Table


class HealthCheck(Table, table=True):
    """One check. Times are wall clock."""

    id: int = Field(default=None, primary_key=True)
    word: str = Field(max_length=20, unique=True)
    outbox_id: int = Field(foreign_key="outbox.id")
    state: str = Field(default="open", max_length=10, description="as rules.verdict says it")
    asked_at: datetime = Field(index=True)
    sent_at: datetime | None = None
    received_at: datetime | None = None
    failed_at: datetime | None = None
    because: str = ""
