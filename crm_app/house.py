"""What the program knows of itself: born sandbox or live, heartbeats, the owner's settings."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, Session, select

from crm_app import clock
from crm_app.db import Table
from crm_app.errors import CrmError
from crm_app.times import turns


class House(Table, table=True):
    """One row: the mode this database was born in, and how far its clock was moved."""

    id: int = Field(default=1, primary_key=True)
    mode: str = Field(max_length=10)
    clock_offset: int = Field(default=0, description="seconds ahead of the wall clock")
    clock_target: datetime | None = None
    born_at: datetime


class Heartbeat(Table, table=True):
    """When a process last said that it lives (wall clock, UTC)."""

    name: str = Field(primary_key=True, max_length=40)
    at: datetime
    detail: str = ""


class OwnerSetting(Table, table=True):
    """One thing the owner changes in daily life, as JSON."""

    key: str = Field(primary_key=True, max_length=60)
    value: Any = Field(sa_type=JSONB)


def be_born(session: Session, *, sandbox: bool, at: datetime) -> None:
    """Mark a new database sandbox or live; raise CrmError when it was born the other way."""
    mode = "sandbox" if sandbox else "live"
    new = insert(House).values(id=1, mode=mode, clock_offset=0, born_at=at)
    session.execute(new.on_conflict_do_nothing())
    born = session.get_one(House, 1).mode
    if born != mode:
        raise CrmError(
            f"This database was born {born} and the settings say {mode}. Real and pretend never"
            " meet: use another DATABASE_URL or DATA_DIR, or change SANDBOX."
        )


def beat(session: Session, name: str, at: datetime, detail: str = "") -> None:
    """Note that the process `name` lives at `at` (wall clock)."""
    said = {"at": at, "detail": detail}
    first = insert(Heartbeat).values(name=name, **said)
    session.execute(first.on_conflict_do_update(index_elements=["name"], set_=said))


def last_beat(session: Session, name: str) -> datetime | None:
    """Return when `name` last said that it lives, or None."""
    row = session.get(Heartbeat, name)
    return row.at if row else None


def beats(session: Session) -> dict[str, Heartbeat]:
    """Return all heartbeats by their name, in one query."""
    return {row.name: row for row in session.exec(select(Heartbeat))}


def owed(at: str, born: datetime, ran: datetime | None) -> datetime | None:
    """Return since when (wall clock) a nightly job is due at "03:00" or "Sun 04:00", or None.

    It last `ran` then; the house was `born` then.
    """
    last = turns(at, clock.wall())[0]
    return last if max(ran or born, born) < last else None


def get_setting(session: Session, key: str, default: Any) -> Any:
    """Return the owner's setting `key`, or `default` when it was never set."""
    row = session.get(OwnerSetting, key)
    return default if row is None else row.value


def put_setting(session: Session, key: str, value: Any) -> None:
    """Keep the owner's setting `key`; `value` must be JSON."""
    session.merge(OwnerSetting(key=key, value=value))
    session.flush()
