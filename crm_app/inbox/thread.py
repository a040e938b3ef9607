"""One thread: what was said, what is on its way, who the other person is, and marking it done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.queries import suppression_of
from crm_app.contacts.names import initials
from crm_app.contacts.phones import show
from crm_app.conversations.models import Conversation, Direction, MessageStatus, OutboxState
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError

LAST = 100
# What a text is called that is still ours to send, that left, or that never will; the kit's tone.
STANDS: dict[str, tuple[str, str]] = {
    OutboxState.WAITING: ("Waiting", "waiting"),
    OutboxState.SENDING: ("Sending", "waiting"),
    OutboxState.UNCERTAIN: ("Not sure whether it arrived; being looked up", "held"),
    OutboxState.NEVER: ("Not sent", "blocked"),
    OutboxState.CANCELLED: ("Not sent", "blocked"),
    MessageStatus.QUEUED: ("Sent", "plain"),
    MessageStatus.SENT: ("Sent", "plain"),
    MessageStatus.DELIVERED: ("Delivered", "fine"),
    MessageStatus.UNDELIVERED: ("Not delivered", "blocked"),
    MessageStatus.FAILED: ("Failed", "blocked"),
    MessageStatus.RECEIVED: ("", "plain"),
}
# Messages, and rows of the outbox that no message stands for: not yet sent, not sure, or never.
# What waits stands below everything that was said.
_TEXTS = """
select t.*, o.campaign_id, o.not_before, o.created_at, u.name as writer from (
  select 'm' || m.id as key, m.direction, m.body, m.status as state, m.error as because, m.media,
         m.at, m.outbox_id
  from message m where m.conversation_id = :id
  union all
  select 'o' || w.id, 'out', w.body, w.state, w.because, null,
         case w.state when 'waiting' then greatest(w.created_at, :now)
         else coalesce(w.started_at, w.finished_at, w.created_at) end, w.id
  from outbox w
  where w.e164 = :e164 and w.own_number = :own and w.state not in ('sent', 'delivered')
    and not exists (select from message m where m.outbox_id = w.id)
) t
left join outbox o on o.id = t.outbox_id left join app_user u on u.id = o.user_id
order by t.at desc, t.key desc limit :size
"""
_ABOUT = """
select k.name,
  array(select e164 from phone_number where contact_id = k.id order by position, id) as numbers,
  array(
    select concat_ws(', ', p.address, p.city) || coalesce(' · built ' || p.year_built, '')
    from contact_property cp join property p on p.id = cp.property_id
    where cp.contact_id = k.id order by cp.position, p.id limit 10
  ) as houses,
  array(
    select l.name from list_member m join contact_list l on l.id = m.list_id
    where m.contact_id = k.id order by l.id desc limit 10
  ) as lists
from contact k where k.id = :id
"""


@dataclass(frozen=True)
class ThreadMessage:
    """One bubble; `day` is set on the first of a day, `tone` is plain or campaign."""

    key: str
    side: str
    body: str
    tone: str
    time: str
    exact: str
    state: str
    state_tone: str
    writer: str
    day: str


@dataclass(frozen=True)
class Thread:
    """A thread with the person beside it. `opted_out` is the sentence that replaces the box."""

    id: int = 0
    contact_id: int = 0
    name: str = ""
    initials: str = ""
    number: str = ""
    e164: str = ""
    is_unread: bool = False
    messages: list[ThreadMessage] = field(default_factory=list)
    has_earlier: bool = False
    opted_out: str = ""
    opted_out_because: str = ""
    numbers: list[str] = field(default_factory=list)
    houses: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    campaign_id: int = 0


def visible(session: Session, conversation_id: int, person: Person) -> Conversation:
    """Return a conversation that `person` may read; raise CrmError for any other."""
    person.must(Permission.SEE_PEOPLE)
    found = session.get(Conversation, conversation_id)
    mine = found and (person.may(Permission.READ_ALL_THREADS) or found.assigned_to == person.id)
    if found is None or not mine:
        raise CrmError("There is no such conversation, or it is not assigned to you.")
    return found


def mark_done(session: Session, conversation_id: int, person: Person) -> None:
    """Note that a thread needs no answer: neither unread nor unanswered any more."""
    found = visible(session, conversation_id, person)
    found.is_unread = found.is_unanswered = False
    session.flush()
    tell(session, found.e164)


def thread(session: Session, conversation_id: int, person: Person, *, pages: int = 1) -> Thread:
    """Return a thread with its last 100 texts (more with `pages`), oldest first.

    Raises CrmError when it is not there or not for this person.
    """
    found = visible(session, conversation_id, person)
    now, size = clock.now(session), LAST * pages
    asked = {"id": found.id, "e164": found.e164, "own": found.own_number, "now": now}
    rows = session.execute(text(_TEXTS), asked | {"size": size + 1}).all()
    about = session.execute(text(_ABOUT), {"id": found.contact_id}).one()
    stop = suppression_of(session, found.e164)
    since = f"Opted out on {times.exact(stop.at)}" if stop else ""
    return Thread(
        id=found.id,
        contact_id=found.contact_id,
        name=about.name,
        initials=initials(about.name),
        number=show(found.e164),
        e164=found.e164,
        is_unread=found.is_unread,
        messages=_bubbles(rows[:size][::-1], now),
        has_earlier=len(rows) > size,
        opted_out=since and f"{since}: call them, or they text START.",
        opted_out_because=(f"{stop.by}: " if stop.by else "") + stop.because if stop else "",
        numbers=[show(e164) for e164 in about.numbers],
        houses=about.houses,
        lists=about.lists,
        campaign_id=next((row.campaign_id for row in rows if row.campaign_id), 0),
    )


def _bubbles(rows: Sequence[Any], now: datetime) -> list[ThreadMessage]:
    """Draw texts in their order, with the day named above the first of each."""
    drawn, last = [], ""
    for row in rows:
        day, count = times.day(row.at, now), len(row.media or [])
        files = ["1 attachment" if count == 1 else f"{count} attachments"] if count else []
        at = row.created_at if row.state == OutboxState.WAITING else row.at
        state, state_tone = _standing(row, now)
        bubble = ThreadMessage(
            key=row.key,
            side="in" if row.direction == Direction.IN else "out",
            body="\n".join(filter(None, [row.body, *files])),
            tone="campaign" if row.campaign_id else "plain",
            time=times.hour(at),
            exact=times.exact(at),
            state=state,
            state_tone=state_tone,
            writer=row.writer or "",
            day="" if day == last else day,
        )
        drawn.append(bubble)
        last = day
    return drawn


def _standing(row: Any, now: datetime) -> tuple[str, str]:
    """Say where a text stands, and in which tone."""
    words, tone = STANDS[row.state]
    if row.state == OutboxState.WAITING and row.not_before > now:
        return f"{words}: goes at {times.ahead(row.not_before, now)}", tone
    is_explained = row.because and row.state != OutboxState.UNCERTAIN
    return (f"{words}: {row.because}" if is_explained else words), tone
