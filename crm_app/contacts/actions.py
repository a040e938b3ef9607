"""What changes contacts: add, edit, delete softly, a stranger, and what the search knows."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import names, phones
from crm_app.contacts.models import STILL, Contact, PhoneNumber
from crm_app.errors import CrmError
from crm_app.people.models import THERE
from crm_app.tables import read_sql

BETWEEN = " · "
SQL = read_sql(__file__, still=STILL, there=THERE)
UNCHECKED = "check it first"  # how the reason of a number ends that a person may clear


def refresh_houses(session: Session, contact_ids: Iterable[int]) -> None:
    """Write the addresses of these contacts' present houses into their search again."""
    session.execute(SQL["houses"], {"ids": list(contact_ids), "between": BETWEEN})


def spelled(session: Session, tags: list[str], but: int = 0) -> list[str]:
    """Return each tag once, as others but that contact bear it: "walkC" becomes "walkc"."""
    found = dict[str, str]()
    for tag in tags:
        known = session.execute(SQL["spelled"], {"tag": tag, "but": but}).scalar()
        found.setdefault(tag.lower(), known or tag)
    return list(found.values())


def owner_of(session: Session, e164: str) -> Contact | None:
    """Return whose number it is, also when that contact was deleted."""
    return session.exec(select(Contact).join(PhoneNumber).where(PhoneNumber.e164 == e164)).first()


def contact_for_stranger(session: Session, e164: str) -> int:
    """Return the id of the contact that has this number; make one when none has.

    It bears the name that OpenPhone has for it, else the number.
    """
    if known := owner_of(session, e164):
        return known.id
    try:
        with session.begin_nested():
            called = session.execute(
                SQL["called"], {"e164": e164, "now": clock.now(session)}
            ).scalar()
            name = names.split(called) if called else names.Name(phones.show(e164))
            return _make(session, name, phones.PhoneReading(e164))
    except IntegrityError:  # somebody else was quicker
        return contact_for_stranger(session, e164)


def add_contact(session: Session, person: Person, form: dict[str, str]) -> int:
    """Save a new contact (name, phone) and return its id; raise CrmError when they will not do."""
    person.must(Permission.EDIT_CONTACTS)
    name = names.split(form.get("name", ""))
    if not name.name:
        raise CrmError("Give the contact a name.")
    return _make(session, name, _new_number(session, form.get("phone", "")))


def add_number(session: Session, person: Person, contact_id: int, written: str) -> None:
    """Give a contact one more number; raise CrmError when it is none, or somebody's."""
    person.must(Permission.EDIT_CONTACTS)
    _add_number(session, contact_id, _new_number(session, written))
    contact = session.get_one(Contact, contact_id)
    contact.version, contact.updated_at = contact.version + 1, clock.now(session)
    session.flush()


def delete_contact(session: Session, person: Person, contact_id: int, back: bool = False) -> None:
    """Delete a contact softly, or bring it `back`; its texts and opt-outs stay for ever."""
    person.must(Permission.EDIT_CONTACTS)
    contact = session.get_one(Contact, contact_id, populate_existing=True, with_for_update=True)
    if contact.merged_into:
        raise CrmError("This contact was merged. Undo the merge: Contacts, Duplicates.")
    contact.deleted_at = None if back else clock.now(session)
    contact.version += 1
    session.flush()


def mark_checked(session: Session, e164: str, person: Person, because: str) -> None:
    """Note that a person checked a number that an import was unsure of: it may be texted."""
    person.must(Permission.EDIT_CONTACTS)
    number = session.exec(select(PhoneNumber).where(PhoneNumber.e164 == e164)).one()
    if not number.not_textable_because.endswith(UNCHECKED):
        raise CrmError(f"This number stays as it is: {number.not_textable_because}.")
    number.is_textable, number.not_textable_because = True, ""
    number.note = f"{number.note} checked by {person.name}: {because}".strip()[:120]
    session.flush()


def _make(session: Session, name: names.Name, reading: phones.PhoneReading) -> int:
    at = clock.now(session)
    contact = Contact(**name._asdict(), created_at=at, updated_at=at)
    session.add(contact)
    session.flush()
    _add_number(session, contact.id, reading)
    return contact.id


def _new_number(session: Session, written: str) -> phones.PhoneReading:
    """Read a number that nobody has; raise CrmError when it is none, or somebody's."""
    reading = phones.read_phone(written)
    if not reading.e164:
        why = f": {reading.refused}" if reading.refused else ""
        raise CrmError(f"Type a US number with its area code{why}.")
    if owner := owner_of(session, reading.e164):
        gone = ", who was deleted: restore them" if owner.deleted_at else ""
        raise CrmError(f"{phones.show(reading.e164)} already belongs to {owner.name}{gone}.")
    return reading


def _add_number(session: Session, contact_id: int, reading: phones.PhoneReading) -> None:
    number = PhoneNumber(e164=reading.e164, contact_id=contact_id)
    number.is_textable, number.not_textable_because = not reading.because, reading.because
    had = select(func.count()).where(PhoneNumber.contact_id == contact_id)
    number.position = session.exec(had).one()
    session.add(number)
    session.flush()
