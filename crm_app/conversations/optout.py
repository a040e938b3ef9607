"""Stop and start: suppress a number, call back what waits for it, confirm once."""

from datetime import datetime

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
from crm_app.contacts.models import STILL
from crm_app.contacts.phones import show
from crm_app.conversations.actions import decide_anew, new_row
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError
from crm_app.settings import settings
from crm_app.tables import read_sql

STOPPED = "You are unsubscribed from {company} and will get no more texts. Reply START to undo."
STARTED = "You will get texts from {company} again. Reply STOP to end them."
HELP = "{company} repairs foundation cracks. Call us at {number}. Reply STOP to end texts."
LONGEST = 300  # letters of a reason
# What OpenPhone honours and confirms by itself. Source: facts/openphone.md.
THEIR_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
SQL = read_sql(__file__, still=STILL)


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
    for campaign_id in set(session.execute(SQL["mark"], {"e164": e164, "at": at}).scalars()):
        live.publish(session, "campaign", campaign_id)
    called = {"e164": e164, "now": now, "because": opted_out_words(at)}
    for row in session.execute(SQL["call_back"], called).all():
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
    session.execute(SQL["call_back"], {"e164": e164, "now": now, "because": "they took it back"})
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
    for row in session.execute(SQL["waiting"], {"e164": e164}).all():
        for one in decide_anew(session, [row], clock.now(session), stage="freeze"):
            if one.decision.waits_for_person:  # shown at once, not at the row's next turn
                why = {"id": row.id, "because": one.decision.reasons[0].text}
                session.execute(SQL["for_person"], why)
    tell(session, e164)


def settle_frozen(session: Session, e164: str, how: str, person: Person) -> None:
    """Let a frozen number go on, or stop it for good: `how` is "go on" or "stop"."""
    person.must(Permission.SUPPRESS if how == "stop" else Permission.REPLY)
    lock_number(session, e164)
    now = clock.now(session)
    if how == "stop":
        said = session.execute(SQL["said"], {"e164": e164}).scalar() or "asked for it"
        suppress_by_hand(session, e164, person, said)
    elif how != "go on":
        raise CrmError("A frozen number is stopped, or goes on.")
    elif compliance.settle(session, e164, how, now, person.id):
        ask_again_about(session, e164)
    tell(session, e164)


def ask_again_about(session: Session, e164: str = "", list_id: int = 0) -> None:
    """Let the gate decide anew on what waits for a person to a number, or to a list's people."""
    given = {"e164": e164, "list_id": list_id, "now": clock.now(session)}
    session.execute(SQL["wait_again"], given)


def call_back_left(session: Session) -> None:
    """Call back campaigns' texts about a house that their reader no longer has.

    Takes numbers' locks: call it in a transaction that holds no rows.
    """
    now = clock.now(session)
    for row in session.execute(SQL["left"]).all():
        lock_number(session, row.e164)
        because = decide_anew(session, [row], now)[0].facts.left_because  # at night, too
        given = {"id": row.id, "now": now, "because": because}
        if because and session.execute(SQL["gone"], given).scalar():
            live.publish(session, "campaign", row.campaign_id)
            tell(session, row.e164)


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
    return session.execute(SQL["last_of_ours"], {"e164": e164, "at": at}).scalar() or ""


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
