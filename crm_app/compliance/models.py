"""Tables of the compliance module: who said stop, who consented, what was decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.compliance.facts import Basis
from crm_app.db import Table, choice

_IN_FORCE = text("lifted_at is null")


class Suppression(Table, table=True):
    """A number that must not be texted, keyed by the number; kept for ever, lifted by START."""

    __table_args__ = (
        Index("uq_suppression_active", "e164", unique=True, postgresql_where=_IN_FORCE),
    )
    id: int = Field(default=None, primary_key=True)
    e164: str = Field(index=True, max_length=16)
    source: str = Field(max_length=20, description="text, person, provider, import")
    because: str = Field(default="", description="their words, or the person's reason")
    by_user: int | None = Field(default=None, foreign_key="app_user.id")
    at: datetime = Field(description="when they first said so")
    again_at: datetime | None = Field(default=None, description="when they last said it again")
    lifted_at: datetime | None = None
    lifted_because: str = ""
    lifted_proof: str = Field(default="", description="where the proof lies that they want texts")
    is_lifted_by_them: bool = Field(default=False, description="by their own START")


class Frozen(Table, table=True):
    """A number whose automation stopped, since a person has to look at what they wrote."""

    __table_args__ = (
        Index("uq_frozen_active", "e164", unique=True, postgresql_where=text("settled_at is null")),
    )
    id: int = Field(default=None, primary_key=True)
    e164: str = Field(index=True, max_length=16)
    since: datetime
    said: str = Field(description="their text")
    because: str = Field(description="what was read in it")
    settled_at: datetime | None = None
    settled_by: int | None = Field(default=None, foreign_key="app_user.id")
    settled_how: str = Field(default="", max_length=20, description="stop, go on, wrote again")


class ConsentRecord(Table, table=True):
    """Why we may text a number, with the evidence; lists and replies are read where they lie."""

    id: int = Field(default=None, primary_key=True)
    e164: str = Field(index=True, max_length=16)
    basis: Basis = Field(sa_type=choice(Basis))
    since: datetime
    until: datetime | None = None
    evidence: str = Field(description="where the proof lies: message, paper, file and line")
    by_user: int = Field(foreign_key="app_user.id")
    at: datetime
    import_id: int | None = Field(default=None, description="the file that is the proof")


class Attestation(Table, table=True):
    """Somebody attested the right to text a list: who, when, in which words."""

    id: int = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="contact_list.id", index=True)
    user_id: int = Field(foreign_key="app_user.id")
    sentence: str
    at: datetime


class DecisionRecord(Table, table=True):
    """What the gate decided, from which facts; append-only by trigger."""

    __table_args__ = (Index("ix_decision_at", "at"),)
    id: int = Field(default=None, primary_key=True)
    at: datetime
    e164: str = Field(index=True, max_length=16)
    purpose: str = Field(max_length=20)
    outbox_id: int | None = Field(default=None, index=True)
    stage: str = Field(max_length=10, description="queue, claim, freeze, stop")
    is_allowed: bool
    is_never: bool
    opens_at: datetime | None = None
    reasons: Any = Field(sa_type=JSONB)
    facts: Any = Field(sa_type=JSONB)
    rules_version: str = Field(max_length=20)
    text_version: str = Field(
        default="", max_length=20, description="a campaign's, or of its words"
    )
    clocks: Any = Field(default_factory=dict, sa_type=JSONB, description="zone: the time there")
    asked_by: int | None = Field(default=None, foreign_key="app_user.id")


class Seal(Table, table=True):
    """One link of the nightly chain over all decisions: SHA-256 of the last one and of the rows."""

    id: int = Field(default=None, primary_key=True)
    at: datetime
    upto: int = Field(description="the last decision that it seals")
    count: int
    sha256: str = Field(max_length=64)
