"""Who has to do with which house: the tie made, changed, ended; who comes first."""

import re

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from crm_app import clock, live, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.addresses import starts
from crm_app.contacts.models import STILL, Contact, ContactProperty, Tie
from crm_app.errors import CrmError
from crm_app.properties.editing import read_day
from crm_app.tables import read_sql

SQL = read_sql(__file__, still=STILL)


def find_houses(
    session: Session, person: Person, typed: str, *, is_empty: bool = False
) -> list[tuple[str, str, str, str]]:
    """Return some houses (id, address, place, owner) that have words beginning so in one of these.

    `is_empty`: only those that nobody has to do with.
    """
    person.must(Permission.EDIT_CONTACTS)
    words = starts(re.findall(r"\w+", typed.lower()))
    found = session.execute(SQL["find"], {"words": words or "-", "is_empty": is_empty})
    return [(key, address, place, owner) for key, address, place, owner in found]


def form_of(session: Session, person: Person, tie_id: int) -> dict[str, str]:
    """Return the form of a tie as `save_tie` wants it back, with its `id`; 0 is a new one."""
    found = (
        _tie(session, person, tie_id) if tie_id else ContactProperty(contact_id=0, property_id=0)
    )
    days = {"started_on": found.started_on, "ended_on": found.ended_on}
    form = {name: str(day) if day else "" for name, day in days.items()}
    return form | {"id": str(tie_id), "role": found.role}


def _tie(session: Session, person: Person, tie_id: int) -> ContactProperty:
    person.must(Permission.EDIT_CONTACTS)
    if found := session.get(ContactProperty, tie_id):
        return found
    raise CrmError("This is not there any more. Load the page again.")


def save_tie(
    session: Session, person: Person, form: dict[str, str], tie_id: int, contact_id: int = 0,
    property_id: int = 0,
) -> None:  # fmt: skip
    """Write role, started_on and ended_on of a tie, 0 for a new one; raise CrmError for nonsense.

    An owner whose tie ended is a former owner; a former owner's tie ended today if not before.
    """
    person.must(Permission.EDIT_CONTACTS)
    today = times.local(clock.now(session)).date()
    role, begin, end = form.get("role", ""), *(read_day(form.get(n, "")) for n in
                                               ("started_on", "ended_on"))  # fmt: skip
    if not (tie_id or property_id):
        raise CrmError("Choose a house first.")
    if role not in list(Tie):
        raise CrmError("Choose what they have to do with the house.")
    end = end or (today if role == Tie.EX_OWNER else None)
    if max(begin or today, end or today) > today or (begin and end and begin > end):
        raise CrmError("It begins before it ends, and neither lies ahead: change the days.")
    role = Tie.EX_OWNER if end and role == Tie.OWNER else role
    found = ContactProperty(contact_id=contact_id, property_id=property_id)
    found = _tie(session, person, tie_id) if tie_id else found
    there = CrmError("They have this role at the house already.")
    session.get(Contact, found.contact_id, with_for_update={"key_share": True})  # a double click
    same = select(ContactProperty.id).where(
        ContactProperty.contact_id == found.contact_id, ContactProperty.role == role,
        ContactProperty.property_id == found.property_id, col(ContactProperty.ended_on) == end,
        col(ContactProperty.id) != tie_id,
    )  # fmt: skip
    if end and session.exec(same).first():
        raise there
    found.sqlmodel_update(
        {"role": role, "started_on": begin, "ended_on": end, "import_id": None}  # it is ours now
    )
    session.add(found)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise there from None
    _tell(session, found)


def put_first(session: Session, person: Person, tie_id: int) -> None:
    """Make somebody the primary contact of a house."""
    found = _tie(session, person, tie_id)
    found.position, found.import_id = 0, None
    session.execute(SQL["behind"], {"house": found.property_id, "id": found.id})
    _tell(session, found)


def _tell(session: Session, found: ContactProperty) -> None:
    refresh_houses(session, [found.contact_id])
    live.publish(session, "contact", found.contact_id)
    live.publish(session, "property", found.property_id)
