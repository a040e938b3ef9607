"""Tables of the merging module: which contact went into which, who are two after all."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table


class Merge(Table, table=True):
    """Two contacts that are one person; `moved` is what an undo needs, for 30 days."""

    id: int = Field(default=None, primary_key=True)
    kept_id: int = Field(foreign_key="contact.id", index=True)
    gone_id: int = Field(foreign_key="contact.id", index=True)
    moved: Any = Field(sa_type=JSONB)
    by_user: int = Field(foreign_key="app_user.id")
    at: datetime
    undone_at: datetime | None = None
    undone_by: int | None = Field(default=None, foreign_key="app_user.id")


class NotSame(Table, table=True):
    """Two contacts that a person looked at: they are two. `a_id` is the smaller id."""

    a_id: int = Field(foreign_key="contact.id", primary_key=True, ondelete="CASCADE")
    b_id: int = Field(foreign_key="contact.id", primary_key=True, index=True, ondelete="CASCADE")
    by_user: int = Field(foreign_key="app_user.id")
    at: datetime
