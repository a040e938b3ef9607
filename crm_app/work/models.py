"""The one list of work: to-dos now, projects, sessions and research of the shop later."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table

OPEN = "item_type = 'task' and status <> 'completed' and deleted_at is null"
_CHECKS = {
    "item_type": "item_type in ('project', 'session', 'task', 'research')",
    "status": "status in ('active', 'completed', 'blocked')",
    "depth": "depth between 0 and 5", "pr": "pr >= 1", "version": "version >= 1",
}  # fmt: skip


class WorkItem(Table, table=True):
    """A to-do (a task), or other work; who writes it raises `version`. Business time, UTC."""

    __table_args__ = (
        *(CheckConstraint(rule, name) for name, rule in _CHECKS.items()),
        Index("ix_work_item_open", "due", postgresql_where=text(OPEN)),
        Index("uq_work_item_cause", "cause", unique=True),
        Index("ix_work_item_done", "done_at", postgresql_where=text("status = 'completed'")),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    version: int = 1
    item_type: str = Field(default="task", max_length=20)
    title: str = Field(max_length=200)
    status: str = Field(default="active", max_length=20)
    parent_id: UUID | None = Field(default=None, foreign_key="work_item.id", index=True)
    path: str = Field(default="", max_length=500, description="the ids from the root to its parent")
    depth: int = 0
    branch: str | None = Field(default=None, max_length=100)
    commit: str | None = Field(default=None, max_length=40)
    pr: int | None = None
    details: Any = Field(default_factory=dict, sa_column=Column("metadata", JSONB, nullable=False))
    due: date | None = Field(default=None, description="on the company's calendar")
    assigned_to: int | None = Field(default=None, foreign_key="app_user.id")
    done_at: datetime | None = None
    done_by: int | None = Field(default=None, foreign_key="app_user.id", description="none: a rule")
    conversation_id: int | None = Field(default=None, index=True, description="lies above")
    contact_id: int | None = Field(default=None, index=True, description="lies above, too")
    cause: str | None = Field(default=None, max_length=100, description="rule and subject")
    created_at: datetime
    created_by: str = Field(max_length=100)
    updated_at: datetime
    updated_by: str = Field(max_length=100)
    deleted_at: datetime | None = None
