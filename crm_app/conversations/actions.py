"""Verbs of conversations: queue one text, answer, start a thread, mark it; whose a thread is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.actions import Decided, keep_decisions, version_of
from crm_app.compliance.facts import BINDS, Decision, Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import REPLY_WITHIN_DAYS
from crm_app.contacts.models import AT_HOME
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Conversation, Outbox
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell, thread_with
from crm_app.errors import CrmError
from crm_app.settings import settings
from crm_app.tables import read_sql
from crm_app.work.actions import finish_thread

MOST = 1600  # characters that OpenPhone takes
SQL = read_sql(__file__, at_home=AT_HOME)


class RefusedTextError(CrmError):
    """The gate refuses a person's text; its decision is to be kept, in another transaction."""

    def __init__(self, decided: Decided, at: datetime) -> None:
        """Say the gravest reason."""
        super().__init__(f"This text cannot be sent: {decided.decision.reasons[0].text}.")
        self.decided, self.at = [decided], at


def queue_text(
    session: Session, e164: str, body: str, purpose: Purpose, user_id: int | None = None,
    contact_id: int | None = None, *, is_later: bool = False,
) -> int:  # fmt: skip
    """Queue or hold one text and return its row's id; raise RefusedTextError by the gate's reason.

    `is_later`: a reply that its night's question puts off until morning there.
    """
    body = checked(body)
    lock_number(session, e164)
    now = clock.now(session)
    house = session.execute(SQL["house"], {"id": contact_id}).scalar() if purpose.is_cold else None
    facts = facts_for(session, purpose, [Asked(e164, house, 0, body)])[e164]
    decision = may_send(facts, now)
    if decision.never or decision.waits_for_person:
        raise RefusedTextError(Decided(facts, decision, "queue", None, user_id), now)
    row = Outbox(**new_row(e164, body, purpose, decision, now))
    if is_later:
        row.not_before, row.because = decision.opens_at or now, "at 8:00, as you chose"
    row.user_id, row.contact_id, row.property_id = user_id, contact_id, house
    session.add(row)
    session.flush()
    told = Decided(facts, decision, "queue", row.id, user_id, version_of(row))
    keep_decisions(session, [told], now)
    tell(session, e164)
    return row.id


def visible(session: Session, conversation_id: int, person: Person) -> Conversation:
    """Return a conversation that `person` may read; raise CrmError for any other."""
    person.must(Permission.SEE_PEOPLE)
    found = session.get(Conversation, conversation_id)
    mine = found and (person.may(Permission.READ_ALL_THREADS) or found.assigned_to == person.id)
    if found is None or not mine:
        raise CrmError("There is no such conversation, or it is not assigned to you.")
    return found


def night_question(session: Session, conversation_id: int, person: Person) -> str:
    """Return what to ask before a reply wakes somebody, "" when it does not."""
    thread, now = visible(session, conversation_id, person), clock.now(session)
    facts = facts_for(session, Purpose.REPLY, [Asked(thread.e164)])[thread.e164]
    found = may_send(facts, now)
    return found.reasons[0].text if found.allowed and found.reasons else ""


def reply(
    session: Session, conversation_id: int, body: str, person: Person, *, is_later: bool = False
) -> int:
    """Queue a reply, or a (cold) first text when they wrote not within 90 days; return its id."""
    person.must(Permission.REPLY)
    thread = visible(session, conversation_id, person)
    since, purpose = clock.now(session) - timedelta(days=REPLY_WITHIN_DAYS), Purpose.REPLY
    if thread.last_inbound_at is None or thread.last_inbound_at < since:
        person.must(Permission.TEXT_FIRST)
        purpose = Purpose.FIRST_BY_HAND
    lock_number(session, thread.e164)  # always before the thread's row
    thread.is_in_inbox, thread.is_unread = True, False
    told = (purpose, person.id, thread.contact_id)
    return queue_text(session, thread.e164, body, *told, is_later=is_later)


def start_thread(session: Session, contact_id: int, person: Person) -> int:
    """Return the id of the thread with a contact's first number that takes texts."""
    person.must(Permission.TEXT_FIRST)
    e164 = session.execute(SQL["first_number"], {"id": contact_id}).scalar()
    if e164 is None:
        raise CrmError("This contact has no number that can be texted.")
    return thread_with(session, settings().own_number, e164, clock.now(session)).id


def mark(
    session: Session, thread_id: int, person: Person, *, unread: bool = False, done: bool = False
) -> None:
    """Note, and wish OpenPhone to know, that a thread was read, is to be read again, or is done."""
    thread = visible(session, thread_id, person)
    thread.is_unread, thread.is_unanswered = unread, thread.is_unanswered and not done
    session.flush()
    verb, now = "done" if done else "open" if unread else "read", clock.now(session)
    session.execute(SQL["wish"], {"id": thread_id, "verb": verb, "at": now, "wall": clock.wall()})
    if done:
        finish_thread(session, thread.id, person)
    tell(session, thread.e164)


def checked(body: str) -> str:
    """Return a text without blanks around it; raise CrmError when it is empty or too long."""
    body = body.strip().replace("\x00", "")
    if not body:
        raise CrmError("Write a text first.")
    if len(body) > MOST:
        raise CrmError(f"A text has at most {MOST} characters; this one has {len(body)}.")
    return body


def decide_anew(
    session: Session, rows: Sequence[Any], now: datetime, by_user: int | None = None,
    because: str = "", stage: str = "stop",
) -> list[Decided]:  # fmt: skip
    """Keep and return the gate's verdict on outbox rows about which something changed.

    Each number once; `because`: of their campaign. They need id, e164, purpose, property_id,
    version and body.
    """
    decided = list[Decided]()
    for purpose in sorted({row.purpose for row in rows}):
        mine = [row for row in rows if row.purpose == purpose]
        asked = [Asked(row.e164, row.property_id, row.id, row.body, because) for row in mine]
        facts = facts_for(session, Purpose(purpose), asked)
        for row in mine:
            told, version = facts[row.e164], version_of(row)
            decided.append(Decided(told, may_send(told, now), stage, row.id, by_user, version))
    keep_decisions(session, decided, now)
    return decided


def new_row(
    e164: str, body: str, purpose: Purpose, told: Decision | None, now: datetime
) -> dict[str, Any]:
    """Return the columns of a new row: due now, or held until the gate's opening."""
    row = {"own_number": settings().own_number, "e164": e164, "body": body, "created_at": now}
    row |= {"purpose": purpose, "priority": BINDS[purpose].priority}
    if told is None or told.allowed:
        return row | {"not_before": now, "because": ""}
    return row | {"not_before": told.opens_at or now, "because": told.reasons[0].text}
