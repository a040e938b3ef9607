"""One thread: what was said, what is on its way, and who the other person is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

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
from crm_app.settings import settings
from crm_app.tables import read_sql, read_table

LAST, BESIDE = 100, ("call", "missed", "event")
STANDS: dict[str, list[str]] = read_table(__file__, "states")  # state: words, tone
SQL = read_sql(__file__)


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
    href: str = ""
    who: str = ""


class Who(NamedTuple):
    """A number and its thread, and the days between which it is asked about."""

    thread: int | None
    e164: str
    own: str | None
    since: date | None = None
    until: date | None = None


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
    who = [Who(found.id, found.e164, found.own_number)]
    shown, is_whole = texts(session, person, who, now, size)
    about = card(session, person, found.contact_id)
    name, number = about.who["name"], show(found.e164)
    houses = [" · ".join(filter(None, (house.title, house.detail))) for house in about.houses]
    stop, opted_out = suppression_of(session, found.e164), ""
    if stop:
        since, said = times.exact(stop.at), ": ".join(filter(None, (stop.by, stop.because)))
        opted_out = f"Opted out on {since} (“{said}”): call them, or they text START."
    return Thread(
        found.id, found.contact_id, name, initials(name), number, found.e164, found.is_unread,
        bubbles(session, shown, now), not is_whole, opted_out,
        [one.title for one in about.numbers], houses, [one.title for one in about.lists],
    )  # fmt: skip


def texts(
    session: Session, person: Person, who: Sequence[Who], now: datetime, size: int,
    house: int = 0, contacts: Sequence[int] = (),
) -> tuple[list[Any], bool]:  # fmt: skip
    """Return the last `size` texts and calls of `who` with the events among them, oldest first.

    The second is false when there are earlier ones. Events of `house` and `contacts` come along.
    """
    names = ("threads", "e164s", "owns", "sinces", "untils")
    asked: dict[str, Any] = {name: [one[n] for one in who] for n, name in enumerate(names)}
    asked |= {"now": now, "house": house, "contacts": list(contacts), "size": size + 1}
    asked |= {"may": person.may(Permission.CAMPAIGN_EDIT), "zone": settings().company_timezone}
    rows = session.execute(SQL["texts"], asked).all()
    is_whole = len(rows) <= size
    return with_events(session, asked, rows[:size][::-1], is_whole=is_whole), is_whole


def bubbles(session: Session, rows: Sequence[Any], now: datetime) -> list[ThreadMessage]:
    """Draw rows of `texts` in their order."""
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
