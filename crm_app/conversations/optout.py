"""Stop and start: suppress a number, call back what waits for it, confirm once."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance import actions as compliance
from crm_app.compliance.actions import Decided
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import CONFIRM_WITHIN
from crm_app.compliance.gate_times import day_words
from crm_app.compliance.rules import rules
from crm_app.contacts.phones import show
from crm_app.conversations.actions import decide_anew, new_row
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError
from crm_app.settings import settings

STOPPED = "You are unsubscribed from {company} and will get no more texts. Reply START to undo."
STARTED = "You will get texts from {company} again. Reply STOP to end them."
HELP = "{company} repairs foundation cracks. Call us at {number}. Reply STOP to end texts."
LONGEST = 300  # letters of a reason
# What OpenPhone honours and confirms by itself. Source: facts/openphone.md.
THEIR_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
# A row that is just being sent may still arrive; a campaign counts it as opted out all the same.
_MARK = text(
    "update outbox set opted_out_at = :at where e164 = :e164 and campaign_id is not null"
    " and opted_out_at is null and state not in ('never', 'cancelled') returning campaign_id"
)
_CALL_BACK = text(
    "update outbox set state = 'cancelled', because = :because, finished_at = :now"
    " where e164 = :e164 and state = 'waiting'"
    " returning id, e164, purpose, property_id, version, body"
)
# The gate decides about them anew at their next claim.
_WAIT_AGAIN = text(
    "update outbox set is_for_person = false, not_before = :now, because = ''"
    " where state = 'waiting' and is_for_person and (e164 = :e164 or contact_id in"
    " (select contact_id from list_member where list_id = :list_id))"
)
_FOR_PERSON = text("update outbox set is_for_person = true, because = :because where id = :id")
_SAID = text("select said from frozen where e164 = :e164 and settled_at is null")
_WAITING = text(
    "select id, e164, purpose, property_id, version, body from outbox"
    " where e164 = :e164 and state = 'waiting'"
)
_LAST_OF_OURS = text(
    "select m.body from message m join conversation c on c.id = m.conversation_id"
    " where c.e164 = :e164 and m.direction = 'out' and m.at <= :at order by m.at desc limit 1"
)


def opted_out_words(at: datetime) -> str:
    """Return how a text that was called back says why, as the gate would."""
    return f"opted out on {day_words(at, settings().company_timezone)}"


def opt_out(
    session: Session, e164: str, *, source: str, because: str, at: datetime,
    by_user: int | None = None, is_late: bool = False,
) -> bool:  # fmt: skip
    """Suppress a number since they said so `at`, by `source` "text" (confirmed, once) or "person".

    `is_late`: a text found long after, which is not confirmed any more.

    Takes every claim's lock: no row starts once this has committed. False: a later word stands.
    """
    lock_number(session, e164)
    now = clock.now(session)
    at = min(at, now)  # a clock that is ahead must not outrank what comes later
    suppression_id = compliance.suppress(session, e164, source, because, at, by_user)
    if suppression_id is None:
        return False
    for campaign_id in set(session.execute(_MARK, {"e164": e164, "at": at}).scalars()):
        live.publish(session, "campaign", campaign_id)
    called = {"e164": e164, "now": now, "because": opted_out_words(at)}
    for row in session.execute(_CALL_BACK, called).all():
        decide_anew(session, [row], now, by_user)
    said = at if source == "text" else None  # what they wrote after it waits all the same
    compliance.settle(session, e164, "stop", now, by_user, said)
    ours = rules(session).confirms or because.strip().upper() not in THEIR_WORDS
    if source == "text" and ours and not is_late:
        _answer(session, e164, STOPPED, Purpose.CONFIRMATION, now, suppression_id)
    tell(session, e164)
    return True


def opt_in(
    session: Session, e164: str, *, source: str, because: str, at: datetime, proof: str = "",
    is_late: bool = False,
) -> bool:  # fmt: skip
    """Lift a number's suppression, by `source` "text" (confirmed) or "person". False: none was."""
    lock_number(session, e164)
    now = clock.now(session)
    if compliance.lift(session, e164, because=because, at=min(at, now), proof=proof) is None:
        return False
    # Only the confirmation of the STOP can wait here, and it would now be untrue.
    session.execute(_CALL_BACK, {"e164": e164, "now": now, "because": "they took it back"})
    if source == "text" and not is_late:
        _answer(session, e164, STARTED, Purpose.CONFIRMATION, now)
    tell(session, e164)
    return True


