"""Calls as the provider tells of them, event by event."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.conversations.models import Direction
from crm_app.db import Table, choice


class Call(Table, table=True):
    """One call; what no event has told yet is None or empty. Times are the provider's."""

    __table_args__ = (
        Index("uq_call_provider_id", "provider_id", unique=True),
        Index("ix_call_thread", "conversation_id", "at"),
    )
    id: int = Field(default=None, primary_key=True)
    provider_id: str = Field(max_length=60)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    direction: Direction | None = Field(default=None, sa_type=choice(Direction))
    at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    is_missed: bool = False
    seconds: int | None = Field(default=None, description="how long they spoke")
    forwarded_to: str = Field(default="", max_length=40)
    voicemail: Any = Field(default_factory=dict, sa_type=JSONB, description="url, seconds, words")
    recordings: Any = Field(default_factory=list, sa_type=JSONB, description="their addresses")
    summary: Any = Field(default_factory=list, sa_type=JSONB)
    dialogue: Any = Field(default_factory=list, sa_type=JSONB, description="who, what")
    words: str = Field(default="", description="what the thread shows of it")
