"""Tables of the campaigns module; where each recipient stands is counted from the outbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from crm_app.db import Table, choice


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Campaign(Table, table=True):
    """One text to one list."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    list_id: int = Field(foreign_key="contact_list.id", index=True)
    body: str = Field(default="", description="the template")
    state: CampaignState = Field(default=CampaignState.DRAFT, sa_type=choice(CampaignState))
    created_by: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime
    started_by: int | None = Field(default=None, foreign_key="app_user.id")
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Recipient(Table, table=True):
    """One number of a campaign's audience; skipped with a reason, or followed by its outbox row."""

    __table_args__ = (Index("uq_recipient_campaign", "campaign_id", "e164", unique=True),)
    id: int = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    e164: str = Field(max_length=16)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    property_id: int | None = Field(default=None, foreign_key="property.id")
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)
    skipped_because: str = Field(default="", max_length=160)
