"""The demo world of a newborn sandbox: logins, invented people on lists, a draft, three weeks.

No text of it waits, so nothing moves until somebody acts.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from crm_app import clock, house
from crm_app.auth.actions import add_user
from crm_app.auth.models import Role, User
from crm_app.campaigns.models import Campaign
from crm_app.compliance.models import Attestation
from crm_app.compliance.rules import firm
from crm_app.contacts import addresses, names
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)
from crm_app.sandbox import clocks
from crm_app.sandbox.demo import story, todos

LOADED = "demo loaded"
BEGAN = {"days": -14, "at": time(8, 30)}  # the people and lists are there since then


@cache
def read(name: str) -> dict[str, Any]:
    """Return one file of the demo: `today` or `weeks`."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


LOGINS: list[tuple[str, str, str]] = [
    (who["login"], who["password"], who["role"]) for who in read("today")["logins"]
]


@dataclass(frozen=True)
class Marks:
    """What identifies the rows of the demo; nothing else marks them."""

    numbers: list[str]
    houses: list[str]  # address keys
    lists: list[str]
    campaigns: list[str]
    todos: list[str]


@cache
def marks() -> Marks:
    """Return the numbers, houses and names of the demo world."""
    today, campaigns = read("today"), read("weeks")["campaigns"]
    people = [who for told in (today, *campaigns) for who in told["people"]]
    return Marks(
        [who["phone"] for who in people],
        [addresses.address_key(who["address"], who["zip5"]) for who in people],
        [today["list"], *(told["list"] for told in campaigns)],
        [today["campaign"]["name"], *(told["name"] for told in campaigns)],
        [told["title"] for told in today["todos"]],
    )


def load(session: Session) -> bool:
    """Fill a newborn sandbox and say whether that was done; one that was filled stays as it is.

    Raises CrmError in live mode.
    """
    clocks.only_in_sandbox()
    if house.get_setting(session, LOADED, False):
        return False
    now, ours, users = clock.now(session), firm(session), _users(session)
    began, owner, today = story.after(now, BEGAN, ours), users["owner"], read("today")
    of_draft, _ = _list(session, today["list"], today["people"], owner, began)
    for told in today["threads"]:
        story.tell_thread(session, told, now, users, ours)
    texted = dict[str, datetime]()
    for told in read("weeks")["campaigns"]:
        listed, homes = _list(session, told["list"], told["people"], owner, began)
        texted |= story.tell_campaign(session, told, listed.id, homes, owner.id, now, ours)
    for told in read("weeks")["threads"]:
        story.tell_thread(session, told, texted[told["phone"]], users, ours)
    for told in today["todos"]:
        todos.write(session, told, users, now)
    draft: dict[str, Any] = {"list_id": of_draft.id, "created_by": owner.id, "created_at": now}
    session.add(Campaign(**today["campaign"], **draft))
    house.put_setting(session, LOADED, True)
    return True


def _users(session: Session) -> dict[str, User]:
    at = clock.wall()
    for who in read("today")["logins"]:
        if session.exec(select(User.id).where(User.login == who["login"])).first() is None:
            add_user(session, **who | {"role": Role(who["role"])}, at=at)
    wanted = [login for login, _password, _role in LOGINS]
    return {u.login: u for u in session.exec(select(User)) if u.login in wanted}


def _list(
    session: Session, name: str, people: list[dict[str, Any]], owner: User, at: datetime
) -> tuple[ContactList, list[story.Home]]:
    """Make a list of people, which the owner attested; return it and its people."""
    listed, homes = ContactList(name=name, created_at=at), [_person(who, at) for who in people]
    session.add_all([listed, *(row for one in homes for row in (one.contact, one.house))])
    session.flush()
    for one in homes:
        both: dict[str, Any] = {"contact_id": one.contact.id, "property_id": one.house.id}
        number = PhoneNumber(e164=one.who["phone"], contact_id=one.contact.id)
        if one.who.get("landline"):
            number.is_textable, number.not_textable_because = False, "a landline"
        session.add_all([number, ContactProperty(**both), ListMember(list_id=listed.id, **both)])
    sentence = {"sentence": read("today")["sentence"], "user_id": owner.id}
    session.add(Attestation(list_id=listed.id, at=at, **sentence))
    session.flush()
    return listed, homes


def _person(who: dict[str, Any], at: datetime) -> story.Home:
    place: dict[str, Any] = {name: who[name] for name in ("address", "city", "zip5", "year_built")}
    home = Property(
        **place,
        state=who.get("state", "MA"),
        address_key=addresses.address_key(who["address"], who["zip5"]),
        kind="SFR",
        owner=who["name"],
        is_owner_occupied=True,
        created_at=at,
        updated_at=at,
    )
    named: dict[str, Any] = names.split(who["name"])._asdict()
    found = f"{who['address']} {who['city']}"
    named |= {"mail_zip": who["zip5"], "houses": found}
    contact = Contact(**named, created_at=at, updated_at=at)
    return story.Home(who, contact, home)
