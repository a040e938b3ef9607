"""Reads of /compliance, for who may read all threads: today, frozen numbers, opt-outs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.rules import firm, rules
from crm_app.compliance.windows import say
from crm_app.contacts.phones import digits, show
from crm_app.conversations.optout import THEIR_WORDS
from crm_app.conversations.slots import company_day
from crm_app.evidence.decisions import LABELS, PAGE_SIZE
from crm_app.outbox.standing import STANDING, binds
from crm_app.settings import settings
from crm_app.tables import read_sql

SQL = read_sql(__file__, standing=STANDING, page_size=PAGE_SIZE)
WAITS = SQL["waits"].text
_HOW: dict[str, str] = LABELS["sources"] | LABELS["differ"]


@dataclass(frozen=True)
class Today:
    """The firm's day: cold texts used of the cap, the window, what is held and mostly why."""

    used: int = 0
    cap: int = 0
    window: str = ""
    is_open: bool = False
    held: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class NumberRow:
    """A frozen or stopped number: whose, their words, what was read in them, since when."""

    id: int
    e164: str
    name: str
    number: str
    href: str
    thread: str
    said: str
    because: str
    age: str
    exact: str


def today(session: Session, person: Person) -> Today:
    """Return how today stands."""
    person.must(Permission.READ_ALL_THREADS)
    now, limits, own = clock.now(session), rules(session), settings().own_number
    used = session.execute(SQL["used"], {"own": own, "day": company_day(now)}).scalar() or 0
    ids = session.execute(SQL["wait"]).scalars().all()
    held = session.execute(SQL["held"], binds(session, ids)).all()
    ours = firm(session)
    is_open, off = ours.is_open(now), ours.day_off(ours.local(now).date())
    closed = f"Closed on {off}" if off else "Closed"
    opens = f"{closed}, opens {say(ours, ours.opens(now) or now, now)}"
    return Today(
        used, limits.cold_daily_limit,
        f"Open until {limits.closes}:00, our time" if is_open else opens, is_open,
        int(held[0].held) if held else 0, [(row.reason, row.people) for row in held],
    )  # fmt: skip


def frozen_count(session: Session) -> int:
    """Return how many numbers wait for a person."""
    return int(session.execute(SQL["frozen_count"]).scalar_one())


def frozen(session: Session, person: Person) -> list[NumberRow]:
    """Return the numbers that wait for a person, oldest first."""
    return _rows(session, person, SQL["frozen"])[0]


def suppressions(
    session: Session, person: Person, typed: str = "", page: int = 1
) -> tuple[list[NumberRow], int]:
    """Return a page of the opt-outs in force, newest first, and how many there are.

    `typed` is a part of a name, of the words, or of the number.
    """
    part = " ".join(typed.lower().split())
    plain = "" if any(sign.isalpha() for sign in part) else digits(part)
    skip = (page - 1) * PAGE_SIZE
    return _rows(session, person, SQL["stops"], typed=part, digits=plain, skip=skip)


def disagreements(session: Session, person: Person) -> tuple[list[NumberRow], int]:
    """Return whom OpenPhone stops and we do not, or the like; how many opt-outs we alone keep."""
    theirs = sorted(THEIR_WORDS)
    rows, _ = _rows(session, person, SQL["differ"], theirs=theirs)
    return rows, session.execute(SQL["alone"], {"theirs": theirs}).scalar_one()


def age(since: datetime, now: datetime) -> str:
    """Say for how long something is so: "3 h ago", from two days on "18 days"."""
    days = (now - since).days
    return times.ago(since, now) if days < 2 else f"{days} days"


def _rows(
    session: Session, person: Person, query: TextClause, **given: Any
) -> tuple[list[NumberRow], int]:
    person.must(Permission.READ_ALL_THREADS)
    now, own = clock.now(session), settings().own_number
    found = session.execute(query, given | {"own": own}).all()
    rows = [
        NumberRow(
            row.id, row.e164, row.name or show(row.e164), show(row.e164),
            f"/compliance/{row.e164[1:]}", f"/inbox/{row.thread}" if row.thread else "", row.said,
            f"{_HOW.get(row.how, row.how)}{f' ({row.by})' if row.by else ''}",
            age(row.at, now), times.exact(row.at),
        )
        for row in found
    ]  # fmt: skip
    return rows, found[0].total if found else 0
