"""What changes contacts: add, edit, delete softly, a stranger, and what the search knows."""

from collections.abc import Iterable

from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import names, phones
from crm_app.contacts.models import STILL, Contact, PhoneNumber
from crm_app.errors import CrmError
from crm_app.people.models import THERE

BETWEEN = " · "
_CALLED = text(
    "update known_contact set named_at = :now where id = (select id from known_contact k"
    f" where numbers @> array[cast(:e164 as text)] and name <> '' and {THERE}"
    " order by updated_at desc limit 1) returning name"
)
_HOUSES = text(f"""
update contact c set houses = k.houses from (
    select i.id, coalesce(string_agg(p.address || ' ' || p.city, :between order by p.id), '')
        as houses from unnest(cast(:ids as int[])) as i(id)
    left join (select distinct h.contact_id, h.property_id from contact_property h
        where h.contact_id = any(:ids) and {STILL}) t on t.contact_id = i.id
    left join property p on p.id = t.property_id group by i.id
) k where c.id = k.id and c.houses <> k.houses
""")
UNCHECKED = "check it first"  # how the reason of a number ends that a person may clear


def refresh_houses(session: Session, contact_ids: Iterable[int]) -> None:
    """Write the addresses of these contacts' present houses into their search again."""
    session.execute(_HOUSES, {"ids": list(contact_ids), "between": BETWEEN})


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
            called = session.execute(_CALLED, {"e164": e164, "now": clock.now(session)}).scalar()
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


def edit_contact(session: Session, person: Person, contact_id: int, form: dict[str, str]) -> None:
    """Save the form: name, first_name, last_name, email, notes, and `phone` as one more number."""
    person.must(Permission.EDIT_CONTACTS)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.deleted_at:
        raise CrmError("There is no such contact any more. Go back to the list.")
    for name, longest in (("name", 120), ("first_name", 60), ("last_name", 80)):
        setattr(contact, name, " ".join(form.get(name, "").split())[:longest])
    written = form.get("email", "").strip()
    contact.email = phones.read_email(written)
    if not contact.name:
        raise CrmError("Give the contact a name.")
    if written and not contact.email:
        raise CrmError(f"{written[:60]} is no e-mail address.")
    contact.notes, contact.updated_at = form.get("notes", "").strip(), clock.now(session)
    if form.get("phone", "").strip():
        _add_number(session, contact_id, _new_number(session, form["phone"]))
    session.flush()


def delete_contact(session: Session, person: Person, contact_id: int, back: bool = False) -> None:
    """Delete a contact softly, or bring it `back`; its texts and opt-outs stay for ever."""
    person.must(Permission.EDIT_CONTACTS)
    contact = session.get_one(Contact, contact_id)
    contact.deleted_at = None if back else clock.now(session)
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
