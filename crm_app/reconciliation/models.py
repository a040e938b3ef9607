"""Reconciliations: how far each is, and every message that no webhook had brought."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from crm_app.conversations.models import Direction
from crm_app.db import Table, choice


class RunState(StrEnum):
    """Where a reconciliation stands."""

    RUNS = "runs"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"


class Reconciliation(Table, table=True):
    """One comparison with OpenPhone, from `since` on (None: all history). Times are wall clock."""

    id: int = Field(default=None, primary_key=True)
    since: datetime | None = None
    state: RunState = Field(default=RunState.RUNS, sa_type=choice(RunState))
    started_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    asked_by: int | None = Field(default=None, foreign_key="app_user.id")
    page: str = Field(default="", description="token of the page of conversations that is next")
    conversations: int = 0
    messages: int = 0
    error: str = ""


class Recovered(Table, table=True):
    """A message that a reconciliation found and we did not have: a webhook that failed."""

    id: int = Field(default=None, primary_key=True)
    reconciliation_id: int = Field(foreign_key="reconciliation.id", index=True)
    message_id: int = Field(foreign_key="message.id", unique=True)
    direction: Direction = Field(sa_type=choice(Direction))
    is_history: bool = Field(default=False, description="older than our webhooks: none failed")
