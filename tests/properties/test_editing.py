"""Two people edit at once: the second is told, and nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.addresses import address_key
from crm_app.contacts.models import Contact, PhoneNumber, Property
from crm_app.errors import CrmError, ForbiddenError
from crm_app.properties.editing import EditedMeanwhileError, edit, facts, filled
from tests.make import make_contact, make_property, make_user
from tests.texting import TUESDAY, set_clock


def person(session: Session, login: str, role: Role = Role.OFFICE) -> Person:
    user = make_user(session, login=login, role=role)
    return Person(user.id, user.name, user.role)


@pytest.fixture
def nora(session: Session) -> Person:
    set_clock(session, TUESDAY)
    return person(session, "nora")


def change(session: Session, who: Person, row: Contact | Property, **form: str) -> None:
    """Edit a row as one who has just opened its form."""
    edit(session, who, type(row), row.id, form, filled(row))


def test_only_what_was_typed_is_written_and_bears_that_a_person_typed_it(
    session: Session, nora: Person
) -> None:
    contact = make_contact(session)
    given = filled(contact)

    edit(session, nora, Contact, contact.id, given | {
        "name": " Patricia  Example ", "email": "PAT@example.com", "notes": " dog\nbites ",
        "tags": "lead, spring , ,lead", "phone": "617 555 0141",
    }, given)  # fmt: skip

    assert (contact.name, contact.email, contact.notes) == (
        "Patricia Example", "pat@example.com", "dog\nbites",
    )  # fmt: skip
    assert contact.tags == ["lead", "spring"]
    assert contact.edited == ["email", "name", "notes"]  # files may bring further tags
    assert (contact.edited_by, contact.edited_at) == (nora.id, contact.updated_at)
    assert len(session.exec(select(PhoneNumber)).all()) == 2
    change(session, nora, contact, name=contact.name)
    assert contact.version == 3  # one for the number, one for the fields, none for nothing
    other = make_contact(session, name="Anna Example", phone="+16175550149")
    change(session, nora, other, tags="LEAD, walk, Walk")
    assert other.tags == ["lead", "walk"]  # as it was first spelled
    change(session, nora, other, tags="lead, Walk")
    assert other.tags == ["lead", "Walk"]


def test_the_second_of_two_is_told_by_whom_and_what_and_may_save_after_all(
    session: Session, nora: Person
) -> None:
    contact, tom = make_contact(session), person(session, "tom")
    seen_by_nora, seen_by_tom = filled(contact), filled(contact)
    edit(session, nora, Contact, contact.id, {"name": "Pat Nora", "notes": "rings"}, seen_by_nora)
    set_clock(session, TUESDAY + timedelta(minutes=2))

    typed = seen_by_tom | {"name": "Pat Tom", "last_name": "Tom"}
    with pytest.raises(EditedMeanwhileError) as told:
        edit(session, tom, Contact, contact.id, typed, seen_by_tom)

    assert str(told.value) == (
        "Nora changed this 2 min ago: Name is now “Pat Nora”, yours is “Pat Tom”; Notes is now"
        " “rings”. Save again to keep what you typed."
    )
    assert (contact.name, contact.last_name) == ("Pat Nora", "Example")
    edit(session, tom, Contact, contact.id, typed, seen_by_tom | {"version": told.value.version})
    assert (contact.name, contact.last_name, contact.notes) == ("Pat Tom", "Tom", "rings")


def test_what_an_import_changed_is_told_and_other_fields_of_it_disturb_nobody(
    session: Session, nora: Person
) -> None:
    house = make_property(session)
    seen = filled(house)
    house.value_cents, house.version = 61_200_000, 2
    house.updated_at = clock.now(session) + timedelta(seconds=9)
    session.flush()

    with pytest.raises(CrmError, match=r"An import changed this now: Value is now “\$612,000”\."):
        edit(session, nora, Property, house.id, {"notes": "steep drive"}, seen)
    seen = filled(house)
    house.radar_id, house.version = "P1", 3  # stands in no form
    session.flush()
    edit(session, nora, Property, house.id, {"notes": "steep drive"}, seen)
    assert (house.notes, house.version) == ("steep drive", 4)


@pytest.mark.parametrize(("field", "typed", "kept", "said"), [
    ("value_cents", "$612,500", 61_250_000, "$612,500"),
    ("equity_cents", "-5000.50", -500_050, "$-5,000.50"),
    ("square_feet", "1640", 1640, "1,640"), ("year_built", "1931", 1931, "1931"),
    ("bathrooms", "1.5", 1.5, "1.5"),
    ("purchased_on", "2019-03-04", date(2019, 3, 4), "2019-03-04"),
    ("is_listed", "yes", True, "yes"), ("is_in_foreclosure", "no", False, "no"),
    ("mail_zip", "2171", "02171", "02171"), ("year_built", "", None, ""), ("owner", " ", "", ""),
])  # fmt: skip
def test_each_kind_of_field_is_read_and_said_again(
    session: Session, nora: Person, field: str, typed: str, kept: Any, said: str
) -> None:
    house = make_property(session)
    house.owner = "EXAMPLE,PAT"

    change(session, nora, house, **{field: typed})

    assert getattr(house, field) == kept
    assert filled(house)[field] == said


@pytest.mark.parametrize(("field", "typed", "said"), [
    ("name", " ", "Give the contact a name"), ("email", "not an address", "will not do"),
    ("name", "x" * 121, "will not do"),
])  # fmt: skip
def test_what_will_not_do_for_a_contact_is_refused(
    session: Session, nora: Person, field: str, typed: str, said: str
) -> None:
    with pytest.raises(CrmError, match=said):
        change(session, nora, make_contact(session), **{field: typed})


@pytest.mark.parametrize(("field", "typed", "said"), [
    ("address", "", "a street"), ("year_built", "long ago", "Built: “long ago” will not do"),
    ("purchased_on", "March", "from the calendar"), ("is_listed", "perhaps", "will not do"),
    ("zip5", "ABC", "will not do"),
])  # fmt: skip
def test_what_will_not_do_for_a_house_is_refused(
    session: Session, nora: Person, field: str, typed: str, said: str
) -> None:
    with pytest.raises(CrmError, match=said):
        change(session, nora, make_property(session), **{field: typed})


def test_a_house_that_moves_is_found_by_its_new_address_and_never_becomes_another(
    session: Session, nora: Person
) -> None:
    contact = make_contact(session)
    house, other = make_property(session, contact), make_property(session, address="9 Tilcombe Rd")
    change(session, nora, other, address="9 Tilcombe Road")

    change(session, nora, house, address="14 Lanternwick St")

    session.refresh(contact)
    assert (contact.houses, house.address_key) == (
        "14 Lanternwick St Quincy", "14 LANTERNWICK ST||02169",
    )  # fmt: skip
    with pytest.raises(CrmError, match="Another house has this address"):
        change(session, nora, house, address="9 Tilcombe Rd")


def test_the_facts_are_those_that_are_known(session: Session) -> None:
    house = make_property(session)
    house.purchased_on, house.notes = date(2019, 3, 4), "steep"

    assert facts(house) == [
        ("Built", "1958"), ("Purchased", "Mar 4, 2019"),
    ]  # fmt: skip


def test_only_who_may_edits_and_only_what_is_there(session: Session, nora: Person) -> None:
    contact = make_contact(session)
    with pytest.raises(ForbiddenError):
        change(session, person(session, "tess", Role.TECHNICIAN), contact, name="X")
    contact.deleted_at = TUESDAY
    session.flush()
    with pytest.raises(CrmError, match="not there any more"):
        change(session, nora, contact, name="X")


def test_a_house_is_known_by_the_key_that_an_import_makes(session: Session, nora: Person) -> None:
    home = make_property(session)

    change(session, nora, home, zip5="")
    assert home.address_key == address_key("12 Lanternwick St", "", "Quincy")
    change(session, nora, home, city="Hull")
    assert home.address_key == address_key("12 Lanternwick St", "", "Hull")
    change(session, nora, home, zip5="02045")
    assert home.address_key == address_key("12 Lanternwick St", "02045", "Hull")


@pytest.mark.parametrize(("form", "said"), [
    ({"notes": "x" * 20_001}, "at most 20,000 letters"),
    ({"tags": ", ".join(map(str, range(51)))}, "At most 50 tags"),
    ({"tags": "x" * 41}, "At most 50 tags"),
])  # fmt: skip
def test_notes_and_tags_have_an_end(
    session: Session, nora: Person, form: dict[str, str], said: str
) -> None:
    contact = make_contact(session)
    change(session, nora, contact, notes="x" * 20_000, tags="x" * 40)

    with pytest.raises(CrmError, match=said):
        change(session, nora, contact, **form)


def test_whom_one_edits_who_was_merged_meanwhile_is_said(session: Session, nora: Person) -> None:
    kept, gone = make_contact(session), make_contact(session, name="P", phone="+16175550141")
    gone.deleted_at, gone.merged_into = clock.now(session), kept.id
    session.flush()

    with pytest.raises(CrmError, match="merged into Pat Example"):
        change(session, nora, gone, name="Patty")
