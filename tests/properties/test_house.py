"""What a house's page shows, and to whom."""

from datetime import date

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.models import ContactProperty, Tie
from crm_app.contacts.queries import card
from crm_app.conversations.models import Conversation
from crm_app.errors import CrmError, ForbiddenError
from crm_app.imports.models import Import
from crm_app.media.queries import photos, places
from crm_app.properties.queries import House, house
from tests.make import make_contact, make_property, make_user

OWNER = Person(1, "Olivia", Role.OWNER)


def test_a_house_shows_its_facts_files_and_people(session: Session) -> None:
    done = Import(file_name="spring.csv", stored_as="x", created_at=clock.now(session))
    session.add(done)
    session.flush()
    pat = make_contact(session)
    home = make_property(session, pat)
    home.import_id = pat.import_id = done.id
    home.extras = pat.extras = {"HUD Rent": "2400"}
    home.people = [{"name": "Sam", "email": ""}]
    session.flush()

    shown = house(session, OWNER, home.id)

    assert (shown.address, shown.place) == ("12 Lanternwick St", "Quincy MA 02169")
    assert ("Built", "1958") in shown.facts
    assert (shown.extras, shown.unknown) == ([("HUD Rent", "2400")], "Sam")
    assert (shown.import_id, shown.import_name) == (done.id, "spring.csv")
    assert [(p.title, p.href) for p in shown.people] == [("Pat Example", f"/contacts/{pat.id}")]
    of_pat = card(session, OWNER, pat.id)
    assert of_pat.houses[0].href == f"/properties/{home.id}"
    assert (of_pat.extras, of_pat.who["import_name"]) == ([("HUD Rent", "2400")], "spring.csv")
    assert house(session, OWNER, 12345) == House()


def test_a_technician_sees_the_houses_and_people_they_talk_to_until_they_are_sold(
    session: Session,
) -> None:
    user = make_user(session, login="tess", role=Role.TECHNICIAN)
    tess = Person(user.id, user.name, user.role)
    pat, sam = make_contact(session), make_contact(session, name="Sam Other", phone="+16175550141")
    home, other = make_property(session, pat), make_property(session, sam, address="9 Tilcombe Rd")
    tie = ContactProperty(contact_id=sam.id, property_id=home.id)
    thread = Conversation(own_number="+16175550100", e164="+16175550140", contact_id=pat.id,
                          assigned_to=tess.id, last_at=clock.now(session))  # fmt: skip
    session.add_all([tie, thread])
    session.flush()

    assert [one.title for one in house(session, tess, home.id).people] == ["Pat Example"]
    assert house(session, tess, other.id) == House()
    assert places(session, tess, 0, str(home.id)) == [(str(home.id), "12 Lanternwick St")]
    assert photos(session, tess, 0, str(home.id))[1] == []
    for place in (str(other.id), "x", "9" * 10):
        with pytest.raises(CrmError, match="no such house"):
            places(session, tess, 0, place)


def test_after_the_sale_a_technician_of_the_former_owner_sees_it_no_more(session: Session) -> None:
    user = make_user(session, login="tess", role=Role.TECHNICIAN)
    tess = Person(user.id, user.name, user.role)
    pat = make_contact(session)
    home = make_property(session)
    sold = {"role": Tie.EX_OWNER, "ended_on": date(2026, 6, 1)}
    session.add(ContactProperty(contact_id=pat.id, property_id=home.id, **sold))
    session.add(Conversation(own_number="+16175550100", e164="+16175550140", contact_id=pat.id,
                             assigned_to=tess.id, last_at=clock.now(session)))  # fmt: skip
    session.flush()

    assert house(session, tess, home.id) == House()


def test_a_marketer_sees_no_house(session: Session) -> None:
    with pytest.raises(ForbiddenError):
        house(session, Person(3, "Mia", Role.MARKETER), 1)
