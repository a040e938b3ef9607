from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Suppression
from crm_app.contacts.models import PhoneNumber
from crm_app.contacts.queries import CHECK, LIFT, Card, card
from crm_app.conversations.models import Conversation
from crm_app.lists.queries import Wanted, find_contacts
from tests.make import make_contact, make_list, make_property, make_user

OWNER = Person(1, "Olivia", Role.OWNER)


def test_a_contact_shows_numbers_houses_and_lists(session: Session) -> None:
    contact = make_contact(session)
    house = make_property(session, contact)
    house.people = [{"name": "Sam", "email": ""}, {"name": "Pat Example", "email": ""}]
    house.value_cents, house.is_listed, house.square_feet = 61_200_000, True, 1640
    make_list(session, contact, name="Spring")
    make_list(session, contact, name="Fall", attested_by=make_user(session))
    session.flush()

    shown = card(session, OWNER, contact.id)

    assert shown.who["name"] == "Pat Example"
    assert [(n.title, n.badge, n.href, n.verb) for n in shown.numbers] == [
        ("(617) 555-0140", "Takes texts", "", "")
    ]
    assert shown.houses[0].title == "12 Lanternwick St, Quincy MA 02169"
    assert shown.houses[0].detail == (
        "Owner · built 1958 · 1,640 sq ft · $612,000 · for sale · also there, without a number: Sam"
    )
    assert [row.title for row in shown.lists] == ["Fall", "Spring"]
    assert shown.lists[0].detail.startswith("By Olivia, ")
    assert [row.badge for row in shown.lists] == ["Attested", "Not attested"]


def test_a_stop_is_shown_with_when_and_why(session: Session) -> None:
    contact, at = make_contact(session), clock.now(session)
    session.add(Suppression(e164="+16175550140", source="text", because="STOP", at=at))
    session.add(
        Conversation(
            own_number="+16175550100", e164="+16175550140", contact_id=contact.id, last_at=at,
            last_text="STOP",
        )
    )  # fmt: skip
    session.flush()

    number = card(session, OWNER, contact.id).numbers[0]

    assert (number.badge, number.verb) == ("Opted out", LIFT)
    assert number.detail.endswith("by text: “STOP”")
    assert number.href.startswith("/inbox/")


def test_a_stop_of_a_file_is_no_text_of_theirs(session: Session) -> None:
    contact, at = make_contact(session), clock.now(session)
    session.add(Suppression(e164="+16175550140", source="import", because="spring.csv", at=at))
    session.flush()

    detail = card(session, OWNER, contact.id).numbers[0].detail
    assert detail.endswith("as a file says: “spring.csv”")


def test_a_stop_by_hand_names_who_noted_it(session: Session) -> None:
    contact, user = make_contact(session), make_user(session)
    session.add(
        Suppression(
            e164="+16175550140", source="person", because="at the door", at=clock.now(session),
            by_user=user.id,
        )
    )  # fmt: skip
    session.flush()

    assert card(session, OWNER, contact.id).numbers[0].detail.endswith("by Olivia: “at the door”")


def test_a_number_that_waits_for_a_check_says_so(session: Session) -> None:
    contact = make_contact(session)
    number = session.exec(select(PhoneNumber)).one()
    number.is_textable, number.not_textable_because = False, "no status: check it first"
    session.flush()

    shown = card(session, OWNER, contact.id).numbers[0]

    assert (shown.badge, shown.detail) == ("Not textable", "no status: check it first")
    assert shown.verb == CHECK


def test_there_is_no_such_contact(session: Session) -> None:
    assert card(session, OWNER, 12345) == Card()


def test_a_technician_sees_only_those_whose_threads_are_theirs(session: Session) -> None:
    user = make_user(session, login="tess", role=Role.TECHNICIAN)
    tess, at = Person(user.id, user.name, user.role), clock.now(session)
    theirs, other = make_contact(session), make_contact(session, name="Anna", phone="+16175550141")
    thread = Conversation(
        own_number="+16175550100", e164="+16175550140", last_at=at, contact_id=theirs.id
    )
    thread.assigned_to = tess.id
    session.add(thread)
    stop = Suppression(e164="+16175550140", source="text", because="STOP", at=at)
    session.add(stop)
    session.flush()

    shown = card(session, tess, theirs.id)
    assert (shown.who["name"], shown.numbers[0].verb) == ("Pat Example", "")
    assert card(session, tess, other.id) == Card()
    assert [row.title for row in find_contacts(session, tess, Wanted()).rows] == ["Pat Example"]
    assert find_contacts(session, OWNER, Wanted()).total == 2
