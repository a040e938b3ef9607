"""One thread: what was said, what is on its way, and who the other person is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Purpose
from crm_app.compliance.queries import suppression_of
from crm_app.contacts.names import initials
from crm_app.contacts.phones import show
from crm_app.contacts.queries import card
from crm_app.conversations.actions import visible
from crm_app.conversations.models import OutboxState
from crm_app.inbox.events import with_events
from crm_app.media.queries import FileRow, files_of
from crm_app.tables import read_sql, read_table

LAST, BESIDE = 100, ("call", "missed", "event")
SQL = read_sql(__file__)
STANDS: dict[str, list[str]] = read_table(__file__, "states")  # state: words, tone


@dataclass(frozen=True)
class ThreadMessage:
    """One bubble or line; `day` is set on the first of a day.

    `tone` is plain, campaign, call, missed or event; the last is a line without a side.
    """

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
    asks: int
    is_uncertain: bool
    campaign: str = ""
    campaign_id: int = 0
    files: list[FileRow] = field(default_factory=list)


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
    numbers: list[str] = field(default_factory=list)
    houses: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)


def thread(session: Session, conversation_id: int, person: Person, *, pages: int = 1) -> Thread:
    """Return a thread with its last 100 texts (more with `pages`), oldest first.

    Raises CrmError when it is not there or not for this person.
    """
    found = visible(session, conversation_id, person)
    now, size = clock.now(session), LAST * pages
    asked = {"id": found.id, "e164": found.e164, "own": found.own_number, "now": now,
             "may": person.may(Permission.CAMPAIGN_EDIT)}  # fmt: skip
    rows = session.execute(SQL["texts"], asked | {"size": size + 1}).all()
    shown = with_events(session, found.e164, rows[:size][::-1], is_whole=len(rows) <= size)
    about = card(session, person, found.contact_id)
    name, number = about.who["name"], show(found.e164)
    houses = [" · ".join(filter(None, (house.title, house.detail))) for house in about.houses]
    stop, opted_out = suppression_of(session, found.e164), ""
    if stop:
        since, said = times.exact(stop.at), ": ".join(filter(None, (stop.by, stop.because)))
        opted_out = f"Opted out on {since} (“{said}”): call them, or they text START."
    return Thread(
        found.id, found.contact_id, name, initials(name), number, found.e164, found.is_unread,
        _bubbles(session, shown, now), len(rows) > size, opted_out,
        [one.title for one in about.numbers], houses, [one.title for one in about.lists],
    )  # fmt: skip


def _bubbles(session: Session, rows: Sequence[Any], now: datetime) -> list[ThreadMessage]:
    drawn, last, files = [], "", files_of(session, [row.key for row in rows])
    for row in rows:
        day, body = times.day(row.at, now), row.body
        at = row.created_at if row.state == OutboxState.WAITING else row.at
        if row.key in files and row.key[0] == "c":  # what the call was stands above its sound
            title, _, body = body.partition("\n")
            files[row.key][0] = replace(files[row.key][0], title=title)
        tone = "campaign" if row.campaign_id else row.state if row.state in BESIDE else "plain"
        drawn.append(ThreadMessage(
            row.key, row.direction, body, tone, times.hour(at), times.exact(at),
            *_standing(row, now), row.writer or "", "" if day == last else day,
            row.asks or 0, row.state == OutboxState.UNCERTAIN,
            row.campaign or "", row.campaign_id or 0, files.get(row.key, []),
        ))  # fmt: skip
        last = day
    return drawn


def _standing(row: Any, now: datetime) -> tuple[str, str]:
    words, tone = STANDS[row.state]
    words = f"Test to ourselves · {words}" if row.purpose == Purpose.TEST else words
    if row.state == OutboxState.WAITING and row.not_before > now:
        return f"{words}: goes at {times.ahead(row.not_before, now)}", tone
    return (f"{words}: {row.because}" if row.because else words), tone
