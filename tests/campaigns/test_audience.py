"""Who a campaign goes to."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.campaigns.actions import reword, save_campaign, start
from crm_app.campaigns.audience import audience, without_right
from crm_app.campaigns.models import Campaign
from crm_app.campaigns.preview import preview, write_all
from crm_app.compliance.actions import attest, note_consent
from crm_app.compliance.facts import Basis, Purpose
from crm_app.contacts.actions import delete_contact
from crm_app.contacts.models import ContactProperty
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError
from crm_app.lists import queries
from crm_app.lists.actions import save_filter
from crm_app.lists.queries import Wanted
from tests.campaigns.people import OWNER, neighbours, number, second_number, suppress
from tests.make import make_contact, make_list, make_property, make_user

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


def test_further_columns_of_house_and_contact_are_fields(session: Session) -> None:
    person = make_contact(session)
    house = make_property(session, person)
    person.extras = {"Basement  Type": "full", "Pets": "2 dogs"}
    house.extras = {"Basement  Type": "crawl space"}
    session.flush()
    list_id = make_list(session, person).id

    written, problems = write_all(audience(session, list_id), "{Extra basement type}, {extra Pets}")

    assert (written[0].body, problems[0][:7]) == ("crawl space, 2 dogs", "A first")
    assert preview(session, list_id, "", OWNER).extras == "{extra basement type} {extra pets}"
    _, problems = write_all(audience(session, list_id), "{extra roof}")
    assert problems[0] == (
        "{extra roof} is blank for 1 of them: write {extra roof|unknown} instead."
    )


def test_a_saved_filter_is_its_people_now_each_with_their_own_right(session: Session) -> None:
    user = make_user(session)
    me = Person(user.id, user.name, Role.OWNER)
    known, asked, cold = neighbours(session, 3)
    make_list(session, known, attested_by=user, name="Attested")
    kept = save_filter(session, me, Wanted(form={"towns": "Quincy"}), 0, "In Quincy")

    assert len(audience(session, kept)) == 3
    assert all(one.property_id for one in audience(session, kept))
    assert without_right(session, kept) == "2 of 3 are on no attested list: they get no text."
    e164 = number(2)
    note_consent(session, e164, Basis.ASKED, "rang us on 3 May", clock.now(session), me)
    assert without_right(session, kept) == "1 of 3 are on no attested list: they get no text."
    delete_contact(session, me, cold.id)
    assert without_right(session, kept) == ""
    delete_contact(session, me, known.id)
    delete_contact(session, me, asked.id)
    assert without_right(session, kept) == ""


def test_a_filter_gives_nobody_consent(session: Session) -> None:
    user = make_user(session)
    me = Person(user.id, user.name, Role.OWNER)
    known, _cold = neighbours(session, 2)
    kept = save_filter(session, me, Wanted(form={"towns": "Quincy"}), 0, "In Quincy")
    body = "Hi, Attack-a-Crack here. Reply STOP to end"
    campaign_id = save_campaign(session, "May", kept, body, me)

    with pytest.raises(CrmError, match="owner must first attest"):
        start(session, campaign_id, me)
    make_list(session, known, attested_by=user, name="Attested")
    start(session, campaign_id, me)

    campaign = session.get_one(Campaign, campaign_id)
    assert queries.kept(session, campaign.list_id) == (f"In Quincy · campaign {campaign_id}", None)
    rights = facts_for(session, Purpose.COLD, [Asked(number(1)), Asked(number(2))])
    assert [len(rights[number(n)].consents) for n in (1, 2)] == [1, 0]
    assert len(audience(session, campaign.list_id)) == 2
    make_property(session, make_contact(session, name="Late", phone="+16175550199"))
    assert len(audience(session, campaign.list_id)) == 2
    reword(session, campaign_id, body + "!", me)
    with pytest.raises(CrmError, match="saved filter"):
        attest(session, kept, me, "I may.")
