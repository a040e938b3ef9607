"""Reads of one thread: what was said, what is on its way, and who the other person is."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Person
from crm_app.compliance.queries import suppression_of
from crm_app.contacts.names import initials
from crm_app.contacts.phones import show
from crm_app.conversations.models import Conversation, MessageStatus, OutboxState
from crm_app.inbox.queries import SENT, WAYS_OUT
from crm_app.inbox.triage import visible

LAST = 100

_MESSAGES = """
select m.id, m.direction, m.body, m.status, m.error, m.media, m.at, o.campaign_id, u.name as writer
from message m
left join outbox o on o.id = m.outbox_id
left join app_user u on u.id = o.user_id
where m.conversation_id = :id
order by m.at desc, m.id desc limit :size
"""
# Rows of the outbox that no message stands for: not yet sent, not sure, or never.
_ON_THE_WAY = """
select o.id, o.body, o.state, o.because, o.not_before, o.campaign_id, u.name as writer,
       o.created_at, coalesce(o.started_at, o.finished_at, o.created_at) as at
from outbox o left join app_user u on u.id = o.user_id
where o.e164 = :e164 and o.own_number = :own
  and o.state in ('waiting', 'sending', 'uncertain', 'never', 'failed', 'cancelled')
  and not exists (select from message m where m.outbox_id = o.id)
order by o.id desc limit :size
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
    is_unanswered: bool = False
    assigned_to: str = ""
    messages: list[ThreadMessage] = field(default_factory=list)
    has_earlier: bool = False
    opted_out: str = ""
    opted_out_because: str = ""
    numbers: list[str] = field(default_factory=list)
    houses: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    campaign_id: int = 0


def thread(session: Session, conversation_id: int, person: Person, *, pages: int = 1) -> Thread:
    """Return a thread with its last 100 texts (more with `pages`), oldest first.

    Raises CrmError when it is not there or not for this person.
    """
    found = visible(session, conversation_id, person)
    now, size = clock.now(session), LAST * pages
    rows = session.execute(text(_MESSAGES), {"id": found.id, "size": size + 1}).all()
    said = [(row.at, _message(row)) for row in rows[:size]]
    since = said[-1][0] if len(rows) > size else None
    drawn = _in_order(said + _on_the_way(session, found, now, size, since), now)
    campaigns = [row.campaign_id for row in rows if row.campaign_id]
    about = session.execute(text(_ABOUT), {"id": found.contact_id}).one()
    stop = suppression_of(session, found.e164)
    return Thread(
        id=found.id,
        contact_id=found.contact_id,
        name=about.name,
        initials=initials(about.name),
        number=show(found.e164),
        e164=found.e164,
        is_unread=found.is_unread,
        is_unanswered=found.is_unanswered,
        assigned_to=str(found.assigned_to or ""),
        messages=drawn,
        has_earlier=len(rows) > size,
        opted_out=f"Opted out on {times.exact(stop.at)}: call them, or they text START."
        if stop
        else "",
        opted_out_because=(f"{stop.by}: " if stop.by else "") + stop.because if stop else "",
        numbers=[show(e164) for e164 in about.numbers],
        houses=about.houses,
        lists=about.lists,
        campaign_id=campaigns[0] if campaigns else 0,
    )


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


def _bubble(row: Any, at: datetime, **shown: str) -> ThreadMessage:
    return ThreadMessage(
        **{"side": "out", "day": "", "writer": row.writer or "", "body": row.body} | shown,
        tone="campaign" if row.campaign_id else "plain",
        time=times.hour(at),
        exact=times.exact(at),
    )


def _message(row: Any) -> ThreadMessage:
    inbound, count = row.direction == "in", len(row.media or [])
    files = ["1 attachment" if count == 1 else f"{count} attachments"] if count else []
    state, tone = ("", "plain") if inbound else SENT[MessageStatus(row.status)]
    return _bubble(
        row,
        row.at,
        key=f"m{row.id}",
        side="in" if inbound else "out",
        body="\n".join(filter(None, [row.body, *files])),
        state=f"{state}: {row.error}" if row.error and state else state,
        state_tone=tone,
    )


def _on_the_way(
    session: Session, found: Conversation, now: datetime, size: int, since: datetime | None
) -> list[tuple[datetime, ThreadMessage]]:
    rows = session.execute(
        text(_ON_THE_WAY), {"e164": found.e164, "own": found.own_number, "size": size}
    )
    drawn = []
    for row in rows:
        state = OutboxState(row.state)
        if state not in WAYS_OUT and since is not None and row.at < since:
            continue
        # What waits stands below everything that was said.
        at = max(row.at, now) if state is OutboxState.WAITING else row.at
        words, tone = _state_in_words(state, row, now)
        bubble = _bubble(row, row.created_at, key=f"o{row.id}", state=words, state_tone=tone)
        drawn.append((at, bubble))
    return drawn


def _state_in_words(state: OutboxState, row: Any, now: datetime) -> tuple[str, str]:
    """Say where a text stands, and in which tone."""
    if state is OutboxState.SENDING:
        return "Sending", "waiting"
    if state is OutboxState.UNCERTAIN:
        return "Not sure whether it arrived; being looked up", "held"
    if state is not OutboxState.WAITING:
        return f"Not sent: {row.because or 'taken back'}", "blocked"
    if row.not_before > now:
        return f"Waiting: goes at {times.ahead(row.not_before, now)}", "waiting"
    return (f"Waiting: {row.because}" if row.because else "Waiting"), "waiting"


def _in_order(drawn: list[tuple[datetime, ThreadMessage]], now: datetime) -> list[ThreadMessage]:
    """Sort by time and name the day above the first text of each."""
    ordered, last = [], ""
    for at, message in sorted(drawn, key=lambda pair: (pair[0], pair[1].key)):
        named = times.day(at, now)
        ordered.append(replace(message, day="" if named == last else named))
        last = named
    return ordered
