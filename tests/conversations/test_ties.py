"""Who is of a house's household: an ended tie, or one for work, is not."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.campaigns.preview import audience
from crm_app.compliance.facts import Facts, Purpose
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.models import Contact, ContactProperty, Property, Tie
from crm_app.conversations import actions, optout
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox, OutboxState
from crm_app.evidence.packet import packet
from crm_app.media.queries import places
from crm_app.outbox.actions import NewText, queue_many
from tests.make import make_contact, make_list, make_property, make_user
from tests.texting import PAT, TUESDAY, hello, row, set_clock

NEW = "+16175550141"
SOLD = date(2026, 6, 1)


@pytest.fixture
def sold(session: Session) -> tuple[Contact, Contact, Property]:
    """Pat sold her house to Sam on the first of June."""
    set_clock(session, TUESDAY)
    pat, sam = make_contact(session, phone=PAT), make_contact(session, name="Sam New", phone=NEW)
    house = make_property(session, pat)
    end(session, pat)
    session.add(ContactProperty(contact_id=sam.id, property_id=house.id, started_on=SOLD))
    session.flush()
    return pat, sam, house


def tie_of(session: Session, contact: Contact) -> ContactProperty:
    found = select(ContactProperty).where(ContactProperty.contact_id == contact.id)
    return session.exec(found.order_by(col(ContactProperty.id))).one()


def end(session: Session, contact: Contact) -> None:
    tie = tie_of(session, contact)
    tie.role, tie.ended_on = Tie.EX_OWNER, SOLD
    session.flush()


def texted(session: Session, contact: Contact, e164: str, house: Property) -> Outbox:
    """A campaign's text about the house, sent."""
    text = NewText(e164, contact.id, house.id, hello(e164))
    found = row(session, queue_many(session, 1, [text])[e164])
    found.state, found.started_at = OutboxState.SENT, clock.now(session)
    session.flush()
    return found


def facts(session: Session, e164: str, house: Property | None = None, row_id: int = 0) -> Facts:
    asked = Asked(e164, house.id if house else None, row_id)
    return facts_for(session, Purpose.COLD, [asked])[e164]


def test_a_former_owner_is_held_about_the_house(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    pat, sam, house = sold
    of_pat, of_sam = texted(session, pat, PAT, house), texted(session, sam, NEW, house)

    assert facts(session, PAT, house, of_pat.id).left_because == "no longer has the house"
    assert facts(session, NEW, house, of_sam.id).left_because == ""


def test_what_the_former_owner_got_and_said_does_not_bind_the_new_one(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    pat, _sam, house = sold
    before = texted(session, pat, PAT, house)
    before.answered_at = TUESDAY
    session.flush()

    found = facts(session, NEW, house)

    assert (found.last_cold_to_household_at, found.left_because) == (None, "")
    tie = tie_of(session, pat)  # and did, as long as they had it
    tie.role, tie.ended_on = Tie.OWNER, None
    session.flush()
    found = facts(session, NEW, house)
    assert found.last_cold_to_household_at == before.started_at
    assert found.left_because == "somebody else in this house has answered"


@pytest.mark.parametrize("role", [Tie.REALTOR, Tie.MANAGER, Tie.BUILDER])
def test_who_works_with_a_house_is_not_its_household(
    session: Session, sold: tuple[Contact, Contact, Property], role: Tie
) -> None:
    pat, sam, house = sold
    tie = tie_of(session, pat)
    tie.role, tie.ended_on = role, None
    texted(session, pat, PAT, house)

    assert facts(session, NEW, house).last_cold_to_household_at is None
    texted(session, sam, NEW, house)
    assert facts(session, PAT).last_cold_to_household_at is None


def test_a_tenant_is_of_the_household(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    pat, _sam, house = sold
    tie = tie_of(session, pat)
    tie.role, tie.ended_on = Tie.TENANT, None
    texted(session, pat, PAT, house)

    assert facts(session, NEW).last_cold_to_household_at is not None


def test_a_text_by_hand_to_a_former_owner_is_about_no_house(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    user = make_user(session)
    make_list(session, *sold[:2], attested_by=user)
    person = Person(user.id, user.name, Role.OWNER)
    for contact, e164, about in zip(sold, (PAT, NEW), (None, sold[2].id), strict=False):
        thread = actions.start_thread(session, contact.id, person)
        assert (
            row(session, actions.reply(session, thread, hello(e164), person)).property_id == about
        )


def test_a_campaign_leaves_out_who_sold(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    listed = make_list(session, *sold[:2], attested_by=make_user(session))

    found = {one.e164: one.skipped_because for one in audience(session, listed.id)}

    assert found == {PAT: "no longer has the house", NEW: ""}


def test_the_clock_of_a_house_that_was_sold_does_not_count(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    pat, _sam, house = sold
    house.zip5, pat.mail_zip = "90012", ""
    session.flush()

    assert "America/Los_Angeles" not in facts(session, PAT).recipient_zones
    assert "America/Los_Angeles" in facts(session, NEW).recipient_zones


def test_a_former_owner_has_no_house_to_search_by_or_keep_photos_with(
    session: Session, sold: tuple[Contact, Contact, Property]
) -> None:
    pat, sam, house = sold
    refresh_houses(session, [pat.id, sam.id])
    session.expire_all()
    owner = Person(1, "Olivia", Role.OWNER)

    assert (pat.houses, sam.houses) == ("", "12 Lanternwick St Quincy")
    assert places(session, owner, pat.id) == [("0", "Pat Example")]
    assert places(session, owner, sam.id)[1:] == [(str(house.id), "12 Lanternwick St, Quincy")]
    told = "12 Lanternwick St, Quincy MA 02169"
    assert packet(session, PAT, owner).who == ["Pat Example", f"{told} (until 2026-06-01)"]
    assert packet(session, NEW, owner).who == ["Sam New", told]


def test_who_has_the_house_again_by_the_time_of_the_lock_is_not_called_back(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = text("select 1 as id, '+16175550140' as e164, 1 as campaign_id")
    monkeypatch.setitem(optout.SQL, "left", left)
    back = SimpleNamespace(facts=SimpleNamespace(left_because=""))
    monkeypatch.setattr(optout, "decide_anew", lambda *_: [back])
    told = list[str]()
    monkeypatch.setattr(optout, "tell", lambda _session, e164: told.append(e164))

    optout.call_back_left(session)

    assert told == []
