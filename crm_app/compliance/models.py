"""Tables of the compliance module: who said stop, which lists are attested, what was decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table

_IN_FORCE = text("lifted_at is null")


class Suppression(Table, table=True):
    """A number that must not be texted, keyed by the number; kept for ever, lifted by START."""

    __table_args__ = (
        Index("uq_suppression_active", "e164", unique=True, postgresql_where=_IN_FORCE),
    )
    id: int = Field(default=None, primary_key=True)
    e164: str = Field(index=True, max_length=16)
    source: str = Field(max_length=20, description="text, person")
    because: str = Field(default="", description="their words, or the person's reason")
    by_user: int | None = Field(default=None, foreign_key="app_user.id")
    at: datetime
    lifted_at: datetime | None = None
    lifted_because: str = ""


class Attestation(Table, table=True):
    """Somebody attested the right to text a list: who, when, in which words."""

    id: int = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="contact_list.id", index=True)
    user_id: int = Field(foreign_key="app_user.id")
    sentence: str
    at: datetime


class DecisionRecord(Table, table=True):
    """What the gate decided, from which facts; append-only by trigger."""

    id: int = Field(default=None, primary_key=True)
    at: datetime
    e164: str = Field(index=True, max_length=16)
    purpose: str = Field(max_length=20)
    outbox_id: int | None = Field(default=None, index=True)
    stage: str = Field(max_length=10, description="queue or claim")
    is_allowed: bool
    is_never: bool
    opens_at: datetime | None = None
    reasons: Any = Field(sa_type=JSONB)
    facts: Any = Field(sa_type=JSONB)
    rules_version: str = Field(max_length=20)
    asked_by: int | None = Field(default=None, foreign_key="app_user.id")
