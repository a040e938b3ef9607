"""What OpenPhone tells of its contacts: kept; a name where we have none, else a suggestion."""

from typing import Any

from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import actions, names, phones
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError
from crm_app.openphone import payloads
from crm_app.openphone.payloads import Json
from crm_app.people.models import KnownContact

UPDATED, DELETED = "contact.updated", "contact.deleted"


def note_contact(session: Session, said: Json, *, is_deleted: bool = False) -> None:
    """Keep a contact of an event or of the list; raise UnreadableError when it has no id.

    Who is here named by a number alone gets the name, and the next one; nobody else.
    """
    if not (key := payloads.as_text(said.get("id"))[:60]):
        raise payloads.UnreadableError("The contact has no id.")
    lock_number(session, key)  # two events of one contact come one after the other
    query, at = select(KnownContact).filter_by(provider_id=key), said.get("updatedAt")
    known = session.exec(query).first() or KnownContact(provider_id=key)
    at, before = payloads.read_time(at) or clock.now(session), known.name
    if is_deleted:
        known.deleted_at = max(at, known.deleted_at or at)
    elif known.updated_at is None or known.updated_at <= at:
        known.sqlmodel_update(_read(said) | {"updated_at": at})
    session.add(known)
    session.flush()
    gone = known.deleted_at
    if known.name and not (gone and gone >= (known.updated_at or gone)):
        ours = select(Contact, PhoneNumber.e164).join(PhoneNumber)
        for contact, e164 in session.exec(ours.where(col(PhoneNumber.e164).in_(known.numbers))):
            follows = known.named_at and contact.name == before  # unless a person settled it
            if contact.name == phones.show(e164) or (
                follows and str(contact.id) not in known.declined
            ):
                _take(session, known, contact)


def _read(said: Json) -> dict[str, Any]:
    """Return the columns of a contact, of three generations: v1's list wraps, v3 has `fields`."""
    named = payloads.as_object(said.get("defaultFields")) or said
    keys = ("firstName", "lastName", "company")
    parts: Json = {key: payloads.as_text(named.get(key)) for key in keys}
    more, given = _values(said.get("fields")), _values(named.get("phoneNumbers"))
    numbers = [n for n in given + more if payloads.E164.fullmatch(n)]
    numbers += [n for one in given if (n := phones.read_phone(one).e164)]
    parts["emails"] = [e for one in _values(named.get("emails")) + more
                       if (e := phones.read_email(one))]  # fmt: skip
    full = f"{parts['firstName']} {parts['lastName']}".strip() or parts["company"]
    return {"name": names.split(full).name, "numbers": [*dict.fromkeys(numbers)], "parts": parts}


def _values(given: object) -> list[str]:
    """Return the texts of a list, of an object, or of the `value` of each."""
    items = given.values() if isinstance(given, dict) else given if isinstance(given, list) else []
    plain = [item.get("value") if isinstance(item, dict) else item for item in items]
    return [text for item in plain for text in payloads.as_list(item)]


def settle(session: Session, e164: str, name: str, person: Person, *, take: bool) -> None:
    """Give the number's contact the name that OpenPhone has, or keep ours."""
    person.must(Permission.EDIT_CONTACTS)
    query = select(KnownContact).where(col(KnownContact.numbers).contains([e164]))
    known, contact = (
        session.exec(query.filter_by(name=name)).first(),
        actions.owner_of(session, e164),
    )
    if known is None or contact is None:
        raise CrmError("OpenPhone calls them otherwise by now. Look again.")
    known.declined = known.declined | {str(contact.id): name}
    session.flush()
    if take:
        _take(session, known, contact)


def _take(session: Session, known: KnownContact, contact: Contact) -> None:
    known.named_at = clock.now(session)
    contact.sqlmodel_update(names.split(known.name)._asdict() | {"updated_at": known.named_at})
    session.flush()
    for e164 in known.numbers:
        tell(session, e164)
