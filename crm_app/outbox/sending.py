"""Claiming the next text: the gate under the number's lock, the slots, then `sending`.

The commit of a claim is when a send starts; the provider is called after it, never inside.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.compliance.actions import Decided, keep_decisions, version_of
from crm_app.compliance.facts import Decision, Facts
from crm_app.compliance.gate import may_send
from crm_app.conversations import slots
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Line, Outbox, OutboxState
from crm_app.conversations.optout import opted_out_words
from crm_app.conversations.threads import tell
from crm_app.settings import settings
from crm_app.tables import read_sql

LEASE = timedelta(seconds=60)  # the call's time-out is 10 s
PROBE_EVERY = timedelta(minutes=5)
LOOKS = 20  # rows looked at in one transaction, so that no lock is held for long
BUSY_SECONDS, SOON = 0.05, 5.0  # SOON: a worker's beat
SQL = read_sql(__file__)


@dataclass(frozen=True)
class Claimed:
    """A text that is being sent: call the provider before `call_before` (wall clock) or never."""

    outbox_id: int
    attempt: int  # tells this claim from a later one of the same row
    own_number: str
    to: str
    body: str
    call_before: datetime


@dataclass(frozen=True)
class Wait:
    """Nothing can be claimed for some seconds, but something will be."""

    seconds: float


def claim_next(session: Session) -> Claimed | Wait | None:
    """Claim the most urgent text; None when none may go yet, Wait when a slot or lock is taken."""
    own = settings().own_number
    session.execute(text("set local plan_cache_mode = force_generic_plan"))  # plans cost
    slots.lock_line(session, own)  # one claim at a time, lest two take the same place on the line
    now, wall = clock.now(session), clock.wall()
    free_at, paced_at = slots.line_free_at(session, own, now)
    line = session.get(Line, own, populate_existing=True)
    seen, is_busy = list[int](), False
    if line and line.retry_at and line.retry_at > now:
        return None
    if free_at > now:  # a person's text is not left to the next beat of the worker
        wait = (free_at - now).total_seconds()
        return Wait(wait) if wait <= SOON and _next(session, now, seen) else None
    for _ in range(LOOKS):
        row = _next(session, now, seen, with_campaigns=paced_at <= now)
        if row is None:
            return Wait(BUSY_SECONDS) if is_busy else None
        seen.append(row.id)
        household = row.property_id if row.purpose.is_cold else None
        if not slots.try_lock(session, row.e164, household):
            is_busy = True  # never waited for: an opt-out may hold it and want this very row
        elif found := _ask(session, row, now, wall):
            return found
    return Wait(0.0)


def _next(
    session: Session, now: datetime, seen: list[int], *, with_campaigns: bool = False
) -> Outbox | None:
    """Return the first due row, locked: what a person wrote, else of the campaign in turn."""
    due = {"now": now, "seen": seen}
    found = session.execute(SQL["urgent"], due).scalar()
    if not found and with_campaigns and (pace := session.execute(SQL["pace"], due).scalar()):
        found = session.execute(SQL["paced"], due | {"campaign_id": pace}).scalar()
    return found and session.get_one(Outbox, found, populate_existing=True)


def _ask(session: Session, row: Outbox, now: datetime, wall: datetime) -> Claimed | Wait | None:
    """Ask the gate about a locked row and act on it; None when this row does not go now."""
    asked = Asked(row.e164, row.property_id, row.id, row.body)
    facts = facts_for(session, row.purpose, [asked])[row.e164]
    decision = may_send(facts, now)
    if decision.allowed:
        if wait := slots.take_rate_slot(session, settings().own_number, wall):
            return Wait(wait)
        probe = {"own": row.own_number, "now": now, "later": now + PROBE_EVERY}
        line = session.get(Line, row.own_number)
        if line and line.stopped_since and not session.execute(SQL["probe"], probe).scalar():
            return None  # the account is stopped, and this text is not the one probe
        limit = facts.day_limit
        if facts.purpose.is_cold and not slots.take_day_slot(session, row.own_number, now, limit):
            facts = replace(facts, day_used=max(facts.day_used, limit))
            decision = may_send(facts, now)
    told = Decided(facts, decision, "claim", row.id, row.user_id, version_of(row))
    keep_decisions(session, [told], now)
    if decision.allowed:
        return _start(session, row, now, wall)
    if row.campaign_id is None or not _hold_all(session, facts, now):
        _hold(session, row, facts, decision, now)
    return None


def _start(session: Session, row: Outbox, now: datetime, wall: datetime) -> Claimed:
    row.state, row.because = OutboxState.SENDING, ""
    row.started_at, row.lease_until, row.attempts = now, wall + LEASE, row.attempts + 1
    session.execute(SQL["go_on"], {"id": row.campaign_id, "now": now})
    announce(session, row)
    return Claimed(row.id, row.attempts, row.own_number, row.e164, row.body, wall + LEASE / 2)


def _hold(session: Session, row: Outbox, facts: Facts, decision: Decision, now: datetime) -> None:
    """Mark a row that may not go: called back, never, a person decides, or from when."""
    row.because = decision.reasons[0].text
    if decision.never:
        row.state, row.finished_at = OutboxState.NEVER, now
        if facts.suppressed_since:
            row.state, row.opted_out_at = OutboxState.CANCELLED, facts.suppressed_since
            row.because = opted_out_words(facts.suppressed_since)
    elif decision.opens_at is None:
        row.is_for_person = True
    else:
        row.not_before = decision.opens_at
    announce(session, row)


def _hold_all(session: Session, facts: Facts, now: datetime) -> bool:
    """Hold all campaigns while the firm itself is closed or its day used up; return whether so."""
    ours = replace(facts, last_cold_to_number_at=None, last_cold_to_household_at=None)
    zones = frozenset({facts.company_zone})
    decision = may_send(replace(ours, recipient_zones=zones, recipient_states=frozenset()), now)
    if decision.allowed or decision.opens_at is None:
        return False
    hold = {"opens_at": decision.opens_at, "because": decision.reasons[0].text}
    for campaign_id in session.execute(SQL["hold_all"], hold).scalars().all():
        live.publish(session, "campaign", campaign_id)
    return True


def next_due(session: Session) -> datetime | None:
    """Return the business time at which the next waiting text may be claimed, or None."""
    own = settings().own_number
    free = slots.line_free_at(session, own, clock.now(session))
    line = session.get(Line, own, populate_existing=True)
    firsts = (session.execute(query).scalar() for query in (SQL["next_urgent"], SQL["next_paced"]))
    dues = [max(first, may) for first, may in zip(firsts, free, strict=True) if first]
    return min(max(due, (line and line.retry_at) or due) for due in dues) if dues else None


def announce(session: Session, row: Outbox) -> None:
    """Flush a changed row and let the screens that show it read again."""
    session.flush()
    if row.campaign_id:
        live.publish(session, "campaign", row.campaign_id)
    tell(session, row.e164)