def suppress_by_hand(session: Session, e164: str, person: Person, because: str) -> None:
    """Suppress a number for somebody who said stop on the phone or at the door."""
    person.must(Permission.SUPPRESS)
    if e164 == settings().own_number:
        raise CrmError("This is our own number.")
    if len(because) > LONGEST:
        raise CrmError(f"Say it in {LONGEST} letters.")
    now = clock.now(session)
    opt_out(session, e164, source="person", because=because, at=now, by_user=person.id)


def lift_by_hand(session: Session, e164: str, person: Person, because: str, proof: str) -> None:
    """Lift a suppression; raise CrmError without reason and proof, which are kept with the name."""
    person.must(Permission.LIFT)
    if not (because.strip() and proof.strip()):
        raise CrmError("Say why this number may be texted again, and where the proof lies.")
    why, now = f"{person.name}: {because.strip()}", clock.now(session)
    if not opt_in(session, e164, source="person", because=why, at=now, proof=proof.strip()):
        raise CrmError("Nobody stopped texts to this number.")


def freeze(session: Session, e164: str, said: str, because: str, at: datetime) -> None:
    """Stop automation for a number until a person looked at what they wrote (business time)."""
    lock_number(session, e164)
    compliance.freeze(session, e164, said, because, at)
    for row in session.execute(_WAITING, {"e164": e164}).all():
        for one in decide_anew(session, [row], clock.now(session), stage="freeze"):
            if one.decision.waits_for_person:  # shown at once, not at the row's next turn
                why = {"id": row.id, "because": one.decision.reasons[0].text}
                session.execute(_FOR_PERSON, why)
    tell(session, e164)


def settle_frozen(session: Session, e164: str, how: str, person: Person) -> None:
    """Let a frozen number go on, or stop it for good: `how` is "go on" or "stop"."""
    person.must(Permission.SUPPRESS if how == "stop" else Permission.REPLY)
    lock_number(session, e164)
    now = clock.now(session)
    if how == "stop":
        said = session.execute(_SAID, {"e164": e164}).scalar() or "asked for it"
        suppress_by_hand(session, e164, person, said)
    elif how != "go on":
        raise CrmError("A frozen number is stopped, or goes on.")
    elif compliance.settle(session, e164, how, now, person.id):
        ask_again_about(session, e164)
    tell(session, e164)


def ask_again_about(session: Session, e164: str = "", list_id: int = 0) -> None:
    """Let the gate decide anew on what waits for a person to a number, or to a list's people."""
    given = {"e164": e164, "list_id": list_id, "now": clock.now(session)}
    session.execute(_WAIT_AGAIN, given)


def answer_help(session: Session, e164: str) -> bool:
    """Say who we are to somebody who wrote HELP, once a day; return whether a text was queued."""
    lock_number(session, e164)
    now = clock.now(session)
    facts = facts_for(session, Purpose.HELP, [Asked(e164)])[e164]
    decision = may_send(facts, now)
    if decision.allowed:
        _answer(session, e164, HELP, Purpose.HELP, now)
    else:
        compliance.keep_decisions(session, [Decided(facts, decision, "queue")], now)
    return decision.allowed


def text_before(session: Session, e164: str, at: datetime) -> str:
    """Return our last text to a number before `at`, which theirs may answer; "" for none."""
    return session.execute(_LAST_OF_OURS, {"e164": e164, "at": at}).scalar() or ""


def _answer(
    session: Session, e164: str, words: str, purpose: Purpose, now: datetime,
    suppression_id: int | None = None,
) -> None:  # fmt: skip
    ours = settings()
    body = words.format(company=ours.company_name, number=show(ours.own_number))
    row = Outbox(**new_row(e164, body, purpose, None, now))
    row.suppression_id, row.send_before = suppression_id, now + CONFIRM_WITHIN
    session.add(row)
    session.flush()
    decide_anew(session, [row], now, stage="queue")
