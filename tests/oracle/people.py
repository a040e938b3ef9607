"""Who is texted here, and the oracle's own table of their clocks, houses and states."""

from dataclasses import dataclass, field

from sqlmodel import Session

from crm_app.auth.permissions import Person as User
from crm_app.contacts.models import ContactProperty
from tests.campaigns.people import person_of
from tests.imports.files import house
from tests.make import make_contact, make_list, make_property, make_user
from tests.oracle.oracle import Person

EAST, MIDDLE = "America/New_York", "America/Chicago"
WEST, ARIZONA, HAWAII = "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu"
# Toll-free rings anywhere under +1: the ends. A reminder (8-20, any day) fits for two hours a day.
EVERYWHERE = (
    EAST,
    HAWAII,
    "America/St_Johns",
    "Atlantic/Bermuda",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
)


@dataclass(frozen=True)
class Somebody:
    """What the program is told of a person, and, after it, what the oracle knows."""

    e164: str
    mail_zip: str
    street: str
    zip5: str
    zones: tuple[str, ...]
    opens: int = 8
    has_hours: bool = True
    lives_there: bool = True
    lists: set[str] = field(default_factory=lambda: {"All"})


PEOPLE = [
    Somebody("+16175550141", "02169", "12 Lanternwick St", "02169", (EAST,), lists={"All", "Few"}),
    Somebody("+17815550142", "02169", "12 Lanternwick St", "02169", (EAST,), lists={"All", "Few"}),
    Somebody("+16025550143", "85001", "3 Mesa Rd", "85001", (ARIZONA,)),
    Somebody("+12135550144", "02169", "4 Lanternwick St", "02169", (WEST, EAST), lists={"Few"}),
    Somebody("+18085550145", "96813", "5 Palm Rd", "96813", (HAWAII,), lists={"All", "Few"}),
    Somebody("+18505550146", "32301", "6 Pine Rd", "32301", (EAST, MIDDLE)),
    Somebody("+12705550147", "42101", "7 Bluegrass Rd", "42101", (EAST, MIDDLE), 10),  # C3: KY 10
    Somebody("+18005550148", "02169", "8 Lanternwick St", "02169", EVERYWHERE, has_hours=False),
    # Lives in Chicago, and lets a house in Quincy to somebody who is texted, too.
    Somebody("+13125550149", "60601", "9 Lanternwick St", "02169", (MIDDLE,), lives_there=False),
]
# Two owners who come by an import, and come again with it.
NEW = [
    Somebody("+15085550150", "02169", "20 Tilcombe St", "02169", (EAST,), lists=set()),
    Somebody("+14135550151", "02169", "20 Tilcombe St", "02169", (EAST,), lists=set()),
]
EVERYBODY = [*PEOPLE, *NEW]


def books() -> dict[str, Person]:
    """What the oracle knows at the beginning."""
    return {
        one.e164: Person(one.zones, one.street, one.opens, one.has_hours, lists=set(one.lists),
                         gone=one in NEW)
        for one in EVERYBODY
    }  # fmt: skip


def settle_in(session: Session) -> tuple[User, dict[str, int], dict[str, int]]:
    """Make everybody and both lists; return the owner, the contacts' and the lists' ids."""
    owner, houses = make_user(session), dict[str, int]()
    contacts = {
        one.e164: make_contact(
            session, name=f"Pat{n} Example", phone=one.e164, mail_zip=one.mail_zip
        )
        for n, one in enumerate(PEOPLE)
    }
    for one in PEOPLE:
        if one.street not in houses:
            made = make_property(session, address=one.street, zip5=one.zip5)
            made.is_owner_occupied = one.lives_there
            houses[one.street] = made.id
        owner_id, house_id = contacts[one.e164].id, houses[one.street]
        session.add(ContactProperty(contact_id=owner_id, property_id=house_id))
        session.flush()
    lists = {
        name: make_list(session, *(contacts[p.e164] for p in PEOPLE if name in p.lists), name=name,
                        attested_by=owner if name == "All" else None).id
        for name in ("All", "Few")
    }  # fmt: skip
    return person_of(owner), {e164: one.id for e164, one in contacts.items()}, lists


def rows_of_file(is_changed: bool) -> list[dict[str, str]]:
    """The export with the new people's house; changed, it has other names for their numbers."""
    first, second = ("SAM OTHER", "KIM OTHER") if is_changed else ("SAM EXAMPLE", "KIM EXAMPLE")
    both = {"Secondary_Name": second, "Secondary_Mobile_Phone1": "413-555-0151",
            "Secondary_Mobile_1_Status": "Active"}  # fmt: skip
    row = house(Address="20 TILCOMBE ST", Mail_Address="20 TILCOMBE ST", APN="T-20",
                Primary_Name=first, Primary_Mobile_Phone1="508-555-0150",
                Owner_Occ="1" if is_changed else "", **both)  # fmt: skip
    return [row]
