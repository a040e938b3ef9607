"""Who is texted: invented people on many clocks, their house, their lists."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from holidays import country_holidays
from sqlmodel import Session

from crm_app.auth.permissions import Person
from crm_app.contacts.models import ContactProperty
from tests.campaigns.people import person_of
from tests.make import make_contact, make_list, make_property, make_user

COMPANY = "America/New_York"
HOLIDAYS = country_holidays("US", years=range(2025, 2035))


@dataclass(frozen=True)
class Somebody:
    """A number, the one that replaces it, where their post goes, and the clocks of all that."""

    e164: str
    spare: str
    mail_zip: str
    zones: tuple[str, ...]


PEOPLE = [
    Somebody("+16175550141", "+16175550151", "02169", (COMPANY,)),
    Somebody("+17815550142", "+17815550152", "02169", (COMPANY,)),  # the same house
    Somebody("+13125550143", "+13125550153", "60601", ("America/Chicago",)),
    Somebody("+12135550144", "+12135550154", "02169", ("America/Los_Angeles", COMPANY)),
    Somebody("+16025550145", "+16025550155", "85001", ("America/Phoenix",)),
    Somebody("+16175550146", "+16175550156", "60601", (COMPANY, "America/Chicago")),
]
ZONES = {e164: one.zones for one in PEOPLE for e164 in (one.e164, one.spare)}


def is_open(e164: str, at: datetime) -> bool:
    """Whether a cold text may start by every clock: theirs and ours, 9 to 18, no holiday."""
    clocks = [at.astimezone(ZoneInfo(zone)) for zone in {*ZONES[e164], COMPANY}]
    return all(
        9 <= local.hour < 18 and local.weekday() < 5 and local.date() not in HOLIDAYS
        for local in clocks
    )


def settle_in(session: Session) -> tuple[Person, list[int], list[int]]:
    """Make everybody; return the owner, the contacts' ids, and lists: all, some, unattested."""
    owner = make_user(session)
    made = [
        make_contact(session, name=f"Pat{n} Example", phone=one.e164, mail_zip=one.mail_zip)
        for n, one in enumerate(PEOPLE)
    ]
    house = make_property(session, made[0])
    session.add(ContactProperty(contact_id=made[1].id, property_id=house.id, position=1))
    session.flush()
    lists = [
        make_list(session, *made, name="All", attested_by=owner),
        make_list(session, *made[1:4], name="Some", attested_by=owner),
        make_list(session, *made, name="Bought"),
    ]
    return person_of(owner), [one.id for one in made], [one.id for one in lists]
