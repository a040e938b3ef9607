"""Reads of the inbox: the list of threads, newest first. All text is ready to be shown."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.names import initials
from crm_app.conversations.models import Line

PAGE_SIZE = 40
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


def _mine(person: Person) -> str:
    return "true" if person.may(Permission.READ_ALL_THREADS) else "c.assigned_to = :me"


def inbox(
    session: Session, person: Person, view: str = "open", pages: int = 1
) -> tuple[list[InboxRow], bool]:
    """Return the newest `pages` pages of threads that `person` may read; whether more follow."""
    person.must(Permission.SEE_PEOPLE)
    size = PAGE_SIZE * min(pages, 25)
    query = _ROWS.format(view=VIEWS.get(view, VIEWS["open"]), mine=_mine(person))
    found = session.execute(text(query), {"me": person.id, "size": size + 1}).all()
    now, rows = clock.now(session), []
    for one in found[:size]:
        said = ("You: " if one.last_is_ours else "") + one.last_text
        at = (times.ago(one.last_at, now), times.exact(one.last_at))
        marks = (one.is_unread, one.is_unanswered, one.opted_out)
        rows.append(InboxRow(one.id, one.name, initials(one.name), said, *at, *marks))
    return rows, len(found) > size


def line(session: Session, own_number: str, person: Person) -> tuple[str, int]:
    """Return why the account sends nothing ("": it does), and this person's unread threads."""
    found, because, unread = session.get(Line, own_number), "", 0
    if found and found.stopped_since:
        because = f"No text can leave: {found.stopped_because}"
    if person.may(Permission.SEE_PEOPLE):
        query = f"select count(*) from conversation c where {VIEWS['unread']} and {_mine(person)}"
        unread = session.execute(text(query), {"me": person.id}).scalar_one()
    return because, unread
