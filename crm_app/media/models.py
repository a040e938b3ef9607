"""Pictures and sounds: of texts, of calls, and those that a person put on a contact or a house."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from crm_app.db import Table, choice


class MediaKind(StrEnum):
    """Where a file comes from."""

    FILE = "file"  # of a text
    VOICEMAIL = "voicemail"
    RECORDING = "recording"  # fetched and shown only when callers are told
    PHOTO = "photo"  # uploaded by a person


class MediaState(StrEnum):
    """Waiting → kept, or failed until a person or a fresh link tries again."""

    WAITING = "waiting"
    KEPT = "kept"
    FAILED = "failed"


class Media(Table, table=True):
    """One file. `name` is the hash of its link without the query, which a fresh link changes."""

    __table_args__ = (
        Index("uq_media_message_id", "message_id", "name", unique=True),
        Index("uq_media_call_id", "call_id", "name", unique=True),
        Index("ix_media_due", "next_at", postgresql_where=text("state = 'waiting'")),
    )
    id: int = Field(default=None, primary_key=True)
    kind: MediaKind = Field(sa_type=choice(MediaKind))
    message_id: int | None = Field(default=None, foreign_key="message.id", ondelete="CASCADE")
    call_id: int | None = Field(default=None, foreign_key="call.id", ondelete="CASCADE")
    contact_id: int | None = Field(
        default=None, foreign_key="contact.id", ondelete="SET NULL", index=True
    )
    property_id: int | None = Field(
        default=None, foreign_key="property.id", ondelete="SET NULL", index=True
    )
    by_user: int | None = Field(default=None, foreign_key="app_user.id")
    url: str = ""
    name: str = Field(default="", max_length=32)
    state: MediaState = Field(default=MediaState.WAITING, sa_type=choice(MediaState))
    attempts: int = 0
    next_at: datetime = Field(description="wall clock")
    error: str = Field(default="", description="a sentence for the person")
    sha256: str = Field(default="", max_length=64, description="the file below data_path/media")
    content_type: str = Field(default="", max_length=40, description="by content, never by header")
    size: int = Field(default=0, description="bytes")
    at: datetime
