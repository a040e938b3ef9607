"""Rows that campaign tests stand on: people with houses, campaigns, outbox rows in any state."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role, User
from crm_app.auth.permissions import Person
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.compliance.facts import Purpose
from crm_app.compliance.models import Suppression
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.conversations.models import Outbox, OutboxState, Pace
from crm_app.outbox.actions import set_pace
from crm_app.outbox.standing import Numbers, numbers_of
from crm_app.settings import settings
from tests.make import make_contact, make_list, make_property, make_user

BODY = (
    "Hi {first_name|there}, this is Attack-a-Crack. Is {street|your house} dry? Reply STOP to end"
)
OWNER = Person(0, "Olivia", Role.OWNER)
MARKETER = Person(0, "Mark", Role.MARKETER)
TECHNICIAN = Person(0, "Tess", Role.TECHNICIAN)


def number(index: int) -> str:
    """An invented number, different for each index below 100 * 700."""
    return f"+1{200 + index // 100:03d}55501{index % 100:02d}"


def neighbours(session: Session, count: int, **house: Any) -> list[Contact]:
    """People, each with a house of their own."""
    found = []
    for index in range(count):
        person = make_contact(session, name=f"Pat{index} Example", phone=number(index + 1))
        make_property(session, person, address=f"{index + 1} Lanternwick St", **house)
        found.append(person)
    return found


def numbers(session: Session, campaign_id: int) -> Numbers:
    """Where the recipients of a campaign stand."""
    return numbers_of(session, [campaign_id])[campaign_id]


def person_of(user: User) -> Person:
    return Person(user.id, user.name, user.role)


def second_number(
    session: Session, contact: Contact, e164: str, *, position: int = 1, because: str = ""
) -> None:
    row = PhoneNumber(e164=e164, contact_id=contact.id, position=position,
                      is_textable=not because, not_textable_because=because)  # fmt: skip
    session.add(row)
    session.flush()


def suppress(session: Session, e164: str, at: datetime, *, lifted: bool = False) -> None:
    session.add(Suppression(e164=e164, source="text", at=at, lifted_at=at if lifted else None))
    session.flush()


def draft(session: Session, *contacts: Contact, body: str = BODY, name: str = "Spring") -> Campaign:
    """A draft to an attested list of these people."""
    owner = make_user(session, login=f"owner-{name.lower()}")
    listed = make_list(session, *contacts, name=name, attested_by=owner)
    campaign = Campaign(name=name, list_id=listed.id, body=body, created_at=clock.now(session))
    session.add(campaign)
    session.flush()
    return campaign


def recipient(
    session: Session, campaign: Campaign, contact: Contact, e164: str, **outbox: Any
) -> Outbox:
    """A recipient's outbox row of these columns; without any, one that was skipped."""
    now = clock.now(session)
    skipped = {"state": OutboxState.NEVER, "because": "a company, not a homeowner"}
    columns: dict[str, Any] = {"not_before": now - timedelta(minutes=1)} | (outbox or skipped)
    found = Outbox(
        own_number=settings().own_number, e164=e164, campaign_id=campaign.id,
        contact_id=contact.id, purpose=Purpose.COLD, priority=5, body="Hi", created_at=now,
        **columns,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def pace(session: Session, campaign: Campaign, **columns: Any) -> None:
    """The pace of a campaign: as fast as it goes."""
    named: dict[str, Any] = {"campaign_id": campaign.id, "name": campaign.name}
    named |= {"list_id": campaign.list_id, "seconds": 0, "next_at": clock.now(session)}
    set_pace(session, Pace(**named | columns))


def running(session: Session, *contacts: Contact, **more: Any) -> Campaign:
    campaign = draft(session, *contacts, **more)
    campaign.state, campaign.started_at = CampaignState.ACTIVE, clock.now(session)
    session.flush()
    pace(session, campaign)
    return campaign
