"""Reads of /compliance, for who may read all threads: today, frozen numbers, opt-outs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
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

_USED = text("select used from day_cap where own_number = :own and day = :day")
_WAIT = text("select distinct campaign_id from outbox where state = 'waiting' and campaign_id > 0")
_HELD = text(
    "select reason, count(*) as people, sum(count(*)) over () as held"
    f" from ({STANDING} and o.state = 'waiting') as stood where standing = 'held'"
    " group by reason order by people desc, reason limit 3"
)
# Who opted out waits for nobody; the freeze comes back to light should they be let in again.
WAITS = (
    "s.settled_at is null and not exists"
    " (select from suppression x where x.e164 = s.e164 and x.lifted_at is null)"
)


def _numbers(found: str, then: str) -> TextClause:
    """Build the query of a list: what is `found` of numbers, with whose each is and its thread."""
    return text(
        f"select s.*, k.name, t.id as thread, count(*) over () as total from ({found}) s"
        " left join phone_number n on n.e164 = s.e164 left join contact k on k.id = n.contact_id"
        f" left join conversation t on t.e164 = s.e164 and t.own_number = :own {then}"
    )


_FROZEN = _numbers(
    f"select id, e164, since as at, said, because as how, '' as by from frozen s where {WAITS}",
    "order by s.at, s.id limit 500",
)
_STOPS = _numbers(
    "select x.id, e164, at, because as said, source as how, u.name as by from suppression x"
    " left join app_user u on u.id = x.by_user where lifted_at is null",
    "where :typed = '' or position(:typed in lower(concat_ws(' ', k.name, s.said, s.by))) > 0"
    " or (:digits <> '' and position(:digits in s.e164) > 0)"
    f" order by s.at desc, s.id desc limit {PAGE_SIZE} offset :skip",
)
# OpenPhone honours six words, wherever they stand; it knows nothing else that we do.
_DIFFER = _numbers(
    """
    select id, e164, at, because as said, 'refused' as how, '' as by from suppression
    where lifted_at is null and source = 'provider'
    union all select id, e164, since, said, 'held', '' from frozen
    where settled_at is null and upper(btrim(said)) = any(:theirs)
    union all select id, e164, lifted_at, because, 'lifted', '' from suppression x
    where lifted_at is not null and not is_lifted_by_them
    and string_to_array(upper(because), ' · ') && cast(:theirs as text[])
    and not exists (select from suppression y where y.e164 = x.e164 and y.id > x.id)
    """,
    "order by s.at desc, s.e164 limit 100",
)
_ALONE = text(
    "select count(*) from suppression where lifted_at is null and source <> 'provider'"
    " and not string_to_array(upper(because), ' · ') && cast(:theirs as text[])"
)
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
    used = session.execute(_USED, {"own": own, "day": company_day(now)}).scalar() or 0
    held = session.execute(_HELD, binds(session, session.execute(_WAIT).scalars().all())).all()
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
    return int(session.execute(text(f"select count(*) from frozen s where {WAITS}")).scalar_one())


def frozen(session: Session, person: Person) -> list[NumberRow]:
    """Return the numbers that wait for a person, oldest first."""
    return _rows(session, person, _FROZEN)[0]


def suppressions(
    session: Session, person: Person, typed: str = "", page: int = 1
) -> tuple[list[NumberRow], int]:
    """Return a page of the opt-outs in force, newest first, and how many there are.

    `typed` is a part of a name, of the words, or of the number.
    """
    part = " ".join(typed.lower().split())
    plain = "" if any(sign.isalpha() for sign in part) else digits(part)
    skip = (page - 1) * PAGE_SIZE
    return _rows(session, person, _STOPS, typed=part, digits=plain, skip=skip)


def disagreements(session: Session, person: Person) -> tuple[list[NumberRow], int]:
    """Return whom OpenPhone stops and we do not, or the like; how many opt-outs we alone keep."""
    theirs = sorted(THEIR_WORDS)
    rows, _ = _rows(session, person, _DIFFER, theirs=theirs)
    return rows, session.execute(_ALONE, {"theirs": theirs}).scalar_one()


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
