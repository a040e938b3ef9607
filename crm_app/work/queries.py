"""Reads of to-dos, ready to be shown: what is open, what was done today, how many are due."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import ROLE_MAY, Permission, Person
from crm_app.settings import settings
from crm_app.tables import read_sql
from crm_app.work.models import OPEN

VIEWS = {"mine": "coalesce(assigned_to, :me) = :me", "nobody": "assigned_to is null", "all": "true",
         "of": "(conversation_id = :thread or contact_id = :contact)"}  # fmt: skip
TODOS = {name: read_sql(__file__, open=OPEN, view=view)["todos"] for name, view in VIEWS.items()}
SQL = read_sql(__file__, open=OPEN, view="false")
MAY_SEE = SQL["may_see"].text


@dataclass(frozen=True)
class TodoRow:
    """A to-do as a list shows it: `title` names whom a rule's is about, `bare` does not.

    `due_on` is the day as a date field has it, `about` the way to the thread or contact unless it
    is this page.
    """

    id: str = ""
    version: int = 0
    title: str = ""
    bare: str = ""
    about: str = ""
    due: str = ""
    tone: str = "plain"
    due_on: str = ""
    whose: str = ""
    assigned_to: str = ""
    is_done: bool = False


def todos(
    session: Session, person: Person, view: str, thread: int = 0, contact: int = 0
) -> tuple[list[TodoRow], list[TodoRow]]:
    """Return what is open in a view, most overdue first, and what was done today, newest first."""
    person.must(Permission.SEE_PEOPLE)
    now, query = clock.now(session), TODOS.get(view, SQL["todos"])
    asked = {"thread": thread, "contact": contact, "since": midnight(now)}
    rows = [_row(one, now) for one in session.execute(query, given(person) | asked)]
    return [one for one in rows if not one.is_done], [one for one in rows if one.is_done]


def due_count(session: Session, person: Person) -> int:
    """Return how many open to-dos of this person, or of nobody, are due by today."""
    asked = given(person) | {"today": times.local(clock.now(session)).date()}
    found = session.execute(SQL["due"], asked).scalar_one()
    return int(found) if person.may(Permission.SEE_PEOPLE) else 0


def subject(session: Session, person: Person, thread: int, contact: int) -> tuple[int, str]:
    """Return (id, name) of a contact, or of a thread's, if `person` may see them, else (0, "")."""
    asked = given(person) | {"thread": thread, "contact": contact}
    found = session.execute(SQL["subject"], asked).first()
    return (found.id, found.name) if found else (0, "")


def assignable(session: Session) -> list[tuple[str, str]]:
    """Return who can be given a to-do, as (id, name)."""
    roles = [role.value for role, may in ROLE_MAY.items() if Permission.SEE_PEOPLE in may]
    return [(one[0], one[1]) for one in session.execute(SQL["people"], {"roles": roles})]


def midnight(now: datetime) -> datetime:
    """Return when the company's day of `now` began (UTC)."""
    zone = ZoneInfo(settings().company_timezone)
    return datetime.combine(times.local(now).date(), time(), zone).astimezone(UTC)


def given(person: Person) -> dict[str, Any]:
    """Return what MAY_SEE binds: whose eyes."""
    return {"me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}


def _row(w: Row[Any], now: datetime) -> TodoRow:
    today, due, tone = times.local(now).date(), f"{w.due:%a, %b %-d}" if w.due else "", "plain"
    if w.done_at:
        due = f"{times.hour(w.done_at)}, {w.doer or 'by itself'}"
    elif w.due and w.due <= today:
        due, tone = (
            ("today", "waiting") if w.due == today else (f"carried over since {due}", "held")
        )
    title = f"{w.name}: {w.title}" if w.cause and w.name else w.title
    about = f"/inbox/{w.thread}" if w.thread else f"/contacts/{w.person}" if w.person else ""
    return TodoRow(str(w.id), w.version, title, w.title, about, due, tone, str(w.due or ""),
                   w.whose or "", str(w.assigned_to or ""), bool(w.done_at))  # fmt: skip
