"""Who a campaign goes to."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.preview import audience
from crm_app.contacts.models import ContactProperty
from tests.campaigns.people import neighbours, number, second_number, suppress
from tests.make import make_contact, make_list, make_property

YEAR = timedelta(days=365)


def test_a_member_brings_number_house_and_values(session: Session) -> None:
    person = make_contact(session, name="Margery Tillotson")
    house = make_property(session, person)
    house.subdivision, house.purchased_on = "Merrymount", clock.now(session).date() - YEAR * 12
    session.flush()

    (found,) = audience(session, make_list(session, person).id)

    assert (found.e164, found.contact_id, found.property_id) == (
        "+16175550140",
        person.id,
        house.id,
    )
    assert list(found.values.values()) == [
        "Margery", "12 Lanternwick St", "Quincy", "1958", "Merrymount", "11",
    ]  # fmt: skip
    assert found.skipped_because == ""


def test_without_a_house_its_values_are_blank(session: Session) -> None:
    person = make_contact(session)

    (found,) = audience(session, make_list(session, person).id)

    assert (found.property_id, found.values["street"], found.values["year_built"]) == (None, "", "")


def test_the_first_number_that_can_be_texted_is_used(session: Session) -> None:
    person = make_contact(session, phone="")
    second_number(session, person, "+18005550101", position=0, because="toll-free number")
    second_number(session, person, "+16175550103", position=2)
    second_number(session, person, "+16175550102", position=1)

    found = audience(session, make_list(session, person).id)

    assert [(m.e164, m.skipped_because) for m in found] == [("+16175550102", "")]


def test_a_number_that_cannot_be_texted_is_skipped_with_the_reason(session: Session) -> None:
    person = make_contact(session, phone="")
    second_number(session, person, "+18005550101", because="toll-free number")

    found = audience(session, make_list(session, person).id)

    assert found[0].skipped_because == "no number that can be texted: toll-free number"


def test_people_without_any_number_are_skipped_too(session: Session) -> None:
    people = [make_contact(session, phone=""), *neighbours(session, 2)]

    found = audience(session, make_list(session, *people).id)

    assert [m.skipped_because for m in found] == ["no number that can be texted", "", ""]


def test_companies_and_the_deleted_are_left_out(session: Session) -> None:
    firm, gone, person = neighbours(session, 3)
    firm.is_company = True
    gone.deleted_at = clock.now(session)
    session.flush()

    found = audience(session, make_list(session, firm, gone, person).id)

    assert [m.skipped_because for m in found] == ["a company, not a homeowner", ""]


def test_who_opted_out_on_any_number_is_skipped_with_the_day(session: Session) -> None:
    one, two, lifted = neighbours(session, 3)
    second_number(session, two, number(90))
    at = datetime(2025, 5, 3, 16, tzinfo=UTC)
    suppress(session, number(1), at)
    suppress(session, number(90), at)
    suppress(session, number(3), at, lifted=True)

    found = audience(session, make_list(session, one, two, lifted).id)

    assert [m.skipped_because for m in found] == ["opted out on 3 May 2025"] * 2 + [""]


def test_the_main_contact_of_a_house_comes_first(session: Session) -> None:
    second = make_contact(session, name="Desmond", phone="+16175550102")
    first = make_contact(session, name="Margery", phone="+16175550101")
    house = make_property(session, first)
    session.add(ContactProperty(contact_id=second.id, property_id=house.id, position=1))
    session.flush()

    found = audience(session, make_list(session, second, first).id)

    assert [m.values["first_name"] for m in found] == ["Margery", "Desmond"]
