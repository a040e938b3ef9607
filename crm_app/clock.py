"""The two clocks: `now` decides business rules and can be moved in a sandbox; `wall` does not."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from crm_app.settings import settings


def wall() -> datetime:
    """Return the real time (aware UTC): signatures, sessions, leases, heartbeats, logs."""
    return datetime.now(UTC)


def now(session: Session) -> datetime:
    """Return the business time (aware UTC); in a sandbox the wall clock moved by the house row."""
    if not settings().is_sandbox:
        return wall()
    offset = session.execute(text("select clock_offset from house where id = 1")).scalar()
    return wall() + timedelta(seconds=offset or 0)
