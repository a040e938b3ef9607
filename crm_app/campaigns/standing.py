"""Where each recipient stands, in SQL: one state and one reason for each, from its outbox row."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock

# The order of the branches is the precedence: what happened last in a recipient's story wins.
STANDING = """
    select r.*, case
            when o.id is null then 'skipped'
            when o.opted_out_at is not null then 'opted_out'
            when o.answered_at is not null then 'answered'
            when o.state in ('failed', 'delivered', 'sent') then o.state
            when o.state in ('sending', 'uncertain') then 'sending'
            when o.state in ('never', 'cancelled') then 'skipped'
            when o.is_paused or o.is_for_person or o.not_before > :now then 'held'
            else 'waiting'
        end as standing, case
            when o.id is null then r.skipped_because
            when o.opted_out_at is not null or o.answered_at is not null then ''
            when o.state in ('sending', 'sent', 'delivered') then ''
            when o.state = 'waiting' and o.is_paused then 'campaign is paused'
            when o.state = 'waiting' and o.not_before <= :now and not o.is_for_person then ''
            else coalesce(nullif(o.because, ''), 'no reason was given')
        end as reason
    from recipient r left join outbox o on o.id = r.outbox_id where r.campaign_id = any(:ids)
"""


@dataclass(frozen=True)
class Numbers:
    """How many recipients stand where; each has exactly one place, so the rest is the audience."""

    audience: int = 0
    waiting: int = 0
    held: int = 0
    sending: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    answered: int = 0
    opted_out: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that do not add up: somebody would be lost."""
        if sum(getattr(self, place) for place in PLACES) != self.audience:
            raise ValueError("The numbers of a campaign do not add up to its audience.")


PLACES = tuple(field.name for field in fields(Numbers) if field.name != "audience")
_FILTERS = [f"count(*) filter (where standing = '{place}') as {place}" for place in PLACES]
_COUNTS = text(
    f"select campaign_id, count(*) as audience, {', '.join(_FILTERS)}"
    f" from ({STANDING}) as stood group by campaign_id"
)


def binds(session: Session, ids: Sequence[int]) -> dict[str, Any]:
    """Return what STANDING binds, for these campaigns as of now."""
    return {"ids": list(ids), "now": clock.now(session)}


def numbers_of(session: Session, ids: Sequence[int]) -> dict[int, Numbers]:
    """Return where the recipients of each of these campaigns stand; all zero before its start."""
    counted = {row[0]: Numbers(*row[1:]) for row in session.execute(_COUNTS, binds(session, ids))}
    return dict.fromkeys(ids, Numbers()) | counted
