"""Stop and start: suppress a number, call back what waits for it, confirm once."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance import actions as compliance
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import CONFIRM_WITHIN
from crm_app.conversations.actions import new_row
from crm_app.conversations.models import Outbox
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError
from crm_app.settings import settings
from crm_app.times import local

STOPPED = "You are unsubscribed from {company} and will get no more texts. Reply START to undo."
STARTED = "You will get texts from {company} again. Reply STOP to end them."
# A row that is just being sent may still arrive; a campaign counts it as opted out all the same.
_MARK = text(
    "update outbox set opted_out_at = :at where e164 = :e164 and campaign_id is not null"
    " and opted_out_at is null and state not in ('never', 'cancelled') returning campaign_id"
)
_CALL_BACK = text(
    "update outbox set state = 'cancelled', because = :because, finished_at = :now"
    " where e164 = :e164 and state = 'waiting'"
)


def opted_out_words(at: datetime) -> str:
    """Return how a text that was called back says why, by the company's calendar."""
    return f"opted out on {local(at):%-d %B %Y}"


def opt_out(
    session: Session, e164: str, *, source: str, because: str, at: datetime,
    by_user: int | None = None,
) -> bool:  # fmt: skip
    """Suppress a number since they said so `at`, by `source` "text" (confirmed, once) or "person".

    Takes every claim's lock: no row starts once this has committed. False: a later word stands.
    """
    lock_number(session, e164)
    suppression_id = compliance.suppress(session, e164, source, because, at, by_user)
    if suppression_id is None:
        return False
    now = clock.now(session)
    for campaign_id in set(session.execute(_MARK, {"e164": e164, "at": at}).scalars()):
        live.publish(session, "campaign", campaign_id)
    session.execute(_CALL_BACK, {"e164": e164, "now": now, "because": opted_out_words(at)})
    if source == "text":
        _confirm(session, e164, suppression_id, STOPPED, now)
    tell(session, e164)
    return True


def opt_in(session: Session, e164: str, *, source: str, because: str, at: datetime) -> bool:
    """Lift a number's suppression, by `source` "text" (confirmed) or "person". False: none was."""
    lock_number(session, e164)
    suppression_id = compliance.lift(session, e164, because=because, at=at)
    if suppression_id is None:
        return False
    now = clock.now(session)
    # Only the confirmation of the STOP can wait here, and it would now be untrue.
    session.execute(_CALL_BACK, {"e164": e164, "now": now, "because": "they took it back"})
    if source == "text":
        _confirm(session, e164, suppression_id, STARTED, now)
    tell(session, e164)
    return True


def suppress_by_hand(session: Session, e164: str, person: Person, because: str) -> None:
    """Suppress a number for somebody who said stop on the phone or at the door."""
    person.must(Permission.SUPPRESS)
    now = clock.now(session)
    opt_out(session, e164, source="person", because=because, at=now, by_user=person.id)


def lift_by_hand(session: Session, e164: str, person: Person, because: str) -> None:
    """Lift a suppression; raise CrmError without a reason, which is kept with the name."""
    person.must(Permission.LIFT)
    if not because.strip():
        raise CrmError("Say why this number may be texted again.")
    why, now = f"{person.name}: {because.strip()}", clock.now(session)
    opt_in(session, e164, source="person", because=why, at=now)


def _confirm(session: Session, e164: str, suppression_id: int, words: str, now: datetime) -> None:
    body = words.format(company=settings().company_name)
    row = Outbox(**new_row(e164, body, Purpose.CONFIRMATION, None, now))
    row.suppression_id, row.send_before = suppression_id, now + CONFIRM_WITHIN
    session.add(row)
    session.flush()
