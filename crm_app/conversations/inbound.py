"""What arrives from the provider: texts of people, and what became of ours. In any order, once."""

from sqlalchemy import text
from sqlmodel import Session

from crm_app import live
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.models import Direction, Message, MessageStatus, Outbox, OutboxState
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import Said, add_message, move_forward, thread_with

# What a status of the message means for the row that asked for it.
ROW_STATE = {MessageStatus.DELIVERED: OutboxState.DELIVERED}
ROW_STATE |= dict.fromkeys((MessageStatus.UNDELIVERED, MessageStatus.FAILED), OutboxState.FAILED)
_ANSWERED = text(
    "update outbox set answered_at = :at where answered_at is null and id = (select id from outbox"
    " where e164 = :e164 and campaign_id is not null and started_at is not null"
    " order by started_at desc, id desc limit 1) returning campaign_id"
)
_ON_ITS_WAY = text(
    "select exists (select from outbox where e164 = :e164 and body = :body"
    " and state in ('sending', 'uncertain'))"
)


def receive_text(session: Session, said: Said) -> int:
    """Put a text of somebody into their thread, a stranger too; return the thread's id."""
    lock_number(session, said.e164)
    message, is_new = add_message(session, said)
    if not is_new:
        return message.conversation_id
    thread = thread_with(session, said.own_number, said.e164, said.at)
    thread.is_in_inbox = thread.is_unread = True
    if suppression_of(session, said.e164):
        thread.is_unanswered = False  # nobody may answer a STOP
    thread.last_inbound_at = max(thread.last_inbound_at or said.at, said.at)
    session.flush()
    if answered := session.execute(_ANSWERED, {"at": said.at, "e164": said.e164}).scalar():
        live.publish(session, "campaign", answered)
    return thread.id


def note_status(session: Session, said: Said) -> int:
    """Note what became of a text of ours and return its thread's id.

    One nobody knows was written in OpenPhone's app, or `record` adopts it when its 202 comes.
    """
    lock_number(session, said.e164)
    message, is_new = add_message(session, said)
    move_forward(session, message, said.status, said.error)
    if is_new and not session.execute(_ON_ITS_WAY, vars(said)).scalar():
        thread_with(session, said.own_number, said.e164, said.at).is_in_inbox = True
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
