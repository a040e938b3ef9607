"""Reads of the inbox: the list of threads, newest first. All text is ready to be shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.names import initials
from crm_app.contacts.phones import digits, show
from crm_app.conversations.models import Line, MessageStatus, OutboxState

PAGE_SIZE = 40
MOST_PAGES = 25
VIEWS = {
    "open": "c.is_in_inbox",
    "unread": "c.is_in_inbox and c.is_unread",
    "unanswered": "c.is_in_inbox and c.is_unanswered",
    "all": "true",  # with the campaign texts that nobody answered
}
# What a text that is still ours to send, or that left, is called; with the kit's tone.
WAYS_OUT = {
    OutboxState.WAITING: ("Waiting", "waiting"),
    OutboxState.SENDING: ("Sending", "waiting"),
    OutboxState.UNCERTAIN: ("Not sure", "held"),
}
SENT = {
    MessageStatus.QUEUED: ("Sent", "plain"),
    MessageStatus.SENT: ("Sent", "plain"),
    MessageStatus.DELIVERED: ("Delivered", "fine"),
    MessageStatus.UNDELIVERED: ("Not delivered", "blocked"),
    MessageStatus.FAILED: ("Failed", "blocked"),
}

_ROWS = """
select c.id, c.e164, k.name, c.last_text, c.last_is_ours, c.last_at, c.is_unread,
       c.is_unanswered, m.status, o.state, s.id is not null as opted_out
from conversation c
join contact k on k.id = c.contact_id
left join suppression s on s.e164 = c.e164 and s.lifted_at is null
left join lateral (
    select status from message where conversation_id = c.id order by at desc, id desc limit 1
) m on c.last_is_ours
left join lateral (
    select state from outbox
    where e164 = c.e164 and own_number = c.own_number
      and state in ('waiting', 'sending', 'uncertain')
    order by id desc limit 1
) o on true
where {where}
order by c.last_at desc, c.id desc limit :size
"""


@dataclass(frozen=True)
class InboxRow:
    """One thread in the list."""

    id: int
    name: str
    initials: str
    number: str
    text: str
    when: str
    exact: str
    is_unread: bool
    is_unanswered: bool
    state: str
    tone: str


@dataclass(frozen=True)
class InboxPage:
    """The first threads, and whether more follow."""

    rows: list[InboxRow]
    has_more: bool


def _searched(asked: str) -> tuple[str, dict[str, str]]:
    """Return the condition for a search by last digits, or by the start of words."""
    number = digits(asked)
    if len(number) >= 3 and not any(letter.isalpha() for letter in asked):
        found = "select contact_id from phone_number where reverse(e164) like :tail"
        return f"c.contact_id in ({found})", {"tail": number[::-1] + "%"}
    words = ["".join(filter(str.isalnum, word)) for word in asked.split()]
    prefixes = " & ".join(f"{word}:*" for word in words if word)
    if not prefixes:
        return "true", {}
    return (
        "c.contact_id in (select id from contact where search @@ to_tsquery('simple', :words))",
        {"words": prefixes},
    )


def inbox(
    session: Session, person: Person, *, view: str = "open", text_: str = "", pages: int = 1
) -> InboxPage:
    """Return the first `pages` pages of the threads that `person` may read, newest first."""
    person.must(Permission.SEE_PEOPLE)
    found, values = _searched(text_)
    conditions = [VIEWS.get(view, VIEWS["open"]), found]
    if not person.may(Permission.READ_ALL_THREADS):
        conditions.append("c.assigned_to = :me")
    size = PAGE_SIZE * min(max(pages, 1), MOST_PAGES)
    bound = {"me": person.id, "size": size + 1}
    rows = session.execute(text(_ROWS.format(where=" and ".join(conditions))), values | bound).all()
    now = clock.now(session)
    return InboxPage([_row(row, now) for row in rows[:size]], len(rows) > size)


def _row(row: Any, now: datetime) -> InboxRow:
    state, tone = "", "plain"
    if row.opted_out:
        state, tone = "Opted out", "optedout"
    elif row.state:
        state, tone = WAYS_OUT[OutboxState(row.state)]
    elif row.status:
        state, tone = SENT.get(MessageStatus(row.status), ("", "plain"))
    return InboxRow(
        id=row.id,
        name=row.name,
        initials=initials(row.name),
        number=show(row.e164),
        text=("You: " if row.last_is_ours else "") + row.last_text,
        when=times.ago(row.last_at, now),
        exact=times.exact(row.last_at),
        is_unread=row.is_unread,
        is_unanswered=row.is_unanswered,
        state=state,
        tone=tone,
    )


def unread_count(session: Session, person: Person) -> int:
    """Return how many threads that `person` may read are unread."""
    mine = "" if person.may(Permission.READ_ALL_THREADS) else " and assigned_to = :me"
    query = "select count(*) from conversation where is_in_inbox and is_unread"
    return int(session.execute(text(query + mine), {"me": person.id}).scalar_one())


@dataclass(frozen=True)
class LineNow:
    """What every page shows of the firm's number: why the account sends nothing, and unread."""

    stopped_because: str
    unread: int


def line(session: Session, own_number: str, person: Person) -> LineNow:
    """Return whether the account refuses to send, and how many threads this person has unread."""
    found = session.get(Line, own_number)
    stopped = found is not None and found.stopped_since is not None
    because = f"No text can leave: {found.stopped_because}" if found and stopped else ""
    unread = unread_count(session, person) if person.may(Permission.SEE_PEOPLE) else 0
    return LineNow(because, unread)
