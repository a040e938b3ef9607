"""Locks and slots of sending: a number's lock, the day's cold texts, requests in a second."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.rules import rules
from crm_app.tables import read_sql
from crm_app.times import local

REQUESTS_A_SECOND = 9  # and a little; OpenPhone takes 10, its clock and the wire move ours
APART = timedelta(milliseconds=100)  # a burst must not arrive behind another that was delayed
_SECOND, _WINDOW, _MINUTE = (timedelta(seconds=s) for s in (1, 1.05, 61))
_NUMBER, _HOUSEHOLD, _RATE = 1001, 1002, 1003  # the first key of our advisory locks
SQL = read_sql(__file__)


def lock_number(session: Session, e164: str) -> None:
    """Wait for the number's lock and keep it to the end of the transaction.

    Who holds it may then lock rows; who holds rows of the outbox only ever tries.
    """
    session.execute(SQL["lock"], {"kind": _NUMBER, "name": e164})


def try_lock(session: Session, e164: str, property_id: int | None = None) -> bool:
    """Try for the lock of a number, and of its household when one is given; never wait."""
    locks = f"pg_try_advisory_xact_lock({_NUMBER}, hashtext(:e164))"
    if property_id is not None:
        locks += f" and pg_try_advisory_xact_lock({_HOUSEHOLD}, :property_id)"
    keys = {"e164": e164, "property_id": property_id}
    return bool(session.execute(text(f"select {locks}"), keys).scalar())


def lock_line(session: Session, own_number: str) -> None:
    """Wait for the lock of our own number: its slots are taken one after the other."""
    session.execute(SQL["lock"], {"kind": _RATE, "name": own_number})


def company_day(at: datetime) -> date:
    """Return the company's calendar day at an aware time."""
    return local(at).date()


def take_day_slot(session: Session, own_number: str, at: datetime, limit: int) -> bool:
    """Count one more cold text on the company day of `at`, exactly; False when it is used up."""
    if limit < 1:
        return False
    day = {"own": own_number, "day": company_day(at), "limit": limit}
    return session.execute(SQL["take"], day).scalar() is not None


def give_day_slot_back(session: Session, own_number: str, taken_at: datetime) -> None:
    """Uncount a cold text that started at `taken_at` and surely did not leave."""
    ask_again(session)  # a claim, too, takes the paces before the day
    session.execute(SQL["give_back"], {"own": own_number, "day": company_day(taken_at)})


def ask_again(session: Session, *, each: bool = False) -> None:
    """Let the gate decide anew on campaigns held as a whole, since a slot is free; or on `each`."""
    now = {"now": clock.now(session)}
    for held in (SQL["ask_again"], *([SQL["ask_each"]] if each else [])):
        session.execute(held, now)


def take_rate_slot(session: Session, own_number: str, wall: datetime) -> float:
    """Take one request to the provider at `wall`; return 0, or the seconds to wait for one.

    A true sliding second over all processes, for texts and reads alike (they share the key).
    """
    n = REQUESTS_A_SECOND
    asked = {"own": own_number, "wall": wall, "n": n}
    lock_line(session, own_number)
    session.execute(SQL["forget"], asked | {"old": wall - 10 * _SECOND, "odd": wall + 10 * _SECOND})
    recent: list[datetime] = list(session.execute(SQL["newest"], asked).scalars())
    free_at = max([wall, *(at + APART for at in recent[:1])])
    free_at = max([free_at, *(at + _WINDOW for at in recent[n - 1 :])])
    if free_at > wall:
        return (free_at - wall).total_seconds()
    session.execute(SQL["request"], asked)
    return 0.0


def line_free_at(session: Session, own_number: str, now: datetime) -> tuple[datetime, datetime]:
    """Return from when the line's speed lets another text start: any, and a campaign's.

    Business time; campaigns leave a third of each minute to people. Source: facts/compliance.md.
    """
    limits = rules(session)
    asked = {"own": own_number, "now": now, "since": now - _MINUTE, "n": limits.a_minute or 1}
    recent: list[datetime] = list(session.execute(SQL["started"], asked).scalars())
    soonest = now
    if limits.a_second and recent:
        soonest = max(now, recent[0] + _SECOND / limits.a_second + APART)
    shared = limits.a_minute - limits.a_minute // 3
    full, crowded = (recent[n - 1] + _MINUTE if 0 < n <= len(recent) else now
                     for n in (limits.a_minute, shared))  # fmt: skip
    return max(soonest, full), max(soonest, full, crowded)
