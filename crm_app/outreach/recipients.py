"""Reads of a campaign's people: for which reasons they stand where, and who they are."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.preview import first_name_and_town
from crm_app.campaigns.standing import PLACES, STANDING, binds
from crm_app.contacts.phones import show

PAGE_SIZE = 50
TONES = dict.fromkeys(PLACES, "fine") | {
    "waiting": "waiting", "sending": "waiting", "held": "held", "failed": "blocked",
    "opted_out": "optedout", "skipped": "plain",
}  # fmt: skip
_REASONS = text(
    f"select standing, reason, count(*) as people from ({STANDING}) as stood"
    " where reason <> '' group by standing, reason order by people desc, reason limit 100"
)
_CHOSEN = "(:place = '' or standing = :place) and (:reason = '' or reason = :reason)"
_COUNT = text(f"select count(*) from ({STANDING}) as stood where {_CHOSEN}")
_RECIPIENTS = text(
    f"""
    select stood.*, c.name, c.first_name, p.city from ({STANDING}) as stood
    join contact c on c.id = stood.contact_id
    left join property p on p.id = stood.property_id
    where {_CHOSEN} order by stood.id limit :size offset :skip
    """
)


@dataclass(frozen=True)
class PlaceReason:
    """How many recipients are held, skipped, failed or looked up for one reason."""

    place: str
    words: str
    tone: str
    reason: str
    people: int


@dataclass(frozen=True)
class RecipientRow:
    """One recipient; a marketer reads first name and town, and gets no number and no link."""

    href: str
    name: str
    number: str
    words: str
    tone: str
    reason: str


def words(place: str) -> str:
    """Return how a place is said: "Opted out"."""
    return place.replace("_", " ").capitalize()


def reasons(session: Session, campaign_id: int) -> list[PlaceReason]:
    """Return the reasons with their counts, the most frequent first, at most 100."""
    rows = session.execute(_REASONS, binds(session, [campaign_id]))
    return [PlaceReason(r[0], words(r[0]), TONES[r[0]], r[1], r[2]) for r in rows]


def find_recipients(
    session: Session, campaign_id: int, person: Person, *, place: str = "", reason: str = "",
    page: int = 1, size: int = PAGE_SIZE,
) -> tuple[list[RecipientRow], int]:  # fmt: skip
    """Return one page of those in a place and for a reason ('' for any), and how many there are."""
    known = {"place": place if place in PLACES else "", "reason": reason}
    chosen = binds(session, [campaign_id]) | known
    found = session.execute(_RECIPIENTS, chosen | {"size": size, "skip": (page - 1) * size})
    sees = person.may(Permission.SEE_PEOPLE)
    rows = [
        RecipientRow(
            f"/contacts/{row.contact_id}" if sees else "",
            row.name if sees else first_name_and_town(row.first_name, row.city or ""),
            show(row.e164) if sees else "",
            words(row.standing),
            TONES[row.standing],
            row.reason,
        )
        for row in found
    ]
    return rows, session.execute(_COUNT, chosen).scalar_one()
