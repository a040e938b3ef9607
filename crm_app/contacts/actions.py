"""What changes contacts: add, edit, delete softly, and what the search knows of their houses."""

import re
from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import names, phones
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.errors import CrmError

BETWEEN = " · "
UNCHECKED = "check it first"  # how the reason of a number ends that a person may clear
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def houses_text(places: Iterable[tuple[str, str]]) -> str:
    """Return what the search knows of a contact's houses; `places` are (address, town)."""
    return BETWEEN.join(f"{address} {town}" for address, town in places)


def refresh_houses(session: Session, contact_ids: Iterable[int]) -> None:
    """Write the addresses of these contacts' houses into their search again."""
    session.execute(
        text(
            "update contact c set houses = coalesce((select string_agg(p.address || ' ' || p.city,"
            " :between order by p.id) from property p where p.id in (select property_id from"
            " contact_property where contact_id = c.id)), '') where c.id = any(:ids)"
        ),
        {"ids": list(contact_ids), "between": BETWEEN},
    )


def owner_of(session: Session, e164: str) -> Contact | None:
    """Return whose number it is, also when that contact was deleted."""
    return session.exec(select(Contact).join(PhoneNumber).where(PhoneNumber.e164 == e164)).first()


def taken(owner: Contact, e164: str) -> str:
    """Say whose number it is already."""
    gone = ", who was deleted: restore them" if owner.deleted_at else ""
    return f"{phones.show(e164)} already belongs to {owner.name}{gone}."


def _new_number(session: Session, written: str) -> phones.PhoneReading:
    """Read a number that nobody has; raise CrmError when it is none, or somebody's."""
    reading = phones.read_phone(written)
    if not reading.e164:
        why = f": {reading.refused}" if reading.refused else ""
        raise CrmError(f"Type a US number with its area code{why}.")
    owner = owner_of(session, reading.e164)
    if owner:
        raise CrmError(taken(owner, reading.e164))
    return reading


def add_contact(
    session: Session, person: Person, *, name: str, phone: str, email: str = "", notes: str = ""
) -> int:
    """Save a new contact and return its id; raise CrmError when name or number will not do."""
    person.must(Permission.EDIT_CONTACTS)
    reading = _new_number(session, phone)
    parts = names.split(_required(name))
    at = clock.now(session)
    contact = Contact(
        name=parts.full,
        first_name=parts.first,
        last_name=parts.last,
        is_company=parts.company,
        email=_email(email),
        notes=notes.strip(),
        created_at=at,
        updated_at=at,
    )
    session.add(contact)
    session.flush()
    _add_number(session, contact.id, reading, 0)
    return contact.id


def edit_contact(session: Session, person: Person, contact_id: int, form: dict[str, str]) -> None:
    """Save the fields of the form: name, first_name, last_name, email, notes, another phone."""
    person.must(Permission.EDIT_CONTACTS)
    contact = existing(session, contact_id)
    contact.name = " ".join(_required(form.get("name", "")).split())[:120]
    contact.first_name = " ".join(form.get("first_name", "").split())[:60]
    contact.last_name = " ".join(form.get("last_name", "").split())[:80]
    contact.email = _email(form.get("email", ""))
    contact.notes = form.get("notes", "").strip()
    contact.updated_at = clock.now(session)
    if form.get("phone", "").strip():
        reading = _new_number(session, form["phone"])
        had = session.exec(select(PhoneNumber.id).where(PhoneNumber.contact_id == contact_id)).all()
        _add_number(session, contact_id, reading, len(had))
    session.flush()


def delete_contact(
    session: Session, person: Person, contact_id: int, *, back: bool = False
) -> None:
    """Delete a contact softly, or bring it `back`; its texts and opt-outs stay for ever."""
    person.must(Permission.EDIT_CONTACTS)
    contact = session.get_one(Contact, contact_id)
    contact.deleted_at = None if back else clock.now(session)
    session.flush()


def mark_checked(session: Session, person: Person, number_id: int) -> None:
    """Note that a person checked a number that an import was unsure of: it may be texted."""
    person.must(Permission.EDIT_CONTACTS)
    number = session.get_one(PhoneNumber, number_id)
    if not number.not_textable_because.endswith(UNCHECKED):
        raise CrmError(f"This number stays as it is: {number.not_textable_because}.")
    number.is_textable, number.not_textable_because = True, ""
    number.note = f"{number.note} checked by {person.name}".strip()[:120]
    session.flush()


def existing(session: Session, contact_id: int) -> Contact:
    """Return a contact that is not deleted; raise CrmError when there is none."""
    contact = session.get(Contact, contact_id)
    if contact is None or contact.deleted_at:
        raise CrmError("There is no such contact any more. Go back to the list.")
    return contact


def _add_number(
    session: Session, contact_id: int, reading: phones.PhoneReading, position: int
) -> None:
    session.add(
        PhoneNumber(
            e164=str(reading.e164),
            contact_id=contact_id,
            position=position,
            is_textable=reading.textable,
            not_textable_because=reading.because,
        )
    )
    session.flush()


def _required(name: str) -> str:
    if not name.strip():
        raise CrmError("Give the contact a name.")
    return name


def _email(email: str) -> str:
    plain = email.strip().lower()
    if plain and not (_EMAIL.fullmatch(plain) and len(plain) <= 254):
        raise CrmError(f"{plain[:60]} is no e-mail address.")
    return plain
