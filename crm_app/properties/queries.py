"""Reads of a house: its facts, its people now and before."""

from dataclasses import dataclass, field

from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.models import STILL, Property
from crm_app.contacts.phones import show
from crm_app.contacts.queries import Line, people_of, seen_by, since
from crm_app.imports.models import Import
from crm_app.properties.editing import facts
from crm_app.tables import read_sql

SQL = read_sql(__file__, still=STILL)


@dataclass(frozen=True)
class House:
    """Everything on the page of a house; `id` is 0 when there is none, or not for this person."""

    id: int = 0
    address: str = ""
    place: str = ""
    notes: str = ""
    unknown: str = ""
    import_id: int = 0
    import_name: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    extras: list[tuple[str, str]] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)
    former: list[Line] = field(default_factory=list)


def house(session: Session, person: Person, property_id: int) -> House:
    """Return what `person` may see of a house: a technician, one whose people they talk to."""
    person.must(Permission.SEE_PEOPLE)
    found = session.get(Property, property_id)
    if found is None or not session.execute(SQL["seen"], seen_by(person, property_id)).first():
        return House()
    people = {True: list[Line](), False: list[Line]()}
    unknown = ", ".join(one["name"] for one in found.people)
    for row in people_of(session, person, property_id):
        unknown = row.unknown
        detail = BETWEEN.join(filter(None, (since(row), show(row.e164 or ""))))
        badge = "Primary contact" if row.is_primary else ""
        line = Line(row.name, detail, badge, href=f"/contacts/{row.contact_id}", id=row.tie)
        people[row.is_open].append(line)
    by = session.get(Import, found.import_id or 0)
    return House(
        found.id, found.address, f"{found.city} {found.state} {found.zip5}", found.notes,
        unknown, by.id if by else 0,
        by.file_name if by else "", facts(found),
        [(name, str(value)) for name, value in found.extras.items()], people[True], people[False],
    )  # fmt: skip
