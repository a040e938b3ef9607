"""What the worker does for OpenPhone: send, apply deliveries, and sweep what was left behind."""

import logging
from datetime import timedelta
from threading import Event, Lock

from sqlalchemy.exc import SQLAlchemyError

from crm_app import clock, db, house, mail, queue
from crm_app.alarms import alarm, write
from crm_app.errors import CrmError, broke
from crm_app.media.tasks import wake
from crm_app.openphone.events import apply_event
from crm_app.openphone.lookup import ask_for_receipts, look_up_due
from crm_app.openphone.payloads import LostError, UnreadableError, read_event
from crm_app.openphone.sender import send_due
from crm_app.outbox.outcomes import sweep_leases, untold
from crm_app.outbox.sending import next_due
from crm_app.webhooks import actions
from crm_app.webhooks.models import DeliveryState
from crm_app.webhooks.queries import refused_since

logger = logging.getLogger(__name__)
_OF_DATA = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError)
_KNOWN = (CrmError, SQLAlchemyError, *_OF_DATA)  # RuntimeError: a nesting without an end
MANY_REFUSED = 5
REFUSED = (
    "OpenPhone's deliveries are not believed, or somebody tries the door. While it lasts, answers"
    " may not arrive.\n\nLook at /admin/webhooks, Refused: a bad signature mostly means that the"
    " signing key is not OpenPhone's: `python -m crm_app openphone connect` renews it, and"
    " /admin/reconciliation brings what was missed."
)
_rung = Event()
_looking = Lock()
_senders = [Lock(), Lock()]  # two of the worker's threads may send; the others stay free


@queue.task
def send_outbox() -> None:
    """Send what is due; when two are at it already, one of them looks once more."""
    queue.take_turns(_rung, _senders, send_due)


@queue.periodic
def every_minute() -> None:
    """Beat; sweep dropped claims, apply and send what is due. Safe when two run."""
    beat("scheduler")
    with db.transaction() as session:
        sweep_leases(session)
    apply_due()
    send_outbox()


@queue.periodic
def tell_owner() -> None:
    """Write to the owner when the account refuses to send, once an hour at most."""
    with db.transaction() as session:
        line = untold(session)
        because = line.stopped_because if line else ""
    if not because or not mail.is_set_up():
        return
    goes_on = "Nothing is lost. Sending goes on by itself."
    problem = write("no text can leave", f"{because}\n\n{goes_on}")
    with db.transaction() as session:
        if line := untold(session):
            line.told_at = line.told_at if problem else clock.now(session)


@queue.periodic
def tell_of_refused() -> None:
    """Write to the owner when deliveries are refused: five within the hour are no stray one."""
    with db.transaction() as session:
        many = refused_since(session, clock.wall() - timedelta(hours=1))
    if many >= MANY_REFUSED:
        alarm("refused deliveries", f"{many} webhooks were refused", REFUSED)


def seconds_to_next() -> float | None:
    """Return in how many seconds a text comes due, by its pace and the line's speed; None: none."""
    with db.transaction() as session:
        due = next_due(session)
        return (due - clock.now(session)).total_seconds() if due else None


def beat(name: str) -> None:
    """Say that the worker's process lives ("worker"), and that it gets to its tasks."""
    with db.transaction() as session:
        house.beat(session, name, clock.wall())


@queue.periodic
def look_up() -> None:
    """Look up uncertain texts and late receipts, in one thread: on a dead line each takes long."""
    if _looking.acquire(blocking=False):
        try:
            look_up_due()
            ask_for_receipts()
        finally:
            _looking.release()


@queue.task
def apply_due() -> int:
    """Apply every delivery that is due, each in its own transaction; return how many were."""
    applied = 0
    while True:
        with db.transaction() as session:
            due = actions.due(session, clock.wall())
        taken = sum(apply_one(row_id) for row_id in due)
        applied += taken
        if not taken:
            if applied:
                wake()
            return applied


def apply_one(row_id: int) -> bool:
    """Apply one delivery unless somebody else does; a failure is kept and comes back later."""
    with db.transaction() as session:
        if not actions.claim(session, row_id, clock.wall()):
            return False
    try:
        with db.transaction() as session:
            if delivery := actions.take(session, row_id):
                state, reason = DeliveryState.APPLIED, ""
                try:
                    apply_event(session, read_event(delivery.body.encode()))
                except UnreadableError as problem:
                    state, reason = DeliveryState.UNKNOWN, str(problem)
                actions.settle(session, delivery, state, clock.wall(), reason)
    except _KNOWN as problem:
        logger.exception("a delivery could not be applied")
        with db.transaction() as session:
            is_lost = isinstance(problem, LostError)
            actions.fail(session, row_id, str(problem).rstrip(".") if is_lost else broke(problem))
    return True
