"""The thread with a number: made when new, its last word kept, its messages added once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from crm_app import live
from crm_app.contacts.actions import contact_for_stranger
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus

# A status only moves to the right; what a carrier delivered after all was delivered.
S = MessageStatus
ORDER = (S.QUEUED, S.SENT, S.RECEIVED, S.FAILED, S.UNDELIVERED, S.DELIVERED)
_OF_THREAD = ("own_number", "e164")


@dataclass(frozen=True)
class Said:
    """A message as the provider tells it; `at` is when it was written (aware)."""

    provider_id: str
    own_number: str
    e164: str
    direction: Direction
    body: str
    status: MessageStatus
    at: datetime
    error: str = ""
    media: list[Any] = field(default_factory=list)


def thread_with(session: Session, own_number: str, e164: str, at: datetime) -> Conversation:
    """Return the locked thread between two numbers; make it, hidden from the inbox, when new."""
    key = {"own_number": own_number, "e164": e164}
    query = select(Conversation).filter_by(**key).with_for_update()
    locked = query.execution_options(populate_existing=True)
    if found := session.exec(locked).first():
        return found
    contact_id = contact_for_stranger(session, e164)
    new = insert(Conversation).values(**key, contact_id=contact_id, last_at=at)
    session.execute(new.on_conflict_do_nothing())
    return session.exec(locked).one()


def add_message(session: Session, said: Said, outbox_id: int | None = None) -> tuple[Message, bool]:
    """Return the locked message with this provider id, and whether it is new.

    A new one becomes the last word of its thread unless a later one is there. The caller holds
    the number's lock, so that threads, messages and outbox rows are always locked in one order.
    """
    thread = thread_with(session, said.own_number, said.e164, said.at)
    told = {name: value for name, value in vars(said).items() if name not in _OF_THREAD}
    new = insert(Message).values(**told, conversation_id=thread.id, outbox_id=outbox_id)
    is_new = session.execute(new.on_conflict_do_nothing().returning(col(Message.id))).scalar()
    query = select(Message).where(col(Message.provider_id) == said.provider_id).with_for_update()
    message = session.exec(query.execution_options(populate_existing=True)).one()
    if is_new is not None and said.at >= thread.last_at:
        thread.last_at, thread.last_text = said.at, said.body
        thread.last_is_ours = said.direction is Direction.OUT
        thread.is_unanswered = not thread.last_is_ours
    session.flush()
    tell(session, said.e164)
    return message, is_new is not None


def move_forward(session: Session, message: Message, status: MessageStatus, error: str) -> None:
    """Give a message a later status and its reason; an earlier one changes nothing."""
    if ORDER.index(status) > ORDER.index(message.status):
        message.status, message.error = status, error
        session.flush()


def tell(session: Session, e164: str) -> None:
    """Let every screen read again that shows a thread with this number, or how much is unread."""
    live.publish(session, "inbox")
    live.publish(session, "line")
    found = session.execute(text("select id from conversation where e164 = :e"), {"e": e164})
    for conversation_id in found.scalars():
        live.publish(session, "thread", conversation_id)
