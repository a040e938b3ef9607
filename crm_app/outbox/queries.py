"""Reads of the outbox for those who drive the sender."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

_NEXT_DUE = text(
    """
    select min(greatest(o.not_before, case when l.stopped_since is not null then l.retry_at end))
    from outbox o left join line l on l.own_number = o.own_number
    where o.state = 'waiting' and not o.is_paused and not o.is_for_person
    """
)


def next_due(session: Session) -> datetime | None:
    """Return the business time at which the next waiting text may be claimed, or None."""
    return session.execute(_NEXT_DUE).scalar()
