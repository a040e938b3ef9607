"""What became of a claimed text: sent, again, refused, stopped or uncertain.

Every change happens under the number's lock, and only to a row that still waits for it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.compliance.facts import Purpose
from crm_app.compliance.queries import suppression_of
from crm_app.conversations import slots
from crm_app.conversations.models import Direction, Line, MessageStatus, Outbox, OutboxState
from crm_app.conversations.optout import opt_out, opted_out_words
from crm_app.conversations.threads import Said, add_message, move_forward, settle_row, thread_with
from crm_app.errors import Kind, ProviderError
from crm_app.outbox.sending import PROBE_EVERY, Claimed, announce
from crm_app.settings import settings
from crm_app.tables import read_sql

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
NO_ANSWER = "no clear answer from OpenPhone; being looked up"
TOO_LATE = "not sent in time"
OPEN = (OutboxState.SENDING, OutboxState.UNCERTAIN)
SQL = read_sql(__file__)
UNCLEAR = 3  # so many uncertain answers in a row pause the line
SILENT = "OpenPhone gives no clear answers. Sending pauses for five minutes and goes on by itself."


@dataclass(frozen=True)
class Receipt:
    """The provider took a text under this id, at this time when it says so."""

    provider_id: str
    status: MessageStatus = MessageStatus.SENT
    at: datetime | None = None


def record(session: Session, claimed: Claimed, outcome: Receipt | ProviderError) -> None:
    """Write down what became of a claimed text; a late word on a settled row changes nothing."""
    now = clock.now(session)
    row = locked(session, claimed.outbox_id)
    if isinstance(outcome, Receipt):
        sent(session, row, outcome, now)
        return
    if row.state not in OPEN or row.attempts != claimed.attempt:
        return
    is_check = row.purpose is Purpose.MONITOR  # its number stops no other, nor is it tried again
    if outcome.kind is Kind.UNCERTAIN:
        row.state, row.lease_until, row.because = OutboxState.UNCERTAIN, None, NO_ANSWER
        own = {"own": row.own_number}
        if not is_check and session.execute(SQL["unclear"], own).scalar_one() >= UNCLEAR:
            _stop(session, row, SILENT, now)
    elif outcome.kind is Kind.REFUSED or (is_check and outcome.kind is Kind.STOPPED):
        _line_runs(session, row, now)
        _did_not_leave(session, row)
        row.state, row.because, row.finished_at = OutboxState.FAILED, str(outcome), now
        if "opted out" in str(outcome).casefold():  # OpenPhone knows of a STOP that we do not
            session.flush()
            opt_out(session, row.e164, source="provider", because=str(outcome), at=now)
            session.refresh(row)
    elif outcome.kind is Kind.AGAIN:
        pause = min(FIRST_PAUSE * 2 ** (min(row.attempts, 8) - 1), LONGEST_PAUSE)
        wait_again(session, row, now, not_before=now + pause, because=str(outcome))
    else:
        row.attempts -= 1
        wait_again(session, row, now, not_before=row.not_before)
        _stop(session, row, str(outcome), now)
    announce(session, row)


def _stop(session: Session, row: Outbox, because: str, now: datetime) -> None:
    """Send nothing from this number but a probe every five minutes, until one gets through."""
    stop = {"own": row.own_number, "now": now, "later": now + PROBE_EVERY, "because": because}
    session.execute(SQL["stop"], stop)
    live.publish(session, "line")


def _line_runs(session: Session, row: Outbox, now: datetime) -> None:
    """Let all texts go again, since OpenPhone answered clearly to one that started after a stop."""
    started = {"own": row.own_number, "started": row.started_at or now}
    if session.execute(SQL["runs"], started).scalar() is not None:
        live.publish(session, "line")


def untold(session: Session) -> Line | None:
    """Return our line when the account refuses to send and its owner was not told this hour."""
    line, now = session.get(Line, settings().own_number), clock.now(session)
    if line is None or line.stopped_since is None or line.stopped_because == SILENT:
        return None
    told_at = line.told_at or datetime.min.replace(tzinfo=UTC)
    return line if told_at < min(line.stopped_since, now - timedelta(hours=1)) else None


def sweep_leases(session: Session) -> int:
    """Make claims whose lease is over uncertain, and end what is too late; return how many."""
    left = session.execute(SQL["leases"], {"wall": clock.wall(), "because": NO_ANSWER}).scalars()
    late = {"now": clock.now(session), "because": TOO_LATE}
    ids = [*left, *session.execute(SQL["ended"], late).scalars()]
    for row in session.exec(select(Outbox).where(col(Outbox.id).in_(ids))):
        announce(session, row)
    return len(ids)


def locked(session: Session, outbox_id: int) -> Outbox:
    """Return a row under its number's lock, and its own."""
    e164 = session.exec(select(Outbox.e164).where(col(Outbox.id) == outbox_id)).one()
    slots.lock_number(session, e164)
    return session.get_one(Outbox, outbox_id, with_for_update=True, populate_existing=True)


def sent(session: Session, row: Outbox, receipt: Receipt, now: datetime) -> None:
    """Put a sent text into its thread; adopt a delivery that overtook the provider's answer.

    The monitor's text is nobody's message and in no thread.
    """
    message = None
    if row.purpose is not Purpose.MONITOR:
        parties, at = (row.own_number, row.e164), receipt.at or row.started_at or now
        said = Said(receipt.provider_id, *parties, Direction.OUT, row.body, receipt.status, at)
        message, _is_new = add_message(session, said, row.id)
        message.outbox_id = row.id
        move_forward(session, message, receipt.status, "")
        if not row.campaign_id:
            thread_with(session, row.own_number, row.e164, now).is_in_inbox = True
    if row.provider_id is None:
        row.provider_id, row.state = receipt.provider_id, OutboxState.SENT
        row.because, row.lease_until, row.finished_at = "", None, now
    session.flush()
    if message:
        settle_row(session, message)
    _line_runs(session, row, now)
    announce(session, row)


def wait_again(
    session: Session, row: Outbox, now: datetime, *, not_before: datetime, because: str = ""
) -> None:
    """Let a text wait that surely never left, unless it was called back in the meantime."""
    _did_not_leave(session, row)
    stop = suppression_of(session, row.e164)
    row.lookups, row.looked_up_at, row.not_before = 0, None, not_before
    row.answered_at = None  # what they wrote meanwhile answered another text
    if stop and not (row.purpose is Purpose.CONFIRMATION and row.suppression_id == stop.id):
        row.opted_out_at = stop.at
    if row.opted_out_at:  # also when they took it back since: this text is over
        row.state, row.finished_at = OutboxState.CANCELLED, now
        row.because = opted_out_words(row.opted_out_at)
    elif row.send_before and row.send_before <= now:
        row.state, row.finished_at = OutboxState.CANCELLED, now
        row.because = TOO_LATE if row.because in ("", NO_ANSWER) else row.because
    else:
        row.state, row.because = OutboxState.WAITING, because


def _did_not_leave(session: Session, row: Outbox) -> None:
    """Forget that a text started, since it surely never left: the slot and the month are free."""
    if row.purpose.is_cold and row.started_at:
        held = {"e164": row.e164, "house": row.property_id, "now": clock.now(session)}
        session.execute(SQL["reopen"], held)
        slots.give_day_slot_back(session, row.own_number, row.started_at)
    row.started_at = row.lease_until = None
