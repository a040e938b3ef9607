"""What OpenPhone calls people: its own contacts, beside ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from crm_app.db import Table

# Both stamps only move on: in whatever order events come, the newest says how it stands.
THERE = "coalesce(k.deleted_at < k.updated_at, k.deleted_at is null)"


class KnownContact(Table, table=True):
    """A contact as OpenPhone has it; `name` is the one that ours would get. Nothing is deleted."""

    __table_args__ = (Index("ix_known_contact_numbers", "numbers", postgresql_using="gin"),)
    id: int = Field(default=None, primary_key=True)
    provider_id: str = Field(unique=True, max_length=60)
    name: str = ""
    numbers: Any = Field(default_factory=list, sa_type=ARRAY(Text), description="E.164")
    parts: Any = Field(default_factory=dict, sa_type=JSONB, description="name's, company, e-mails")
    updated_at: datetime | None = Field(default=None, description="there; None: only deleted")
    deleted_at: datetime | None = Field(default=None, description="there")
    named_at: datetime | None = Field(default=None, description="when a contact here took the name")
    declined: Any = Field(default_factory=dict, sa_type=JSONB, description="of ours: name settled")
