"""Reconciliations: how far each is, and every message and call that no webhook had brought."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table, choice


class RunState(StrEnum):
    """Where a reconciliation stands."""

    RUNS = "runs"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"


class Way(StrEnum):
    """How OpenPhone is read: the dated API's list of the workspace, or v1's conversations."""

    LIST = "list"
    WALK = "walk"


class Reconciliation(Table, table=True):
    """One comparison with OpenPhone, from `since` on (None: all history).

    `plan` is its steps: [begin, end] of a week (LIST), or the people of a conversation (WALK).
    `started_at` and `ended_at` are wall clock, what is compared is business time.
    """

    id: int = Field(default=None, primary_key=True)
    since: datetime | None = None
    until: datetime = Field(description="what comes later is the webhooks' business")
    only_counts: bool = Field(default=False, description="compares the numbers of each week")
    state: RunState = Field(default=RunState.RUNS, sa_type=choice(RunState))
    started_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    asked_by: int | None = Field(default=None, foreign_key="app_user.id")
    way: Way | None = Field(default=None, sa_type=choice(Way), description="None: not planned yet")
    number_id: str = Field(default="", description="OpenPhone's id of our number")
    plan: Any = Field(default_factory=list, sa_type=JSONB)
    done: int = Field(default=0, description="steps of the plan")
    seconds: float = Field(default=0, description="worked, pauses apart")
    unplaced: Any = Field(default_factory=dict, sa_type=JSONB, description="group: how many texts")
    weeks: Any = Field(default_factory=dict, sa_type=JSONB, description="Monday: see actions.Found")
    found: int = Field(default=0, description="what it took in")
    lost: int = Field(default=0, description="of it: what webhooks should have brought")
    error: str = ""


class Recovered(Table, table=True):
    """A message or call that a reconciliation found and we did not have: a webhook that failed."""

    __table_args__ = (Index("ix_recovered_lost", "id", postgresql_where=text("not is_history")),)
    id: int = Field(default=None, primary_key=True)
    reconciliation_id: int = Field(foreign_key="reconciliation.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", unique=True)
    call_id: int | None = Field(default=None, foreign_key="call.id", unique=True)
    is_history: bool = Field(default=False, description="older than our webhooks: none failed")
