"""What became of a claimed text: sent, again, refused, stopped or uncertain; and look-ups.

Every change happens under the number's lock, and only on a row that still waits for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.compliance.purposes import TERMS, Purpose
from crm_app.compliance.queries import suppression_of
from crm_app.conversations import slots
from crm_app.conversations.inbound import settle_row
from crm_app.conversations.models import Direction, Message, Outbox, OutboxState
from crm_app.conversations.optout import opted_out_words
from crm_app.conversations.sending import PROBE_EVERY, Claimed, Receipt
from crm_app.conversations.threads import (
    Said,
    add_message,
    move_forward,
    tell_of_number,
    thread_with,
)
from crm_app.errors import Kind, ProviderError

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
BETWEEN_LOOKUPS = timedelta(minutes=10)
NO_ANSWER = "no clear answer from OpenPhone; being looked up"
ASK_A_PERSON = "twice no clear answer, and OpenPhone does not have it: somebody has to decide"
OPEN = (OutboxState.SENDING, OutboxState.UNCERTAIN)
_LEASES = text(
    "update outbox set state = 'uncertain', lease_until = null, because = :because"
    " where state = 'sending' and lease_until < :wall returning e164, campaign_id"
)
_TOO_LATE = text(
    "update outbox set state = 'cancelled', finished_at = :now,"
    " because = coalesce(nullif(because, ''), 'not sent in time')"
    " where id in (select id from outbox where state = 'waiting' and send_before <= :now"
    "              for update skip locked) returning e164, campaign_id"
)
_STOP = text(
    "insert into line (own_number, stopped_since, stopped_because, retry_at)"
    " values (:own, :now, :because, :later) on conflict (own_number) do update set"
    " stopped_since = coalesce(line.stopped_since, :now), stopped_because = :because,"
    " retry_at = :later"
)
_RUNS = text(
    "update line set stopped_since = null, stopped_because = '', retry_at = null"
    " where own_number = :own and stopped_since <= :started returning own_number"
)


@dataclass(frozen=True)
class LookUp:
    """An uncertain text to be looked up: sent, if at all, after `started_at` (business time)."""

    outbox_id: int
    own_number: str
    e164: str
    body: str
    started_at: datetime


def record(session: Session, claimed: Claimed, outcome: Receipt | ProviderError) -> None:
    """Write down what became of a claimed text; a late word on a settled row changes nothing."""
    now = clock.now(session)
    row = _locked(session, claimed.outbox_id)
    if isinstance(outcome, Receipt):
        _sent(session, row, outcome, now)
        return
    if row.state not in OPEN or row.attempts != claimed.attempt:
        return
    if outcome.kind is Kind.UNCERTAIN:
        row.state, row.lease_until, row.because = OutboxState.UNCERTAIN, None, NO_ANSWER
        row.lookups, row.looked_up_at = 0, None
    elif outcome.kind is Kind.REFUSED:
        row.state, row.because, row.finished_at = OutboxState.FAILED, str(outcome), now
        _did_not_leave(session, row)
    elif outcome.kind is Kind.AGAIN:
        pause = min(FIRST_PAUSE * 2 ** (min(row.attempts, 8) - 1), LONGEST_PAUSE)
        _wait_again(session, row, now, not_before=now + pause, because=str(outcome))
    else:
        row.attempts -= 1
        _wait_again(session, row, now, not_before=row.not_before, because="")
        _stop_line(session, row.own_number, str(outcome), now)
    _flush(session, row)


def adopt(session: Session, outbox_id: int, receipt: Receipt) -> bool:
    """Take over what a look-up found as this row's text; False when another row has it already."""
    row = _locked(session, outbox_id)
    if row.state is not OutboxState.UNCERTAIN:
        return False
    query = select(Message.outbox_id).where(col(Message.provider_id) == receipt.provider_id)
    if session.exec(query).first() is not None:
        return False
    _sent(session, row, receipt, clock.now(session))
    return True


def note_absent(session: Session, outbox_id: int, looked_at: datetime) -> None:
    """Note one complete look-up, begun at `looked_at` (business time), that did not find a text.

    The second one, ten minutes after the first, makes it wait again, once; then a person decides.
    """
    row = _locked(session, outbox_id)
    last = row.looked_up_at
    if row.state is not OutboxState.UNCERTAIN or (last and looked_at - last < BETWEEN_LOOKUPS):
        return
    row.lookups, row.looked_up_at = row.lookups + 1, looked_at
    if row.lookups >= 2 and row.was_absent:
        row.is_for_person, row.because = True, ASK_A_PERSON
    elif row.lookups >= 2:
        row.was_absent = True
        _wait_again(session, row, looked_at, not_before=looked_at, because="")
    _flush(session, row)


