"""Reads of the inbox: the list of threads, newest first. All text is ready to be shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.names import initials
from crm_app.conversations.models import Line

PAGE_SIZE = 40
MOST_PAGES = 25
VIEWS = {
    "open": "c.is_in_inbox",
    "unread": "c.is_in_inbox and c.is_unread",
    "unanswered": "c.is_in_inbox and c.is_unanswered",
    "all": "true",  # with the campaign texts that nobody answered
}
_ROWS = """
select c.*, k.name, s.id is not null as opted_out
from conversation c
join contact k on k.id = c.contact_id
left join suppression s on s.e164 = c.e164 and s.lifted_at is null
where {view} and {mine}
order by c.last_at desc, c.id desc limit :size
"""


@dataclass(frozen=True)
class InboxRow:
    """One thread in the list."""

    id: int
    name: str
    initials: str
    text: str
    when: str
    exact: str
    is_unread: bool
    is_unanswered: bool
    is_opted_out: bool


@dataclass(frozen=True)
class InboxPage:
    """The first threads, and whether more follow."""

    rows: list[InboxRow]
    has_more: bool


def _mine(person: Person) -> str:
    return "true" if person.may(Permission.READ_ALL_THREADS) else "c.assigned_to = :me"


def inbox(session: Session, person: Person, *, view: str = "open", pages: int = 1) -> InboxPage:
    """Return the first `pages` pages of the threads that `person` may read, newest first."""
    person.must(Permission.SEE_PEOPLE)
    size = PAGE_SIZE * min(max(pages, 1), MOST_PAGES)
    query = _ROWS.format(view=VIEWS.get(view, VIEWS["open"]), mine=_mine(person))
    rows = session.execute(text(query), {"me": person.id, "size": size + 1}).all()
    now = clock.now(session)
    return InboxPage([_row(row, now) for row in rows[:size]], len(rows) > size)


def _row(row: Any, now: datetime) -> InboxRow:
    return InboxRow(
        id=row.id,
        name=row.name,
        initials=initials(row.name),
        text=("You: " if row.last_is_ours else "") + row.last_text,
        when=times.ago(row.last_at, now),
        exact=times.exact(row.last_at),
        is_unread=row.is_unread,
        is_unanswered=row.is_unanswered,
        is_opted_out=row.opted_out,
    )


@dataclass(frozen=True)
class LineNow:
    """What every page shows of the firm's number: why the account sends nothing, and unread."""

    stopped_because: str
    unread: int


def line(session: Session, own_number: str, person: Person) -> LineNow:
    """Return whether the account refuses to send, and how many threads this person has unread."""
    found, because, unread = session.get(Line, own_number), "", 0
    if found and found.stopped_since:
        because = f"No text can leave: {found.stopped_because}"
    if person.may(Permission.SEE_PEOPLE):
        query = f"select count(*) from conversation c where {VIEWS['unread']} and {_mine(person)}"
        unread = session.execute(text(query), {"me": person.id}).scalar_one()
    return LineNow(because, unread)
