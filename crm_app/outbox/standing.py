"""Where each recipient of a campaign stands and why, counted from the rows of the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.names import first_name_and_town
from crm_app.contacts.phones import show
from crm_app.tables import read_table

PAGE_SIZE = 50
# The order of the branches is the precedence: what happened last in a recipient's story wins.
STANDING = """
    select o.id, o.campaign_id, o.e164, o.contact_id, o.property_id,
        case when o.is_for_person then o.id else 0 end as asks, o.because, case
            when o.opted_out_at is not null then 'opted_out'
            when o.answered_at is not null then 'answered'
            when o.state = 'sent' and o.receipt_checks >= 3 then 'unconfirmed'
            when o.state in ('failed', 'delivered', 'sent', 'sending', 'uncertain') then o.state
            when o.state in ('never', 'cancelled') then 'skipped'
            when p.is_paused or o.is_for_person or o.not_before > :now
                or p.because <> '' and p.next_at > :now then 'held'
            else 'waiting'
        end as standing, case
            when o.opted_out_at is not null and o.state = 'cancelled' then o.because
            when o.opted_out_at is not null or o.answered_at is not null then ''
            when o.state = 'uncertain' and o.is_for_person then 'did it arrive?'
            when o.state = 'sent' and o.receipt_checks >= 3 then 'OpenPhone has no receipt'
            when o.state in ('sending', 'sent', 'delivered') then ''
            when o.state = 'waiting' and p.is_paused then 'campaign is paused'
            when o.state = 'waiting' and o.not_before <= :now and not o.is_for_person
                then case when p.because <> '' and p.next_at > :now then p.because
                     else 'in turn, one every ' || round(p.seconds) || ' seconds' end
            else coalesce(nullif(o.because, ''), 'no reason was given')
        end as reason
    from outbox o join pace p on p.campaign_id = o.campaign_id where o.campaign_id = any(:ids)
"""


@dataclass(frozen=True)
class Numbers:
    """How many recipients stand where; each has exactly one place, so the rest is the audience."""

    audience: int = 0
    waiting: int = 0
    held: int = 0
    sending: int = 0
    uncertain: int = 0
    sent: int = 0
    unconfirmed: int = 0
    delivered: int = 0
    failed: int = 0
    answered: int = 0
    opted_out: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that do not add up: somebody would be lost."""
        if sum(getattr(self, place) for place in PLACES) != self.audience:
            raise ValueError("The numbers of a campaign do not add up to its audience.")


PLACES = tuple(one.name for one in fields(Numbers) if one.name != "audience")
_FILTERS = [f"count(*) filter (where standing = '{place}') as {place}" for place in PLACES]
_COUNTS = text(
    f"select campaign_id, count(*) as audience, {', '.join(_FILTERS)}"
    f" from ({STANDING}) as stood group by campaign_id"
)
TONES: dict[str, str] = dict.fromkeys((*PLACES, "completed"), "fine") | read_table(
    __file__, "tones"
)
_PLACES = text(
    f"select standing, reason, count(*) as people from ({STANDING}) as stood"
    " group by standing, reason order by people desc, standing, reason limit 100"
)
_CHOSEN = f"({STANDING}) as stood where (:place, :reason) in (('', ''), (standing, reason))"
_COUNT = text(f"select count(*) from {_CHOSEN}")
_RECIPIENTS = text(
    f"select stood.*, c.name, c.first_name, p.city from (select * from {_CHOSEN}) as stood"
    " join contact c on c.id = stood.contact_id left join property p on p.id = stood.property_id"
    f" order by stood.id limit {PAGE_SIZE} offset :skip"
)


@dataclass(frozen=True)
class PlaceRow:
    """How many recipients stand in a place for one reason."""

    place: str
    reason: str
    people: int
    words: str
    tone: str


@dataclass(frozen=True)
class RecipientRow:
    """One recipient; a marketer reads first name and town, and gets no number and no link.

    `asks` is the outbox row that a person has to decide, else 0.
    """

    href: str
    name: str
    number: str
    reason: str
    words: str
    tone: str
    asks: int
    is_uncertain: bool


def binds(session: Session, ids: Sequence[int]) -> dict[str, Any]:
    """Return what STANDING binds, for these campaigns as of now."""
    return {"ids": list(ids), "now": clock.now(session)}


def numbers_of(session: Session, ids: Sequence[int]) -> dict[int, Numbers]:
    """Return where the recipients of each of these campaigns stand; all zero before its start."""
    counted = {row[0]: Numbers(*row[1:]) for row in session.execute(_COUNTS, binds(session, ids))}
    return dict.fromkeys(ids, Numbers()) | counted


def words(place: str) -> str:
    """Return how a place is said: "Opted out"."""
    return place.replace("_", " ").capitalize()


def places(session: Session, campaign_id: int) -> list[PlaceRow]:
    """Return where recipients stand and why, with counts, the most first, at most 100."""
    rows = session.execute(_PLACES, binds(session, [campaign_id]))
    return [PlaceRow(r[0], r[1], r[2], words(r[0]), TONES[r[0]]) for r in rows]


def find_recipients(
    session: Session, campaign_id: int, person: Person, place: str, reason: str, page: int = 1
) -> tuple[list[RecipientRow], int]:
    """Return a page of those in a place for a reason ('', '': all), and how many there are."""
    given = binds(session, [campaign_id]) | {"place": place, "reason": reason}
    given["skip"] = (page - 1) * PAGE_SIZE
    rows = []
    for row in session.execute(_RECIPIENTS, given):
        who = ("", first_name_and_town(row.first_name, row.city), "")
        if person.may(Permission.SEE_PEOPLE):
            who = (f"/contacts/{row.contact_id}", row.name, show(row.e164))
        stands = (
            row.because if row.standing == "uncertain" else row.reason,
            words(row.standing),
            TONES[row.standing],
        )
        rows.append(RecipientRow(*who, *stands, row.asks, row.standing == "uncertain"))
    return rows, session.execute(_COUNT, given).scalar_one()
