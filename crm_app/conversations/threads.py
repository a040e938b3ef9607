"""The thread with a number: its texts and what became of them, in whatever order, each once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from crm_app import live
from crm_app.calls.automatic import has_later, is_automatic, was_answered_there
from crm_app.compliance.queries import suppression_of
from crm_app.contacts.actions import contact_for_stranger
from crm_app.conversations.models import (
    Conversation,
    Direction,
    Message,
    MessageStatus,
    Outbox,
    OutboxState,
)
from crm_app.conversations.slots import lock_number
from crm_app.media.actions import take_files
from crm_app.media.models import MediaKind
from crm_app.tables import read_sql

_OF_THREAD = ("own_number", "e164", "thread_id")
# What a status of the message means for the row that asked for it.
ROW_STATE = {MessageStatus.DELIVERED: OutboxState.DELIVERED}
ROW_STATE |= dict.fromkeys((MessageStatus.UNDELIVERED, MessageStatus.FAILED), OutboxState.FAILED)
SQL = read_sql(__file__)


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
    thread_id: str = ""  # as the provider names the thread; not always told


def receive_text(session: Session, said: Said) -> int:
    """Put a text of somebody into their thread, a stranger too; return the thread's id."""
    lock_number(session, said.e164)
    message, is_new = add_message(session, said)
    if not is_new:
        return message.conversation_id
    thread = thread_with(session, said.own_number, said.e164, said.at)
    thread.is_in_inbox = True
    thread.is_unread = thread.is_unread or not was_answered_there(session, thread, said.at)
    stop = suppression_of(session, said.e164)
    is_stop = stop and said.at <= max(stop.at, stop.again_at or stop.at)
    if is_stop and not has_later(session, thread, "turn", said.at):
        thread.is_unanswered = False  # nobody may answer a STOP; who writes on wants something
    thread.last_inbound_at = max(thread.last_inbound_at or said.at, said.at)
    session.flush()
    if answered := session.execute(SQL["answered"], {"at": said.at, "e164": said.e164}).scalar():
        live.publish(session, "campaign", answered)
    return thread.id


def is_known(session: Session, provider_id: str) -> bool:
    """Whether a message with this id of the provider is there."""
    query = select(Message.id).where(col(Message.provider_id) == provider_id)
    return session.exec(query).first() is not None


def note_status(session: Session, said: Said) -> int:
    """Note what became of a text of ours and return its thread's id.

    One nobody knows was written in OpenPhone's app, or `record` adopts it when its 202 comes.
    """
    lock_number(session, said.e164)
    message, _is_new = add_message(session, said)
    move_forward(session, message, said.status, said.error)
    settle_row(session, message)
    return message.conversation_id


def settle_row(session: Session, message: Message) -> None:
    """Carry a message's final status over to the outbox row it belongs to."""
    state = ROW_STATE.get(message.status)
    if message.outbox_id is None or state is None or message.direction is not Direction.OUT:
        return
    row = session.get_one(Outbox, message.outbox_id, with_for_update=True)
    if row.state is not state:
        row.state, row.because = state, message.error if state is OutboxState.FAILED else ""
        session.flush()
        if row.campaign_id:
            live.publish(session, "campaign", row.campaign_id)


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

    A new one becomes the last word of its thread unless a later one is there or nobody wrote it.
    The caller holds the number's lock: threads, messages, outbox rows are locked in one order.
    """
    thread = thread_with(session, said.own_number, said.e164, said.at)
    told = {name: value for name, value in vars(said).items() if name not in _OF_THREAD}
    new = insert(Message).values(**told, conversation_id=thread.id, outbox_id=outbox_id)
    is_new = session.execute(new.on_conflict_do_nothing().returning(col(Message.id))).scalar()
    query = select(Message).where(col(Message.provider_id) == said.provider_id).with_for_update()
    message = session.exec(query.execution_options(populate_existing=True)).one()
    message.media = message.media or said.media
    thread.provider_id = said.thread_id or thread.provider_id
    if is_new is not None:
        _weigh(session, thread, said, message)
    elif said.media and thread.last_at == said.at:
        thread.last_text = thread.last_text or "Photo"  # v4's events tell of no file
    session.flush()
    take_files(session, MediaKind.FILE, [f["url"] for f in said.media], message_id=message.id)
    tell(session, said.e164)
    return message, is_new is not None


def _weigh(session: Session, thread: Conversation, said: Said, message: Message) -> None:
    is_ours = said.direction is Direction.OUT
    on_its_way = session.execute(SQL["on_its_way"], vars(said)).scalar() if is_ours else None
    asked = message.outbox_id or on_its_way
    row = session.get(Outbox, asked) if asked else None
    is_from_app = is_ours and not row
    thread.is_in_inbox = thread.is_in_inbox or is_from_app
    if is_from_app and is_automatic(session, message.id):
        return
    if not has_later(session, thread, "word", said.at):
        thread.last_at, thread.last_text = said.at, said.body or ("Photo" if said.media else "")
        thread.last_is_ours = is_ours
    if is_from_app:  # who answers there has read what came before
        thread.is_unread = thread.is_unread and has_later(session, thread, "news", said.at)
    # A campaign's text is nobody's answer.
    if not (row and row.campaign_id) and not has_later(session, thread, "turn", said.at):
        thread.is_unanswered = not is_ours


def move_forward(session: Session, message: Message, status: MessageStatus, error: str) -> None:
    """Give a message a later status and its reason; an earlier one changes nothing."""
    order = list(MessageStatus)
    if order.index(status) > order.index(message.status):
        message.status, message.error = status, error
        session.flush()


def tell(session: Session, e164: str) -> None:
    """Let every screen read again that shows a thread with this number, or how much is unread."""
    live.publish(session, "inbox")
    found = session.execute(text("select id from conversation where e164 = :e"), {"e": e164})
    for conversation_id in found.scalars():
        live.publish(session, "thread", conversation_id)
