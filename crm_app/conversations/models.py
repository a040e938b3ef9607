"""Tables of the conversations module: threads, messages, the outbox, the day's and rate's slots."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.compliance.facts import Purpose
from crm_app.db import Table, choice

_DUE = "state = 'waiting' and not is_for_person"
_UNSETTLED = "state in ('waiting', 'sending', 'uncertain')"
_IN_CAMPAIGN, _CONFIRMS = "campaign_id is not null", "suppression_id is not null"


def _where(condition: str, name: str, *columns: Any, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, postgresql_where=text(condition))


class Conversation(Table, table=True):
    """The thread between our number and one other number; its last message is repeated here."""

    __table_args__ = (
        Index("uq_conversation_numbers", "own_number", "e164", unique=True),
        _where("is_in_inbox", "ix_conversation_inbox", text("last_at desc"), text("id desc")),
        _where("is_in_inbox and is_unread", "ix_conversation_unread", text("last_at desc")),
        _where("is_in_inbox and is_unanswered", "ix_conversation_unanswered", text("last_at desc")),
        Index("ix_conversation_recent", text("last_at desc"), text("id desc")),
    )
    id: int = Field(default=None, primary_key=True)
    own_number: str = Field(max_length=16)
    e164: str = Field(index=True, max_length=16)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    provider_id: str = Field(default="", max_length=60, description="as the provider names it")
    assigned_to: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    is_in_inbox: bool = Field(default=False, description="false: a campaign text nobody answered")
    is_unread: bool = False
    is_unanswered: bool = Field(default=False, description="the last word is theirs")
    unanswered_since: datetime | None = Field(default=None, description="kept by a trigger")
    last_at: datetime
    last_text: str = ""
    last_is_ours: bool = False
    last_inbound_at: datetime | None = None


class Direction(StrEnum):
    """Whose message it is."""

    IN = "in"
    OUT = "out"


class MessageStatus(StrEnum):
    """What is known of a message; it only moves down this list (delivered after all is so)."""

    QUEUED = "queued"
    SENT = "sent"
    RECEIVED = "received"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


class Message(Table, table=True):
    """One text that left or arrived, as the provider knows it."""

    __table_args__ = (
        Index("uq_message_provider_id", "provider_id", unique=True),
        Index("ix_message_thread", "conversation_id", "at", "id"),
        Index("ix_message_at", "at"),
    )
    id: int = Field(default=None, primary_key=True)
    provider_id: str = Field(max_length=60)
    conversation_id: int = Field(foreign_key="conversation.id")
    direction: Direction = Field(sa_type=choice(Direction))
    body: str
    status: MessageStatus = Field(sa_type=choice(MessageStatus))
    error: str = ""
    media: Any = Field(default_factory=list, sa_type=JSONB)
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)
    at: datetime


class OutboxState(StrEnum):
    """Where a text stands on its way out (design §8)."""

    WAITING = "waiting"
    NEVER = "never"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outbox(Table, table=True):
    """A text to be sent: the row is the queue. Times are business time unless said otherwise."""

    __table_args__ = (
        _where(f"{_DUE} and campaign_id is null", "ix_outbox_due", "priority", "not_before", "id"),
        _where(_DUE, "ix_outbox_next", "campaign_id", "not_before", "id"),
        _where("state = 'waiting'", "ix_outbox_late", "send_before"),
        _where(_UNSETTLED, "ix_outbox_unsettled", "campaign_id"),
        _where("state = 'sent'", "ix_outbox_unconfirmed", "receipt_checks", "finished_at"),
        Index("ix_outbox_started", "own_number", "started_at"),
        _where("state in ('sending', 'uncertain')", "ix_outbox_open", "state"),
        Index("ix_outbox_number", "e164", "started_at"),
        Index("ix_outbox_household", "property_id", "started_at"),
        _where(_IN_CAMPAIGN, "uq_outbox_campaign", "campaign_id", "e164", unique=True),
        # The one text that a suppressed number gets, once per opt-out.
        _where(_CONFIRMS, "uq_outbox_confirmation", "suppression_id", unique=True),
    )
    id: int = Field(default=None, primary_key=True)
    own_number: str = Field(max_length=16)
    e164: str = Field(max_length=16)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    property_id: int | None = Field(default=None, foreign_key="property.id")
    campaign_id: int | None = Field(default=None, description="campaigns live above this module")
    suppression_id: int | None = Field(default=None, foreign_key="suppression.id")
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    purpose: Purpose = Field(sa_type=choice(Purpose))
    priority: int
    body: str
    state: OutboxState = Field(default=OutboxState.WAITING, sa_type=choice(OutboxState))
    because: str = Field(default="", description="why not yet, why never, or the provider's reason")
    version: int | None = Field(default=None, description="of the campaign's text")
    is_for_person: bool = Field(default=False, description="a person has to decide")
    decided_by: int | None = Field(default=None, foreign_key="app_user.id")
    not_before: datetime
    send_before: datetime | None = None
    started_at: datetime | None = Field(default=None, description="when it became sending")
    lease_until: datetime | None = Field(default=None, description="wall clock")
    attempts: int = 0
    looked_up_at: datetime | None = Field(default=None, description="last complete look-up")
    lookups: int = 0
    was_absent: bool = Field(default=False, description="surely absent once, sent again once")
    provider_id: str | None = Field(default=None, max_length=60, index=True)
    receipt_checks: int = Field(default=0, description="asked for a receipt; 3 is unconfirmed")
    answered_at: datetime | None = None
    opted_out_at: datetime | None = None
    created_at: datetime
    finished_at: datetime | None = None


class Mark(Table, table=True):
    """What the provider is to be told of a thread: the last wish; the row goes when it was."""

    conversation_id: int = Field(
        primary_key=True, foreign_key="conversation.id", ondelete="CASCADE"
    )
    verb: str = Field(max_length=10, description="done, open, read")
    at: datetime = Field(description="when it was marked here")
    attempts: int = 0
    next_at: datetime = Field(index=True, description="wall clock")


class Pace(Table, table=True):
    """How a campaign's texts leave: one in about `seconds`, none before `next_at`."""

    campaign_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str = Field(max_length=120, description="the campaign's")
    list_id: int = Field(foreign_key="contact_list.id", index=True)
    seconds: float
    next_at: datetime
    because: str = Field(default="", description="why none may go until then; '': by its pace")
    is_paused: bool = False


class Line(Table, table=True):
    """A sending number: whether the account refuses to send, and when to try again."""

    own_number: str = Field(primary_key=True, max_length=16)
    stopped_since: datetime | None = None
    stopped_because: str = ""
    retry_at: datetime | None = None
    unclear: int = Field(default=0, description="uncertain answers in a row")
    told_at: datetime | None = Field(default=None, description="when the owner got an e-mail")


class DayCap(Table, table=True):
    """How many cold texts started on a company day."""

    own_number: str = Field(primary_key=True, max_length=16)
    day: date = Field(primary_key=True)
    used: int = 0


class RateSlot(Table, table=True):
    """One request to the provider (wall clock); ten in any sliding second are the limit."""

    id: int = Field(default=None, primary_key=True, sa_type=BigInteger)
    own_number: str = Field(index=True, max_length=16)
    at: datetime
