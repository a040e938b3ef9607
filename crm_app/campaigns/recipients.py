"""Reads of a campaign's people: for which reasons they stand where, and who they are."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.preview import first_name_and_town
from crm_app.campaigns.standing import PLACES, STANDING, binds
from crm_app.contacts.phones import show

PAGE_SIZE = 50
PLACE_WORDS = {
    "waiting": ("Waiting", "waiting"),
    "held": ("Held", "held"),
    "sending": ("Sending", "waiting"),
    "sent": ("Sent", "fine"),
    "delivered": ("Delivered", "fine"),
    "failed": ("Failed", "blocked"),
    "answered": ("Answered", "fine"),
    "opted_out": ("Opted out", "optedout"),
    "skipped": ("Skipped", "plain"),
}
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
    """One recipient; a marketer reads first name and town, and no number or page."""

    id: int
    href: str
    name: str
    number: str
    words: str
    tone: str
    reason: str


@dataclass(frozen=True)
class RecipientPage:
    """One page of recipients, and how many the choice finds."""

    rows: list[RecipientRow]
    total: int


def reasons(session: Session, campaign_id: int) -> list[PlaceReason]:
    """Return the reasons with their counts, the most frequent first, at most 100."""
    rows = session.execute(_REASONS, binds(session, [campaign_id]))
    return [PlaceReason(row[0], *PLACE_WORDS[row[0]], row[1], row[2]) for row in rows]


def find_recipients(
    session: Session,
    campaign_id: int,
    person: Person,
    *,
    place: str = "",
    reason: str = "",
    page: int = 1,
    size: int = PAGE_SIZE,
) -> RecipientPage:
    """Return one page of the campaign's recipients in a place and for a reason ('' for any)."""
    chosen = binds(session, [campaign_id]) | {
        "place": place if place in PLACES else "",
        "reason": reason,
    }
    total = session.execute(_COUNT, chosen).scalar_one()
    found = session.execute(_RECIPIENTS, chosen | {"size": size, "skip": (page - 1) * size})
    sees = person.may(Permission.SEE_PEOPLE)
    rows = []
    for row in found.mappings():
        words, tone = PLACE_WORDS[row["standing"]]
        known = {"first_name": row["first_name"], "city": row["city"] or ""}
        rows.append(
            RecipientRow(
                id=row["id"],
                href=f"/contacts/{row['contact_id']}" if sees else "",
                name=row["name"] if sees else first_name_and_town(known),
                number=show(row["e164"]) if sees else "",
                words=words,
                tone=tone,
                reason=row["reason"],
            )
        )
    return RecipientPage(rows, total)
