"""Claiming the next text: the gate under the number's lock, the slots, then `sending`.

The commit of a claim is when a send starts; the provider is called after it, never inside.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.compliance.actions import Decided, keep_decisions
from crm_app.compliance.facts import Decision, Facts
from crm_app.compliance.gate import may_send
from crm_app.conversations import slots
from crm_app.conversations.facts import COLD, Asked, facts_for
from crm_app.conversations.models import Outbox, OutboxState
from crm_app.conversations.optout import opted_out_words
from crm_app.conversations.threads import tell
from crm_app.settings import settings

LEASE = timedelta(seconds=60)  # the call's time-out is 10 s
PROBE_EVERY = timedelta(minutes=5)
LOOKS = 20  # rows looked at in one transaction, so that no lock is held for long
BUSY_SECONDS = 0.05
CAP = "daily_cap"  # the gate's rule

_MAY_GO = text(
    "not is_paused and not is_for_person and not_before <= :now and not outbox.id = any(:seen)"
    " and (send_before is null or send_before > :now) and not exists (select from line l where"
    " l.own_number = outbox.own_number and l.stopped_since is not null and l.retry_at > :now)"
)
_NEXT_DUE = text(
    "select min(greatest(o.not_before, case when l.stopped_since is not null then l.retry_at end))"
    " from outbox o left join line l on l.own_number = o.own_number"
    " where o.state = 'waiting' and not o.is_paused and not o.is_for_person"
)
_STOPPED = text("select 1 from line where own_number = :own and stopped_since is not null")
_PROBE = text(
    "update line set retry_at = :later where own_number = :own and stopped_since is not null"
    " and retry_at <= :now returning own_number"
)
# Rows that another worker holds at this moment meet the used-up cap by themselves.
_HOLD_ALL = text(
    "update outbox set not_before = :opens_at, because = :because where id in ("
    "select id from outbox where own_number = :own and state = 'waiting' and purpose = any(:cold)"
    " and not_before < :opens_at and not is_for_person for update skip locked)"
    " returning campaign_id"
)


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
    """Claim the most urgent text; None when none is due, Wait when a slot or a lock is taken."""
    now, wall = clock.now(session), clock.wall()
    seen: list[int] = []
    is_busy = False
    for _ in range(LOOKS):
        row = _next(session, now, seen)
        if row is None:
            return Wait(BUSY_SECONDS) if is_busy else None
        seen.append(row.id)
        household = row.property_id if row.purpose.is_cold else None
        if not slots.try_lock(session, row.e164, household):
            is_busy = True  # never waited for: an opt-out may hold it and want this very row
        elif found := _ask(session, row, now, wall):
            return found
    return Wait(0.0)


def _next(session: Session, now: datetime, seen: list[int]) -> Outbox | None:
    waiting = select(Outbox).where(col(Outbox.state) == OutboxState.WAITING, _MAY_GO)
    first = waiting.order_by(col(Outbox.priority), col(Outbox.not_before), col(Outbox.id)).limit(1)
    query = first.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.exec(query, params={"now": now, "seen": seen}).first()


def _ask(session: Session, row: Outbox, now: datetime, wall: datetime) -> Claimed | Wait | None:
    """Ask the gate about a locked row and act on it; None when this row does not go now."""
    facts = facts_for(session, row.purpose, [Asked(row.e164, row.property_id, row.id)])[row.e164]
    decision = may_send(facts, now)
    if decision.allowed:
        if wait := slots.take_rate_slot(session, row.own_number, wall):
            return Wait(wait)
        line = {"own": row.own_number, "now": now, "later": now + PROBE_EVERY}
        if session.execute(_STOPPED, line).scalar() and not session.execute(_PROBE, line).scalar():
            return None  # the account is stopped, and this text is not the one probe
        limit = facts.day_limit
        if facts.purpose.is_cold and not slots.take_day_slot(session, row.own_number, now, limit):
            facts = replace(facts, day_used=max(facts.day_used, limit))
            decision = may_send(facts, now)
    keep_decisions(session, [Decided(facts, decision, "claim", row.id)], now)
    if decision.allowed:
        return _start(session, row, now, wall)
    if any(reason.rule == CAP for reason in decision.reasons):
        _hold_all(session, row.own_number, facts, now)
    _hold(session, row, facts, decision, now)
    return None


def _start(session: Session, row: Outbox, now: datetime, wall: datetime) -> Claimed:
    row.state, row.because = OutboxState.SENDING, ""
    row.started_at, row.lease_until = now, wall + LEASE
    row.attempts += 1
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


def _hold_all(session: Session, own_number: str, facts: Facts, now: datetime) -> None:
    """The day's cap is used up: hold all cold texts of the number until the company opens."""
    ours = replace(facts, last_cold_to_number_at=None, last_cold_to_household_at=None)
    zones = frozenset({settings().company_timezone})
    ours = replace(ours, recipient_zones=zones, recipient_states=frozenset())
    decision = may_send(ours, now)
    opens_at = decision.opens_at or now + timedelta(hours=1)
    why = decision.reasons[-1].text
    hold = {"own": own_number, "opens_at": opens_at, "because": why, "cold": COLD}
    for campaign_id in set(session.execute(_HOLD_ALL, hold).scalars()):
        live.publish(session, "campaign", campaign_id or "")


def next_due(session: Session) -> datetime | None:
    """Return the business time at which the next waiting text may be claimed, or None."""
    return session.execute(_NEXT_DUE).scalar()


def announce(session: Session, row: Outbox) -> None:
    """Flush a changed row and let the screens that show it read again."""
    session.flush()
    if row.campaign_id:
        live.publish(session, "campaign", row.campaign_id)
    tell(session, row.e164)
