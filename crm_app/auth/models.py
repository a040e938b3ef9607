"""Tables of the auth module: users, sessions, failed sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from crm_app.db import Table, choice


class Role(StrEnum):
    """What somebody is in the firm; `permissions.py` says what each may do."""

    OWNER = "owner"
    OFFICE = "office"
    TECHNICIAN = "technician"
    MARKETER = "marketer"


class User(Table, table=True):
    """Somebody who may sign in. `login` is lower case."""

    id: int = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    role: Role = Field(sa_type=choice(Role))
    password_hash: str
    disabled_at: datetime | None = None
    created_at: datetime


class UserSession(Table, table=True):
    """One sign-in: the SHA-256 of the cookie's token, ends when idle or old (wall clock)."""

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class FailedSignIn(Table, table=True):
    """A wrong password, kept for an hour to slow guessing down."""

    id: int = Field(default=None, primary_key=True)
    login: str = Field(index=True, max_length=60)
    address: str = Field(index=True, max_length=60)
    at: datetime
