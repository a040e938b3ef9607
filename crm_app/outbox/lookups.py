"""Uncertain texts: which are to be looked up at the provider, and what a look-up means for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.gate_times import NO_CLOCK
from crm_app.conversations.models import Message, MessageStatus, OutboxState
from crm_app.conversations.threads import move_forward, settle_row
from crm_app.errors import CrmError
from crm_app.outbox.outcomes import Receipt, locked, sent, wait_again
from crm_app.outbox.sending import announce
from crm_app.tables import read_sql
from crm_app.times import hour

APART = timedelta(minutes=10)
ASK_A_PERSON = (
    "sent twice without a clear answer, the second time at {}; OpenPhone did not have it at {}"
    " and at {}: did it arrive?"
)
SQL = read_sql(__file__)


@dataclass(frozen=True)
class LookUp:
    """An uncertain text to be looked up: it left, if at all, after `started_at` (business time)."""

    outbox_id: int
    own_number: str
    e164: str
    body: str
    started_at: datetime


def to_look_up(session: Session) -> list[LookUp]:
    """Return the uncertain texts whose look-up is due, number by number."""
    now = clock.now(session)
    due = {"due": now - APART, "now": now}
    return [LookUp(*row) for row in session.execute(SQL["due"], due)]


def known_ids(session: Session, provider_ids: Sequence[str]) -> set[str]:
    """Return which of these messages already belong to a text of the outbox."""
    adopted = select(Message.provider_id).where(col(Message.outbox_id).is_not(None))
    return set(session.exec(adopted.where(col(Message.provider_id).in_(provider_ids))))


def adopt(session: Session, outbox_id: int, receipt: Receipt) -> bool:
    """Take what a look-up found as this row's text; False when another row has it already."""
    row = locked(session, outbox_id)
    if row.state is not OutboxState.UNCERTAIN or known_ids(session, [receipt.provider_id]):
        return False
    sent(session, row, receipt, clock.now(session))
    return True


def without_receipt(session: Session) -> list[tuple[int, str]]:
    """Return id and the provider's id of sent texts to be asked about now."""
    due = session.execute(SQL["no_receipt"], {"now": clock.now(session)})
    return [(row.id, row.provider_id) for row in due]


def note_receipt(session: Session, outbox_id: int, status: MessageStatus) -> None:
    """Note what the provider says of a sent text; the third time without an end is unconfirmed."""
    row = locked(session, outbox_id)
    found = select(Message).where(col(Message.outbox_id) == row.id)
    if message := session.exec(found).first():
        move_forward(session, message, status, "")
        settle_row(session, message)
    row.receipt_checks += row.state is OutboxState.SENT
    announce(session, row)


def note_absent(session: Session, outbox_id: int, looked_at: datetime) -> None:
    """Note a complete look-up, begun at `looked_at` (business time), that did not find a text.

    The second one, ten minutes after the first, lets it wait again, once; then a person decides.
    News by webhook of such a text says more than a list that lags, and is adopted.
    """
    row = locked(session, outbox_id)
    last = row.looked_up_at
    if row.state is not OutboxState.UNCERTAIN or (last and looked_at - last < APART):
        return
    if heard := session.execute(SQL["heard"], {"id": row.id}).first():
        sent(session, row, Receipt(heard.provider_id, MessageStatus(heard.status)), looked_at)
        return
    row.lookups, row.looked_up_at = row.lookups + 1, looked_at
    if row.lookups >= 2 and row.was_absent and not row.send_before:
        times = (row.started_at or looked_at, last or looked_at, looked_at)
        row.is_for_person, row.because = True, ASK_A_PERSON.format(*map(hour, times))
    elif row.lookups >= 2:
        row.was_absent = True
        wait_again(session, row, looked_at, not_before=looked_at)
    announce(session, row)


def decide(session: Session, outbox_id: int, verb: str, person: Person) -> None:
    """Settle what waits for a person: it `arrived`, may go `again` by the gate, or `give_up`.

    Raises CrmError when it is settled already, or when what never left is said to have arrived.
    """
    person.must(Permission.TEXT_FIRST)
    row, now = locked(session, outbox_id), clock.now(session)
    is_uncertain = row.state is OutboxState.UNCERTAIN
    if not row.is_for_person or not (is_uncertain or row.state is OutboxState.WAITING):
        raise CrmError("This text is settled already.")
    if verb == "arrived" and not is_uncertain:
        raise CrmError("This text has not left yet.")
    row.is_for_person = False
    if verb != "again" or row.because == NO_CLOCK:  # "again" answers this question alone
        row.decided_by = person.id
    row.because = f"{person.name} decided"
    if verb == "again" and is_uncertain:
        wait_again(session, row, now, not_before=now)
    elif verb == "again":
        row.not_before, row.because = now, ""
    else:
        row.state = OutboxState.SENT if verb == "arrived" else OutboxState.CANCELLED
        row.finished_at = now
    announce(session, row)
