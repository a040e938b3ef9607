"""Writing in a thread: at night on their clock the person is asked "now, or at 8?" first."""

from datetime import datetime

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.compliance.gate import may_send
from crm_app.compliance.purposes import Purpose
from crm_app.conversations import actions
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox
from crm_app.inbox.triage import visible

NOW, LATER = "now", "later"


def _night(session: Session, conversation_id: int, person: Person) -> tuple[str, datetime | None]:
    e164 = visible(session, conversation_id, person).e164
    facts = facts_for(session, Purpose.REPLY, [Asked(e164)])[e164]
    decision = may_send(facts, clock.now(session))
    asked = decision.reasons[0].text if decision.asks else ""
    return asked[:1].upper() + asked[1:], decision.opens_at


def write(session: Session, conversation_id: int, body: str, person: Person, when: str = "") -> str:
    """Queue a text, or return the question of the night and queue nothing.

    `when` answers that question: NOW, or LATER for their morning.
    """
    question, morning = _night(session, conversation_id, person)
    if question and not when:
        actions.checked(body)
        return question
    outbox_id = actions.reply(session, conversation_id, body, person)
    if question and when == LATER and morning is not None:
        row = session.get_one(Outbox, outbox_id)
        row.not_before = max(row.not_before, morning)
        session.flush()
    return ""
