"""Reads of /compliance, for who may read all threads: today, frozen numbers, opt-outs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.rules import rules
from crm_app.compliance.windows import Clock, say
from crm_app.contacts.phones import digits, show
from crm_app.conversations.optout import THEIR_WORDS
from crm_app.conversations.slots import company_day
from crm_app.errors import CrmError
from crm_app.evidence.decisions import LABELS, PAGE_SIZE
from crm_app.outbox.standing import STANDING
from crm_app.settings import settings

_USED = text("select used from day_cap where own_number = :own and day = :day")
_WAIT = text("select distinct campaign_id from outbox where state = 'waiting' and campaign_id > 0")
_HELD = text(
    "select reason, count(*) as people, sum(count(*)) over () as held"
    f" from ({STANDING} and o.state = 'waiting') as stood where standing = 'held'"
    " group by reason order by people desc, reason limit 3"
)
_WHO = """
left join phone_number n on n.e164 = s.e164 left join contact k on k.id = n.contact_id
left join conversation t on t.e164 = s.e164 and t.own_number = :own
"""
# Who opted out waits for nobody; the freeze comes back to light should they be let in again.
WAITS = (
    "s.settled_at is null and not exists"
    " (select from suppression x where x.e164 = s.e164 and x.lifted_at is null)"
)
_FROZEN = text(
    "select s.*, k.name, t.id as thread from frozen s" + _WHO
    + f" where {WAITS} order by s.since, s.id limit 500"
)  # fmt: skip
_STOPPED = f"""
from suppression s left join app_user u on u.id = s.by_user {_WHO}
where s.lifted_at is null and (:typed = ''
    or position(:typed in lower(concat_ws(' ', k.name, s.because, u.name))) > 0
    or (:digits <> '' and position(:digits in s.e164) > 0))
"""
_STOPS = text(
    "select s.*, k.name, t.id as thread, u.name as by, count(*) over () as total"
    f"{_STOPPED} order by s.at desc, s.id desc limit {PAGE_SIZE} offset :skip"
)
# OpenPhone honours six words, wherever they stand; it knows nothing else that we do.
_DIFFER = text(f"""
select s.*, k.name, t.id as thread from (
    select id, e164, at, because as said, 'refused' as how from suppression
    where lifted_at is null and source = 'provider'
    union all select id, e164, since, said, 'held' from frozen
    where settled_at is null and upper(btrim(said)) = any(:theirs)
    union all select id, e164, lifted_at, because, 'lifted' from suppression x
    where lifted_at is not null and not is_lifted_by_them and upper(btrim(because)) = any(:theirs)
    and not exists (select from suppression y where y.e164 = x.e164 and y.id > x.id)
) s {_WHO} order by s.at desc, s.e164 limit 100
""")
_ALONE = text(
    "select count(*) from suppression where lifted_at is null and source <> 'provider'"
    " and not upper(btrim(because)) = any(:theirs)"
)
_STOP = text("select e164 from suppression where id = :id and lifted_at is null")


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
    given = {"now": now, "ids": list(session.execute(_WAIT).scalars())}
    held = session.execute(_HELD, given).all()
    ours = Clock(
        settings().company_timezone, limits.opens, limits.closes, frozenset(range(5)), True,
        is_ours=True,
    )  # fmt: skip
    off, opens = ours.day_off(ours.local(now).date()), ours.opens(now)
    window = f"Open until {limits.closes}:00, our time"
    if not ours.is_open(now):
        window = f"Closed on {off}" if off else "Closed"
        window += f", opens {say(ours, opens, now)}" if opens else ""
    return Today(
        used, limits.cold_daily_limit, window, ours.is_open(now),
        int(held[0].held) if held else 0, [(row.reason, row.people) for row in held],
    )  # fmt: skip


def frozen(session: Session, person: Person) -> list[NumberRow]:
    """Return the numbers that wait for a person, oldest first."""
    person.must(Permission.READ_ALL_THREADS)
    found = session.execute(_FROZEN, {"own": settings().own_number})
    now = clock.now(session)
    return [_row(r, r.said, r.because, age(r.since, now), times.exact(r.since))
            for r in found]  # fmt: skip


def age(since: datetime, now: datetime) -> str:
    """Say for how long something waits: "3 h ago", from two days on "18 days"."""
    days = (now - since).days
    return times.ago(since, now) if days < 2 else f"{days} days"


def frozen_count(session: Session) -> int:
    """Return how many numbers wait for a person."""
    return int(session.execute(text(f"select count(*) from frozen s where {WAITS}")).scalar_one())


def suppressions(
    session: Session, person: Person, typed: str = "", page: int = 1
) -> tuple[list[NumberRow], int]:
    """Return a page of the opt-outs in force, newest first, and how many there are.

    `typed` is a part of a name, of the words, or of the number.
    """
    person.must(Permission.READ_ALL_THREADS)
    part = " ".join(typed.lower().split())
    plain = digits(part) if not any(sign.isalpha() for sign in part) else ""
    given = {"typed": part, "digits": plain, "own": settings().own_number}
    found = session.execute(_STOPS, given | {"skip": (page - 1) * PAGE_SIZE}).all()
    now, rows = clock.now(session), []
    for row in found:
        how = LABELS["sources"][row.source] + (f" ({row.by})" if row.by else "")
        rows.append(_row(row, row.because, how, times.ago(row.at, now), times.exact(row.at)))
    return rows, found[0].total if found else 0


def disagreements(session: Session, person: Person) -> tuple[list[NumberRow], int]:
    """Return whom OpenPhone stops and we do not, or the like; how many opt-outs we alone keep."""
    person.must(Permission.READ_ALL_THREADS)
    given = {"theirs": sorted(THEIR_WORDS), "own": settings().own_number}
    now, how = clock.now(session), LABELS["differ"]
    rows = [_row(row, row.said, how[row.how], times.ago(row.at, now), times.exact(row.at))
            for row in session.execute(_DIFFER, given)]  # fmt: skip
    return rows, session.execute(_ALONE, given).scalar_one()


def suppressed_number(session: Session, suppression_id: int) -> str:
    """Return the number of an opt-out in force; raise CrmError when it is lifted."""
    found = session.execute(_STOP, {"id": suppression_id}).scalar()
    if found is None:
        raise CrmError("Texts to this number are allowed again already.")
    return str(found)


def _row(row: Row[Any], said: str, because: str, age: str, exact: str) -> NumberRow:
    number, thread = show(row.e164), f"/inbox/{row.thread}" if row.thread else ""
    href = f"/compliance/{row.e164[1:]}"
    return NumberRow(row.id, row.name or number, number, href, thread, said, because, age, exact)
