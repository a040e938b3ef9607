"""Each field of the filter, on the same four people."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Suppression
from crm_app.contacts.models import Contact, ContactProperty, PhoneNumber
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from crm_app.errors import CrmError
from crm_app.imports.models import Import, ImportOutcome, ImportState, Verdict
from crm_app.lists import filters, queries
from crm_app.lists.queries import Wanted
from crm_app.settings import SANDBOX_NUMBER as OWN
from tests.make import make_contact, make_list, make_property

OWNER = Person(1, "Olivia", Role.OWNER)


@pytest.fixture
def world(session: Session) -> dict[str, int]:
    """Ann owns a listed condo in Quincy, Bob rents in Salem, Cy sold, Di has no house."""
    at = clock.now(session)
    ann, bob, cy, di = (
        make_contact(session, name=name, phone=f"+1617555010{n}")
        for n, name in enumerate(("Ann A", "Bob B", "Cy C", "Di D"))
    )
    flat = make_property(session, ann, address="1 Ash St", city="Quincy")
    flat.kind, flat.is_listed, flat.is_owner_occupied = "CND", True, True
    flat.year_built, flat.value_cents, flat.extras = 1950, 60_000_000, {"Basement Type": "Full"}
    second = make_property(session, ann, address="9 Ash St", city="Salem", zip5="01970")
    second.year_built, second.value_cents = 1990, 10_000_000
    rented = make_property(session, address="2 Elm St", city="Salem", zip5="01970")
    rented.kind, rented.is_owner_occupied, rented.year_built = "SFR", False, 1970
    rented.value_cents = 50_000_000
    session.add(ContactProperty(contact_id=bob.id, property_id=rented.id, role="tenant"))
    session.add(ContactProperty(contact_id=cy.id, property_id=flat.id, ended_on=date(2026, 1, 2)))
    bob.tags = ["VIP"]
    ann.tags, di.extras = ["Spring", "warm"], {"Basement Type": "crawl space", "Age": "61"}
    bob_number = session.get_one(PhoneNumber, session.exec(_numbers(bob)).one())
    bob_number.is_textable = False
    session.add(Suppression(e164="+16175550102", source="text", because="STOP", at=at))
    thread = Conversation(own_number=OWN, e164="+16175550100", contact_id=ann.id, last_at=at)
    session.add(thread)
    session.flush()
    session.add(
        Message(provider_id="1", conversation_id=thread.id, direction=Direction.OUT, body="Hi",
                status=MessageStatus.SENT, at=at)
    )  # fmt: skip
    answered = Conversation(
        own_number=OWN, e164="+16175550103", contact_id=di.id, last_at=at, last_inbound_at=at
    )
    file = Import(file_name="a.csv", stored_as="a", created_at=at, state=ImportState.APPLIED)
    broken = Import(file_name="b.csv", stored_as="b", created_at=at, state=ImportState.FAILED)
    session.add_all([answered, file, broken])
    session.flush()
    session.add(
        ImportOutcome(import_id=file.id, line=2, is_done=True, verdict=Verdict.CREATED,
                      contact_ids=[bob.id])
    )  # fmt: skip
    session.flush()
    return {"list": make_list(session, ann, cy).id, "import": file.id}


def _numbers(contact: Contact) -> Any:

    return select(PhoneNumber.id).where(PhoneNumber.contact_id == contact.id)


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ({}, "Ann Bob Cy Di"),
        ({"occupied": "yes"}, "Ann"),
        ({"occupied": "no"}, "Bob"),
        ({"built_from": "1951", "built_to": "1980"}, "Bob"),
        ({"built_to": "1950"}, "Ann"),
        ({"value_from": "$600k"}, "Ann"),
        ({"value_from": "0.1m", "value_to": "500,000"}, "Ann Bob"),
        ({"towns": "quincy"}, "Ann"),
        ({"towns": " Salem ,Quincy,"}, "Ann Bob"),
        ({"towns": "Quincy or Salem"}, "Ann Bob"),
        ({"towns": "Orford AND Salem"}, "Ann Bob"),
        ({"zips": "01970"}, "Ann Bob"),
        ({"kinds": "sfr, MFR"}, "Bob"),
        ({"listed": "yes"}, "Ann"),
        ({"listed": "no"}, "Ann Bob"),
        ({"role": "owner"}, "Ann"),
        ({"role": "tenant"}, "Bob"),
        ({"tags": "spring, nobody"}, "Ann"),
        ({"tags": "vip"}, "Bob"),
        ({"on_list": "list"}, "Ann Cy"),
        ({"not_on_list": "list"}, "Bob Di"),
        ({"import": "import"}, "Bob"),
        ({"texted": "never"}, "Bob Cy Di"),
        ({"texted": "before"}, "Ann"),
        ({"texted": "answered"}, "Di"),
        ({"textable": "yes"}, "Ann Di"),
        ({"textable": "no"}, "Bob Cy"),
        ({"opted_out": "yes"}, "Cy"),
        ({"opted_out": "no"}, "Ann Bob Di"),
        ({"extra": "Basement Type"}, "Ann Bob Cy Di"),
        ({"extra": "Basement Type", "extra_is": "full"}, "Ann"),
        ({"extra": "Basement Type", "extra_has": "L"}, "Ann Di"),
        ({"extra": "Basement Type", "extra_empty": "yes"}, "Bob Cy"),
        ({"extra": "Basement Type", "extra_empty": "no"}, "Ann Di"),
        ({"extra": "' or 1=1 --", "extra_is": "'; drop table contact"}, ""),
        ({"occupied": "yes", "texted": "before", "towns": "Quincy"}, "Ann"),
        # all conditions on a house meet in one house
        ({"towns": "Salem", "built_to": "1960"}, ""),
        ({"unknown": "1", "towns": "  "}, "Ann Bob Cy Di"),
    ],
)
def test_a_filter_finds(
    session: Session, world: dict[str, int], form: dict[str, str], names: str
) -> None:
    asked = {key: str(world.get(value, value)) for key, value in form.items()}

    found = queries.find_contacts(session, OWNER, Wanted(form=asked))

    assert [row.title.split()[0] for row in found.rows] == names.split()
    assert found.total == len(found.rows)


def test_every_field_is_tried() -> None:
    marks = test_a_filter_finds.pytestmark  # pyright: ignore[reportFunctionMemberAccess]
    tried = {key for form, _ in marks[0].args[1] for key in form}
    assert tried - {"unknown"} == set(filters.FIELDS)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"built_from": "old"}, "Built from: write a year"),
        ({"built_from": "²"}, "Built from: write a year"),
        ({"value_to": "a lot"}, "Value to: write an amount"),
        ({"value_to": "99999999999999"}, "Value to: write an amount"),
        ({"occupied": "perhaps"}, "Owner-occupied: choose one"),
        ({"texted": "1=1"}, "Texts: choose one"),
        ({"on_list": "1;drop"}, "On list: choose one"),
        ({"import": "x"}, "From import: choose one"),
        ({"extra_is": "Full"}, "Choose the further column first"),
    ],
)
def test_what_cannot_be_read_is_said(form: dict[str, str], why: str) -> None:
    with pytest.raises(CrmError, match=why):
        filters.read(form)


def test_the_fields_offer_what_there_is(session: Session, world: dict[str, int]) -> None:
    offered = queries.choices(session, OWNER)

    assert offered["list"] == [("", "Any"), (str(world["list"]), "Spring")]
    assert offered["put"][0] == ("", "A new list")
    assert [words.split(",")[0] for _, words in offered["import"]] == ["Any", "a.csv"]
    assert [one for one, _ in offered["extra"]] == ["", "Age", "Basement Type"]
