"""The timeline of a contact or a house: texts, calls, campaigns and events, newest first."""

from dataclasses import replace

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.inbox.thread import ThreadMessage, Who, bubbles, texts
from crm_app.settings import settings
from crm_app.tables import read_sql

PAGE = 30
SQL = read_sql(__file__)


def timeline(
    session: Session, person: Person, *, contact_id: int = 0, property_id: int = 0, pages: int = 1
) -> tuple[list[ThreadMessage], bool]:
    """Return the newest entries of what `person` may read, and whether there are earlier ones."""
    person.must(Permission.SEE_PEOPLE)
    sees_all, now = person.may(Permission.READ_ALL_THREADS), clock.now(session)
    given = {"contact": contact_id, "house": property_id, "all": sees_all, "me": person.id}
    found = session.execute(SQL["who"], given | {"zone": settings().company_timezone}).all()
    who = [Who(*row[:5]) for row in found]
    about = (property_id, [contact_id]) if sees_all else (0, [])
    rows, is_whole = texts(session, person, who, now, PAGE * min(pages, 50), *about)
    whose = {row.e164: (row.name if property_id else "They", row.thread) for row in found}
    drawn = list[ThreadMessage]()
    for row, one in zip(rows[::-1], bubbles(session, rows[::-1], now), strict=True):
        name, thread = whose.get(row.e164, ("", None))
        to = f" to {name}" if property_id else ""
        by = name if one.side == "in" else f"{one.writer or 'We'}{to}"
        if one.tone == "event":  # of our own doings nobody is to read that they did it
            by = name if property_id or one.body.startswith("Opted") else ""
        state = " · ".join(filter(None, (one.state, row.came)))
        href = f"/inbox/{thread}" if thread else ""
        drawn.append(replace(one, who=by, state=state, href=href))
    return drawn, not is_whole
