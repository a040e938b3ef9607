"""Clearing the demo leaves nothing of it in any table, and all that the person made himself."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import User
from crm_app.auth.permissions import Person
from crm_app.campaigns import actions
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.queries import find_campaigns, numbers_of
from crm_app.contacts.models import Contact, ContactList, ContactProperty, ListMember, Property
from crm_app.conversations.actions import reply
from crm_app.conversations.models import Conversation, Outbox, OutboxState
from crm_app.conversations.optout import suppress_by_hand
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError
from crm_app.imports.models import Import
from crm_app.inbox.queries import inbox
from crm_app.lists.queries import Wanted, find_contacts, lists
from crm_app.media import store
from crm_app.outbox.outcomes import Receipt, record
from crm_app.sandbox import commands, components, demo, ribbon_state
from crm_app.sandbox.demo import clearing, world
from crm_app.webhooks.models import Delivery
from tests.make import make_contact, make_list, make_property
from tests.states import be, open_state, run
from tests.texting import TUESDAY, claimed, incoming

MARTA, RUTH, PAT = "+15085550150", "+13395550152", "+16175550140"
BODY = "Hi {first_name|there}, this is Attack-a-Crack. Reply STOP to opt out."


@pytest.fixture
def session(told: Session) -> Session:
    return told


def owner(session: Session) -> Person:
    user = session.exec(select(User).where(User.login == "owner")).one()
    return Person(user.id, user.name, user.role)


def mentions(session: Session) -> dict[str, int]:
    """Return in which tables, and how often, anything of the demo world stands."""
    told = [world.read("today"), *world.read("weeks")["campaigns"]]
    people = [who for one in told for who in one["people"]]
    marks = world.marks()
    words = [*marks.lists, *marks.campaigns, *marks.houses, *(who["name"] for who in people)]
    words += marks.todos
    words += [who["address"] for who in people] + [number[2:] for number in marks.numbers]
    tables = session.execute(text("select tablename from pg_tables where schemaname = 'public'"))
    found = dict[str, int]()
    for table in tables.scalars():
        query = f'select count(*) from "{table}" t where t::text like any(:words)'
        count = session.execute(text(query), {"words": [f"%{word}%" for word in words]})
        found |= {table: n} if (n := count.scalar_one()) else {}
    return found


def rows(session: Session, *tables: str) -> list[list[Any]]:
    session.expire_all()
    return [list(session.execute(text(f"select * from {t} order by 1"))) for t in tables]


def contact_of(session: Session, e164: str) -> Contact:
    query = "select contact_id from phone_number where e164 = :e"
    return session.get_one(Contact, session.execute(text(query), {"e": e164}).scalar())


def home_of(session: Session, contact: Contact) -> Property:
    query = select(ContactProperty.property_id).where(ContactProperty.contact_id == contact.id)
    return session.get_one(Property, session.exec(query).one())


def test_nothing_is_left_and_twice_does_no_harm(session: Session) -> None:
    before = mentions(session)
    assert {"contact", "phone_number", "property", "contact_list", "campaign", "outbox",
            "conversation", "suppression", "pace", "work_item"} <= set(before)  # fmt: skip

    assert clearing.clear(session) == 94
    assert mentions(session) == {}
    emptied = [*before, "message", "attestation", "list_member", "wording", "day_cap", "decision"]
    assert not any(rows(session, *emptied))
    assert clearing.clear(session) == 0
    assert not demo.load(session), "the next start does not bring it back"


def test_screens_are_empty_and_the_logins_stay(session: Session) -> None:
    assert clearing.is_there(session)

    clearing.clear(session)

    me = owner(session)
    assert not clearing.is_there(session)
    assert (inbox(session, me), find_campaigns(session)) == (([], False), [])
    assert (find_contacts(session, me, Wanted()).rows, lists(session, me)) == ([], [])
    assert len(session.exec(select(User)).all()) == 3


@pytest.fixture
def mine(session: Session) -> tuple[Campaign, Contact]:
    """A list of mine with Pat and Marta of the demo, and my campaign to it, which runs.

    Pat owns a house of the demo too and is on its list; the demo's draft runs as well.
    """
    me, marta = owner(session), contact_of(session, MARTA)
    pat = make_contact(session, name="Pat Example", phone=PAT)
    make_property(session, pat)
    shared = home_of(session, marta)
    session.add(ContactProperty(contact_id=pat.id, property_id=shared.id))
    pat.houses = f"12 Lanternwick St Quincy · {shared.address} {shared.city}"
    listed = make_list(session, pat, marta, attested_by=session.get_one(User, me.id))
    draft = session.exec(select(Campaign).where(Campaign.state == CampaignState.DRAFT)).one()
    session.add(ListMember(list_id=draft.list_id, contact_id=pat.id, property_id=shared.id))
    session.flush()
    own = actions.save_campaign(session, "Spring", listed.id, BODY, me)
    for campaign_id in (own, draft.id):
        actions.start(session, campaign_id, me)
    return session.get_one(Campaign, own), pat


def test_what_i_made_stays_without_its_part_of_the_demo(
    session: Session, mine: tuple[Campaign, Contact]
) -> None:
    campaign, pat = mine
    listed = session.get_one(ContactList, campaign.list_id)
    file = Import(file_name="a.csv", stored_as="a.csv", created_at=clock.now(session))
    draft = session.exec(select(Campaign).where(Campaign.name == world.marks().campaigns[0])).one()
    file.list_id = draft.list_id
    session.add(file)
    session.flush()

    clearing.clear(session)
    session.expire_all()

    assert mentions(session) == {}
    assert [one.name for one in find_campaigns(session)] == ["Spring"]
    assert numbers_of(session, [campaign.id])[campaign.id].audience == 1
    assert lists(session, owner(session)) == [(str(listed.id), f"{listed.name} (1)")]
    assert pat.houses == "12 Lanternwick St Quincy"
    assert file.list_id is None
    assert [row.campaign_id for row in session.exec(select(Outbox))] == [campaign.id]


def test_a_text_of_the_draft_that_left_for_somebody_of_mine_stays_as_theirs(
    session: Session, mine: tuple[Campaign, Contact]
) -> None:
    campaign, _pat = mine
    session.execute(text("delete from outbox where campaign_id = :id"), {"id": campaign.id})
    session.execute(text("update outbox set not_before = :late where e164 <> :pat"),
                    {"late": TUESDAY + timedelta(days=1), "pat": PAT})  # fmt: skip
    assert record_one(session) == PAT

    clearing.clear(session)

    session.expire_all()
    left = session.exec(select(Outbox)).one()
    assert (left.e164, left.state, left.campaign_id) == (PAT, OutboxState.SENT, None)
    assert [row.name for row in inbox(session, owner(session), "all")[0]] == ["Pat Example"]


def test_a_campaign_of_mine_with_nobody_left_is_completed(
    session: Session, mine: tuple[Campaign, Contact]
) -> None:
    campaign, _pat = mine
    session.execute(text("delete from outbox where e164 = :pat"), {"pat": PAT})

    clearing.clear(session)

    session.expire_all()
    assert campaign.state is CampaignState.COMPLETED


def test_what_i_did_with_people_of_the_demo_goes(
    session: Session, mine: tuple[Campaign, Contact]
) -> None:
    me = owner(session)
    sent_to = record_one(session)
    used = session.execute(text("select sum(used) from day_cap")).scalar_one()
    assert used == 80
    receive_text(session, incoming("Yes", e164=MARTA, at=clock.now(session)))
    found = session.exec(select(Conversation).where(Conversation.e164 == MARTA)).one()
    reply(session, found.id, "Gladly", me)
    suppress_by_hand(session, RUTH, me, "on the phone")
    body = f'{{"from": "{RUTH}"}}'
    told = {"provider": "openphone", "delivery_id": "EV1", "received_at": clock.wall()}
    session.add(Delivery(**told, body=body))
    assert "decision" in mentions(session)

    clearing.clear(session)

    assert mentions(session) == {}
    left = session.execute(text("select sum(used) from day_cap")).scalar()
    assert left == (1 if sent_to == PAT else None)
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("delete from decision"))


def record_one(session: Session) -> str:
    """Send the next text and return whose it is."""
    one = claimed(session)
    record(session, one, Receipt("AC1"))
    return one.to


def test_nothing_is_cleared_while_a_text_leaves(
    session: Session, mine: tuple[Campaign, Contact]
) -> None:
    session.execute(text("update outbox set state = 'sending' where e164 = :e"), {"e": MARTA})
    before = mentions(session)

    with pytest.raises(CrmError, match="in a minute"):
        clearing.clear(session)

    assert mentions(session) == before


def test_live_system_clears_nothing(session: Session, environment: Callable[..., None]) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    with pytest.raises(CrmError, match="live system"):
        clearing.clear(session)


def test_command_clears_and_says_so(session: Session, capsys: pytest.CaptureFixture[str]) -> None:

    assert commands.demo(["clear"]) == 0
    assert capsys.readouterr().out == "Demo data cleared: 94 people are gone.\n"
    assert commands.demo(["clear"]) == 0
    assert capsys.readouterr().out == "There is no demo data.\n"
    with pytest.raises(SystemExit):
        commands.demo(["load"])


def test_ribbon_offers_it_to_the_owner_while_there_is_a_demo(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = open_state(ribbon_state.RibbonState, "/inbox")
    office = session.exec(select(User).where(User.login == "office")).one()
    be(monkeypatch, ribbon_state, Person(office.id, office.name, office.role))
    run(shown.load())
    assert not shown.may_clear

    be(monkeypatch, ribbon_state, owner(session))
    run(shown.load())
    assert shown.may_clear
    run(shown.clear_demo())
    assert (shown.may_clear, mentions(session)) == (False, {})
    run(shown.load())
    assert not shown.may_clear
    assert "ribbon-clear-demo" in str(components.ribbon().render())


def test_files_that_nobody_names_go_and_new_ones_stay(session: Session) -> None:
    named, old, new = (store.keep(b"%PDF-" + word)["sha256"] for word in (b"1", b"2", b"3"))
    session.execute(text("update media set sha256 = :named"), {"named": named})
    for sha256 in (named, old):
        os.utime(store.path_of(sha256), (0, 0))

    clearing.drop_files(session)
    assert [store.path_of(one).exists() for one in (named, old, new)] == [True, False, True]
    clearing.clear(session)
    clearing.drop_files(session)
    assert [store.path_of(one).exists() for one in (named, old, new)] == [False, False, True]
