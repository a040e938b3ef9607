"""Two contacts with everything that can hang on one, and what the tables hold of it."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Purpose
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)
from crm_app.conversations.actions import new_row
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus, Outbox
from crm_app.media.models import Media, MediaKind
from crm_app.settings import settings
from crm_app.work.models import WorkItem
from tests.make import make_contact, make_list, make_property

TABLES = (
    "contact", "phone_number", "contact_property", "list_member", "conversation", "message",
    "outbox", "media", "work_item", "suppression", "consent", "property", "contact_list",
)  # fmt: skip


def dump(session: Session) -> dict[str, list[Any]]:
    """Every row of what a merge may touch."""
    session.flush()
    rows = "select to_jsonb(t) - 'search' from {} t order by to_jsonb(t)::text"
    found = {name: list(session.execute(text(rows.format(name))).scalars()) for name in TABLES}
    session.expire_all()
    return found


def make_world(session: Session) -> tuple[list[Property], list[ContactList]]:
    """Two houses and two lists that contacts may share."""
    houses = [make_property(session, address=f"{n} Lanternwick St") for n in (1, 2)]
    return houses, [make_list(session, name=f"List {n}") for n in (1, 2)]


def make_full(
    session: Session, number: int, world: tuple[list[Property], list[ContactList]],
    has: dict[str, Any],
) -> Contact:  # fmt: skip
    """Return contact `number`; `has` says what hangs on it."""
    at, houses, lists = clock.now(session), *world
    contact = make_contact(session, name=has.get("name", f"Pat {number}"), phone="")
    for name in ("email", "other_emails", "other_names", "notes", "tags", "extras", "edited"):
        setattr(contact, name, has.get(name, getattr(contact, name)))
    for position in range(has.get("numbers", 0)):
        e164 = f"+1617555{100 + number * 10 + position:04}"
        session.add(PhoneNumber(e164=e164, contact_id=contact.id, position=position))
        if position in has.get("threads", ()):
            make_thread(session, contact, e164)
        if position in has.get("waiting", ()):
            row = Outbox(**new_row(e164, "Hi", Purpose.REPLY, None, at))
            row.contact_id, row.purpose = contact.id, Purpose.COLD
            session.add(row)
    for at_house, role, position, ended in has.get("ties", ()):
        tie = ContactProperty(contact_id=contact.id, property_id=houses[at_house].id, role=role)
        tie.position, tie.started_on = position, date(2020, 1, 1 + position)
        tie.ended_on = date(2024, 1, 1) if ended else None
        session.add(tie)
    for which in has.get("lists", ()):
        session.add(ListMember(list_id=lists[which].id, contact_id=contact.id))
    for _ in range(has.get("photos", 0)):
        media = Media(kind=MediaKind.PHOTO, contact_id=contact.id, next_at=at, at=at)
        session.add(media)
    for n in range(has.get("todos", 0)):
        session.add(WorkItem(title=f"Call {n}", contact_id=contact.id, created_at=at, updated_at=at,
            created_by="Olivia", updated_by="Olivia"))  # fmt: skip
    session.flush()
    refresh_houses(session, [contact.id])
    session.expire_all()
    return contact


def make_thread(session: Session, contact: Contact, e164: str, minutes: int = -5) -> Conversation:
    """Return a thread with one text of theirs, `minutes` from now."""
    at = clock.now(session) + timedelta(minutes=minutes)
    own = settings().own_number
    thread = Conversation(own_number=own, e164=e164, contact_id=contact.id, last_at=at)
    session.add(thread)
    session.flush()
    said = {"direction": Direction.IN, "body": "Hi", "status": MessageStatus.RECEIVED, "at": at}
    session.add(Message(provider_id=f"AC{e164}{minutes}", conversation_id=thread.id, **said))
    session.flush()
    return thread


def seen(session: Session, *ids: int) -> list[int]:
    """The versions of contacts."""
    return [session.get_one(Contact, one).version for one in ids]


def stop(session: Session, e164: str) -> None:
    """Let a number be opted out."""
    session.execute(
        text("insert into suppression (e164, source, because, at, lifted_because, lifted_proof,"
             " is_lifted_by_them) values (:e, 'text', 'STOP', now(), '', '', false)"),
        {"e": e164},
    )  # fmt: skip
