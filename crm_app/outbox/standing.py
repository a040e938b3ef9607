"""Where each recipient of a campaign stands and why, counted from the rows of the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.names import first_name_and_town
from crm_app.contacts.phones import show
from crm_app.tables import read_sql, read_table

PAGE_SIZE = 50


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
SQL = read_sql(__file__, counts_of_places=", ".join(_FILTERS), page_size=PAGE_SIZE)
STANDING = SQL["standing"].text
TONES: dict[str, str] = dict.fromkeys((*PLACES, "completed"), "fine")
TONES |= read_table(__file__, "tones")


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
    rows = session.execute(SQL["counts"], binds(session, ids))
    return dict.fromkeys(ids, Numbers()) | {row[0]: Numbers(*row[1:]) for row in rows}


def words(place: str) -> str:
    """Return how a place is said: "Opted out"."""
    return place.replace("_", " ").capitalize()


def places(session: Session, campaign_id: int) -> list[PlaceRow]:
    """Return where recipients stand and why, with counts, the most first, at most 100."""
    rows = session.execute(SQL["places"], binds(session, [campaign_id]))
    return [PlaceRow(r[0], r[1], r[2], words(r[0]), TONES[r[0]]) for r in rows]


def find_recipients(
    session: Session, campaign_id: int, person: Person, place: str, reason: str, page: int = 1
) -> tuple[list[RecipientRow], int]:
    """Return a page of those in a place for a reason ('', '': all), and how many there are."""
    given = binds(session, [campaign_id]) | {"place": place, "reason": reason}
    given["skip"] = (page - 1) * PAGE_SIZE
    rows = []
    for row in session.execute(SQL["recipients"], given):
        who = ("", first_name_and_town(row.first_name, row.city), "")
        if person.may(Permission.SEE_PEOPLE):
            who = (f"/contacts/{row.contact_id}", row.name, show(row.e164))
        stands = (
            row.because if row.standing == "uncertain" else row.reason,
            words(row.standing),
            TONES[row.standing],
        )
        rows.append(RecipientRow(*who, *stands, row.asks, row.standing == "uncertain"))
    return rows, session.execute(SQL["count"], given).scalar_one()
