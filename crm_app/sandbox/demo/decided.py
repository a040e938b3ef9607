"""What the gate said of the demo's texts at times gone by, kept as if it had been asked then."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from crm_app.compliance.actions import Decided, keep_decisions
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox


def decide(session: Session, row: Outbox, at: datetime, used: int) -> None:
    """Keep what the gate said when a text was claimed, `used` of that day's texts before it."""
    session.add(row)
    session.flush()
    asked = Asked(row.e164, row.property_id, row.id, row.body, row.because)
    facts = facts_for(session, Purpose.COLD, [asked])[row.e164]
    facts = replace(facts, day_used=used, left_because=row.because)
    decided = Decided(facts, may_send(facts, at), "claim", row.id, None, "1")
    keep_decisions(session, [decided], at)
