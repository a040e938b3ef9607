"""The demo world: loaded once, invented, attested, and silent until somebody acts."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from crm_app.auth.actions import password_fits
from crm_app.auth.models import Role, User
from crm_app.auth.permissions import Person
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.compliance.models import Attestation
from crm_app.contacts import addresses
from crm_app.contacts.models import Contact, ListMember, PhoneNumber, Property
from crm_app.conversations.models import Message, Outbox
from crm_app.errors import CrmError
from crm_app.inbox.queries import inbox
from crm_app.sandbox import demo

SAMPLE = Path(__file__).parents[1] / "data" / "propertyradar_sample.csv"


def counted(session: Session, table: type) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_demo_is_loaded_once(session: Session) -> None:
    assert demo.load(session)
    assert not demo.load(session)

    assert [counted(session, t) for t in (User, Contact, Property, ListMember)] == [3, 12, 12, 12]
    assert counted(session, Attestation) == 1


def test_nothing_moves_until_somebody_acts(session: Session) -> None:
    demo.load(session)

    assert counted(session, Outbox) == 0
    assert session.exec(select(Campaign.state)).all() == [CampaignState.DRAFT]


def test_everybody_can_sign_in_as_printed(session: Session) -> None:
    demo.load(session)

    for login, password, role in demo.LOGINS:
        user_id = password_fits(session, login, password)
        assert user_id is not None
        assert session.get_one(User, user_id).role.value == role


def test_inbox_has_something_to_do_for_owner_and_technician(session: Session) -> None:
    demo.load(session)
    users = {
        user.login: Person(user.id, user.name, user.role) for user in session.exec(select(User))
    }

    rows, _ = inbox(session, users["owner"])
    assert (len(rows), sum(row.is_unread for row in rows)) == (4, 1)
    assert rows[0].name == "Marta Birchwood"
    assert len(inbox(session, users["technician"])[0]) == 1
    assert users["technician"].role is Role.TECHNICIAN
    assert counted(session, Message) == 12


def test_demo_shares_nobody_with_the_sample(session: Session) -> None:
    demo.load(session)
    sample = SAMPLE.read_text("utf-8-sig")
    digits = set(re.findall(r"\d{10}", re.sub(r"[^\d,\n]", "", sample)))
    houses = {
        addresses.address_key(row[1], row[3]) for row in csv.reader(sample.splitlines()) if row[3:]
    }

    for number in session.exec(select(PhoneNumber.e164)):
        assert re.fullmatch(r"\+1\d{3}55501\d\d", number)
        assert number[2:] not in digits
    for found in session.exec(select(Property)):
        assert found.address_key not in houses
        assert found.state == addresses.state_of_zip(found.zip5)
    for name in session.exec(select(Contact.last_name)):
        assert name.upper() not in sample.upper()


def test_live_system_has_no_demo(session: Session, environment: Callable[..., None]) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    with pytest.raises(CrmError, match="live system"):
        demo.load(session)
