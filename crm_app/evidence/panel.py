"""May we text a number: what the gate says now, and what froze it until a person looks."""

import re
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.phones import show
from crm_app.errors import CrmError
from crm_app.evidence import why
from crm_app.evidence.decisions import LABELS

_RULE = re.compile(rf" \(({'|'.join(LABELS['rules'])})\)")  # its name is for the command line
# Whoever may settle it: by the frozen row, if this person may read its thread.
_ONE_FROZEN = text(
    "select f.e164 from frozen f where f.id = :id and f.settled_at is null and (:all or exists"
    " (select from conversation c where c.e164 = f.e164 and c.assigned_to = :me))"
)
# The number of a thread, or those of a contact, for whom it is their business.
_NUMBERS = text("""
select x.e164, f.id, f.since, f.said from (
    select c.e164, 0 as position from conversation c
    where c.id = :thread_id and (:all or c.assigned_to = :me)
    union all select n.e164, n.position from phone_number n where n.contact_id = :contact_id
    and (:all or n.contact_id in (select contact_id from conversation where assigned_to = :me))
) x left join frozen f on f.e164 = x.e164 and f.settled_at is null order by x.position, x.e164
""")


@dataclass(frozen=True)
class Panel:
    """May we text this number: in sentences; and what freezes it ("", 0: nothing does)."""

    e164: str
    number: str
    href: str
    sentences: list[tuple[str, str]]  # what it is about, what the gate says of it
    frozen_id: int = 0
    frozen: str = ""


def panels(
    session: Session, person: Person, *, thread_id: int = 0, contact_id: int = 0
) -> list[Panel]:
    """Return what the gate says of a thread's number or of a contact's, if `person` may see it."""
    given = {"thread_id": thread_id, "contact_id": contact_id, "me": person.id}
    given["all"] = person.may(Permission.READ_ALL_THREADS)
    drawn = []
    for row in session.execute(_NUMBERS, given):
        because = f"Frozen since {times.exact(row.since)}: “{row.said}”" if row.id else ""
        href = f"/compliance/{row.e164[1:]}" if given["all"] else ""
        told = (_RULE.sub("", words).partition(": ") for words in why.panel(session, row.e164))
        said = [(about, words) for about, _, words in told]
        drawn.append(Panel(row.e164, show(row.e164), href, said, row.id or 0, because))
    return drawn


def frozen_number(session: Session, frozen_id: int, person: Person) -> str:
    """Return the number of a frozen row that this person may settle; raise CrmError."""
    given = {"id": frozen_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}
    found = session.execute(_ONE_FROZEN, given).scalar()
    if found is None:
        raise CrmError("This number is not frozen any more.")
    return str(found)
