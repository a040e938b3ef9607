"""The demo world of a newborn sandbox: logins, a list of invented people, a few conversations.

It writes no outbox row, so nothing moves until somebody acts.
"""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from crm_app import clock, house
from crm_app.auth.actions import add_user
from crm_app.auth.models import Role, User
from crm_app.auth.permissions import Person
from crm_app.campaigns.models import Campaign
from crm_app.compliance.actions import attest
from crm_app.contacts import addresses, names
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from crm_app.sandbox.clocks import only_in_sandbox
from crm_app.settings import settings

LOADED = "demo loaded"


@cache
def _world() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("demo.toml").read_text("utf-8"))


LOGINS: list[tuple[str, str, str]] = [
    (who["login"], who["password"], who["role"]) for who in _world()["logins"]
]


def load(session: Session) -> bool:
    """Fill a newborn sandbox and say whether that was done; one that was filled stays as it is.

    Raises CrmError in live mode.
    """
    only_in_sandbox()
    if house.get_setting(session, LOADED, False):
        return False
    users = _users(session)
    people = {who["phone"]: _person(session, who) for who in _world()["people"]}
    listed = _list(session, people, users["owner"])
    session.add(
        Campaign(
            **_world()["campaign"],
            list_id=listed.id,
            created_by=users["owner"].id,
            created_at=clock.now(session),
        )
    )
    for thread in _world()["threads"]:
        _thread(session, thread, people[thread["phone"]][0], users)
    house.put_setting(session, LOADED, True)
    return True


def _users(session: Session) -> dict[str, User]:
    at = clock.wall()
    for who in _world()["logins"]:
        if session.exec(select(User.id).where(User.login == who["login"])).first() is None:
            add_user(session, **who | {"role": Role(who["role"])}, at=at)
    wanted = [login for login, _password, _role in LOGINS]
    return {u.login: u for u in session.exec(select(User)) if u.login in wanted}


def _person(session: Session, who: dict[str, Any]) -> tuple[Contact, Property]:
    at, name = clock.now(session), names.split(who["name"])
    place: dict[str, Any] = {"state": "MA"} | {
        key: who[key] for key in who if key not in ("name", "phone")
    }
    home = Property(
        **place,
        address_key=addresses.address_key(who["address"], who["zip5"]),
        kind="SFR",
        owner=who["name"],
        is_owner_occupied=True,
        created_at=at,
        updated_at=at,
    )
    contact = Contact(
        **name._asdict(),
        mail_zip=who["zip5"],
        houses=f"{who['address']} {who['city']}",
        created_at=at,
        updated_at=at,
    )
    session.add_all([home, contact])
    session.flush()
    session.add(PhoneNumber(e164=who["phone"], contact_id=contact.id))
    session.add(ContactProperty(contact_id=contact.id, property_id=home.id))
    session.flush()
    return contact, home


def _list(
    session: Session, people: dict[str, tuple[Contact, Property]], owner: User
) -> ContactList:
    listed = ContactList(name=_world()["list"], created_at=clock.now(session))
    session.add(listed)
    session.flush()
    for contact, home in people.values():
        session.add(ListMember(list_id=listed.id, contact_id=contact.id, property_id=home.id))
    session.flush()
    attest(session, listed.id, Person(owner.id, owner.name, owner.role), _world()["sentence"])
    return listed


def _thread(
    session: Session, thread: dict[str, Any], contact: Contact, users: dict[str, User]
) -> None:
    now = clock.now(session)
    said = [(now - timedelta(hours=text["hours"]), text) for text in thread["texts"]]
    last_at, last = said[-1]
    assigned = thread.get("assigned_to")
    found = Conversation(
        own_number=settings().own_number,
        e164=thread["phone"],
        contact_id=contact.id,
        assigned_to=users[assigned].id if assigned else None,
        is_in_inbox=True,
        is_unread=thread.get("unread", False),
        is_unanswered=thread.get("unanswered", False),
        last_at=last_at,
        last_text=last["body"],
        last_is_ours="ours" in last,
        last_inbound_at=max(at for at, text in said if "ours" not in text),
    )
    session.add(found)
    session.flush()
    for n, (at, text) in enumerate(said):
        ours = "ours" in text
        session.add(
            Message(
                provider_id=f"DEMO{found.id}-{n}",
                conversation_id=found.id,
                direction=Direction.OUT if ours else Direction.IN,
                body=text["body"],
                status=MessageStatus.DELIVERED if ours else MessageStatus.RECEIVED,
                at=at,
            )
        )
    session.flush()