def to_look_up(session: Session) -> list[LookUp]:
    """Return the uncertain texts whose look-up is due, with those of the same numbers.

    A number with a text in flight is left alone: its text could be taken for another.
    """
    rows = session.execute(
        text(
            """
            select o.id, o.own_number, o.e164, o.body, o.started_at from outbox o
            where o.state = 'uncertain' and not o.is_for_person
                and (o.looked_up_at is null or o.looked_up_at <= :due)
                and not exists (select from outbox s where s.e164 = o.e164 and s.state = 'sending')
            order by o.e164, o.id
            """
        ),
        {"due": clock.now(session) - BETWEEN_LOOKUPS},
    )
    return [LookUp(*row) for row in rows]


def known_ids(session: Session, provider_ids: list[str]) -> set[str]:
    """Return which of these messages already belong to a text of the outbox."""
    found = session.exec(
        select(Message.provider_id).where(
            col(Message.provider_id).in_(provider_ids), col(Message.outbox_id).is_not(None)
        )
    )
    return set(found)


def sweep_leases(session: Session) -> int:
    """Make what a killed worker left behind uncertain, and end what is too late; return how many.

    A claim whose lease (wall clock) is over may or may not have reached the provider.
    """
    swept = session.execute(_LEASES, {"wall": clock.wall(), "because": NO_ANSWER}).all()
    late = session.execute(_TOO_LATE, {"now": clock.now(session)}).all()
    for e164, campaign_id in [*swept, *late]:
        tell_of_number(session, e164)
        live.publish(session, "campaign", campaign_id or "")
    return len(swept) + len(late)


def _locked(session: Session, outbox_id: int) -> Outbox:
    """Return a row under its number's lock, and its own."""
    e164 = session.exec(select(Outbox.e164).where(col(Outbox.id) == outbox_id)).one()
    slots.lock_number(session, e164)
    return session.get_one(Outbox, outbox_id, with_for_update=True, populate_existing=True)


def _sent(session: Session, row: Outbox, receipt: Receipt, now: datetime) -> None:
    """Put the text into the thread; a receipt that overtook the answer is adopted."""
    said = Said(
        provider_id=receipt.provider_id,
        own_number=row.own_number,
        e164=row.e164,
        direction=Direction.OUT,
        body=row.body,
        status=receipt.status,
        at=row.started_at or now,
    )
    message, _is_new = add_message(session, said, outbox_id=row.id)
    message.outbox_id = row.id
    move_forward(session, message, receipt.status, "")
    if not row.campaign_id:
        thread_with(session, row.own_number, row.e164, now).is_in_inbox = True
    if row.provider_id is None:
        row.provider_id, row.state = receipt.provider_id, OutboxState.SENT
        row.because, row.lease_until, row.finished_at = "", None, now
    session.flush()
    settle_row(session, message)
    started = {"own": row.own_number, "started": row.started_at or now}
    if session.execute(_RUNS, started).scalar() is not None:
        live.publish(session, "line")
    _flush(session, row)


def _did_not_leave(session: Session, row: Outbox) -> None:
    """Forget that a text started, since it surely never left: the slot and the month are free."""
    if TERMS[row.purpose].is_cold and row.started_at:
        slots.give_day_slot_back(session, row.own_number, row.started_at)
    row.started_at = row.lease_until = None


def _wait_again(
    session: Session, row: Outbox, now: datetime, *, not_before: datetime, because: str
) -> None:
    """Let a text wait that surely never left, unless it was called back in the meantime."""
    _did_not_leave(session, row)
    row.state, row.not_before, row.lookups, row.looked_up_at = (
        OutboxState.WAITING,
        not_before,
        0,
        None,
    )
    stop = suppression_of(session, row.e164)
    if stop and row.purpose is not Purpose.CONFIRMATION:
        row.state, row.because, row.finished_at = (
            OutboxState.CANCELLED,
            opted_out_words(stop.at),
            now,
        )
        row.opted_out_at = stop.at
    elif row.send_before and row.send_before <= now:
        row.state, row.finished_at = OutboxState.CANCELLED, now
        row.because = row.because or "not sent in time"
    else:
        row.because = because


def _stop_line(session: Session, own_number: str, because: str, now: datetime) -> None:
    """Stop sending on a number: the account is refused, not a recipient."""
    session.execute(
        _STOP, {"own": own_number, "now": now, "because": because, "later": now + PROBE_EVERY}
    )
    live.publish(session, "line")


def _flush(session: Session, row: Outbox) -> None:
    session.flush()
    if row.campaign_id:
        live.publish(session, "campaign", row.campaign_id)
    tell_of_number(session, row.e164)
