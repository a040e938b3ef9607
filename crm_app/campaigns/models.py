"""Tables of the campaigns module; where each recipient stands is counted from the outbox."""

from datetime import datetime
from enum import StrEnum

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
    body: str = Field(default="", description="the template, its newest version")
    texts: int = Field(default=25, description="so many leave, evenly,")
    minutes: int = Field(default=30, description="in so many minutes")
    state: CampaignState = Field(default=CampaignState.DRAFT, sa_type=choice(CampaignState))
    created_by: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime
    started_by: int | None = Field(default=None, foreign_key="app_user.id")
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Wording(Table, table=True):
    """A version of a campaign's text, kept as it was sent; 1 is what it started with."""

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    version: int = Field(primary_key=True)
    body: str
    written_by: int = Field(foreign_key="app_user.id")
    at: datetime
