"""Tables of the auth module: users, sessions, one-time links, failed sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from crm_app.db import choice


class Role(StrEnum):
    """What somebody is in the firm; `permissions.py` says what each may do."""

    OWNER = "owner"
    OFFICE = "office"
    TECHNICIAN = "technician"
    MARKETER = "marketer"


class User(SQLModel, table=True):
    """Somebody who may sign in. `login` is lower case."""

    __tablename__ = "app_user"  # `user` is a word of SQL
    id: int = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    role: Role = Field(sa_type=choice(Role))
    password_hash: str
    disabled_at: datetime | None = None
    created_at: datetime


class UserSession(SQLModel, table=True):
    """One sign-in: the SHA-256 of the cookie's token, ends when idle or old (wall clock)."""

    __tablename__ = "user_session"
    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class OneTimeLink(SQLModel, table=True):
    """A link that may be used once, such as the one that makes the first owner."""

    __tablename__ = "one_time_link"
    token_hash: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=20)
    ends_at: datetime
    used_at: datetime | None = None


class FailedSignIn(SQLModel, table=True):
    """A wrong password, kept for an hour to slow guessing down."""

    __tablename__ = "failed_sign_in"
    id: int = Field(default=None, primary_key=True)
    login: str = Field(index=True, max_length=60)
    address: str = Field(index=True, max_length=60)
    at: datetime
