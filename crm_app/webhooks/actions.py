"""Deliveries: stored once before they are answered, applied once, retried, or refused and counted.

All times are wall clock.
"""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from crm_app.errors import CrmError
from crm_app.tables import read_sql
from crm_app.webhooks.models import Delivery, DeliveryState, RefusedDelivery

RETRY_AFTER = [timedelta(minutes=n) for n in (1, 2, 4, 8, 16)]
KEPT, KEPT_BYTES = 200, 64 * 1024
BODIES_KEPT = timedelta(days=7)
FORGOTTEN = "the body was deleted 7 days after it was applied"
SQL = read_sql(__file__)
# Killed in its last attempt, or failed in it.
WAITS_FOR_A_PERSON = "(next_at is null and state in ('stored', 'failed'))"


def store(session: Session, new: Delivery) -> int | None:
    """Keep a delivery, due at once, and return its row's id; None when it came before."""
    new.delivery_id, new.kind, new.next_at = new.delivery_id[:120], new.kind[:60], new.received_at
    row = insert(Delivery).values(new.model_dump(exclude={"id"})).on_conflict_do_nothing()
    return session.execute(row.returning(col(Delivery.id))).scalar()


def due(session: Session, at: datetime) -> list[int]:
    """Return the rows' ids of deliveries to apply by `at`, the oldest first."""
    return list(session.execute(SQL["due"], {"at": at}).scalars())


def refuse(session: Session, provider: str, reason: str, body: bytes, at: datetime) -> None:
    """Count a delivery that was not believed, and keep the last 200 with at most 64 kB each."""
    shown = body[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "")
    told = {"provider": provider, "reason": reason[:40], "body": shown, "at": at}
    session.execute(SQL["count"], told)
    session.execute(insert(RefusedDelivery), told)
    session.execute(SQL["forget"], {"kept": KEPT})


def claim(session: Session, row_id: int, at: datetime) -> bool:
    """Note one more attempt to apply a delivery; False when it is not due or somebody has it.

    The next attempt is fixed before this one begins: whatever kills it, the delivery comes back.
    After the fifth retry it waits for a person.
    """
    delivery = session.get(Delivery, row_id, with_for_update={"skip_locked": True})
    if delivery is None or delivery.next_at is None or delivery.next_at > at:
        return False
    delivery.attempts += 1
    is_last = delivery.attempts > len(RETRY_AFTER)
    delivery.next_at = None if is_last else at + RETRY_AFTER[delivery.attempts - 1]
    session.flush()
    return True


def replay(session: Session, at: datetime, row_id: int = 0, since: datetime | None = None) -> int:
    """Make deliveries due again, as if new; return how many. Applying one twice changes nothing.

    One by its id (CrmError when its body is gone), all that came since a time, or, given neither,
    all that had no effect.
    """
    many = len(session.execute(SQL["replay"], {"at": at, "id": row_id, "since": since}).all())
    if row_id and not many:
        raise CrmError(f"There is nothing to replay: {FORGOTTEN}.")
    return many


def forget_bodies(session: Session, at: datetime) -> None:
    """Empty what was applied a week before `at`; ids stay for ever, failures until settled."""
    session.execute(SQL["forget_bodies"], {"before": at - BODIES_KEPT})


def take(session: Session, row_id: int) -> Delivery | None:
    """Return a claimed delivery, locked, or None when it has been settled already."""
    delivery = session.get(Delivery, row_id, with_for_update=True)
    open_ = (DeliveryState.STORED, DeliveryState.FAILED)
    return delivery if delivery and delivery.state in open_ else None


def settle(
    session: Session, delivery: Delivery, state: DeliveryState, at: datetime, error: str = ""
) -> None:
    """End a delivery: applied, or of no known kind for the reason `error`."""
    delivery.state, delivery.error = state, error
    delivery.applied_at, delivery.next_at = at, None
    session.flush()


def fail(session: Session, row_id: int, error: str) -> None:
    """Keep why an attempt failed: the error's type, never its text, which may hold a number."""
    if delivery := take(session, row_id):
        delivery.state, delivery.error = DeliveryState.FAILED, error
        session.flush()
