"""Makes threads and texts for the tests of the inbox; numbers are invented."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Purpose
from crm_app.contacts.models import Contact
from crm_app.conversations.models import (
    Conversation,
    Direction,
    Message,
    MessageStatus,
    Outbox,
    OutboxState,
)
from crm_app.settings import settings
from tests.make import make_contact


def make_thread(
    session: Session,
    phone: str = "+16175550140",
    *,
    name: str = "Pat Example",
    minutes_ago: int = 5,
    contact: Contact | None = None,
    **columns: Any,
) -> Conversation:
    contact = contact or make_contact(session, name=name, phone=phone)
    given: dict[str, Any] = {
        "last_at": clock.now(session) - timedelta(minutes=minutes_ago),
        "last_text": "Is it dry?",
        "is_in_inbox": True,
    }
    found = Conversation(
        own_number=settings().own_number, e164=phone, contact_id=contact.id, **(given | columns)
    )
    session.add(found)
    session.flush()
    return found


def make_message(
    session: Session, thread: Conversation, body: str, at: datetime, **columns: Any
) -> Message:
    given: dict[str, Any] = {
        "direction": Direction.IN,
        "status": MessageStatus.RECEIVED,
        "provider_id": f"AC{thread.id}{at.timestamp()}{body}"[:60],
    }
    found = Message(conversation_id=thread.id, body=body, at=at, **(given | columns))
    session.add(found)
    session.flush()
    return found


def make_outbox(
    session: Session, thread: Conversation, body: str, state: OutboxState, **columns: Any
) -> Outbox:
    now = clock.now(session)
    given: dict[str, Any] = {"not_before": now, "created_at": now, "purpose": Purpose.REPLY}
    found = Outbox(
        own_number=thread.own_number,
        e164=thread.e164,
        priority=1,
        body=body,
        state=state,
        **(given | columns),
    )
    session.add(found)
    session.flush()
    return found
