"""What OpenPhone answers by itself, which is nobody's word: it reads, answers and ends nothing."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from crm_app.conversations.models import Conversation

# A text `m` that no row of ours asked for, sooner after their text or their call that nobody took
# than a person writes. A call whose end nobody told rings for a minute at most.
BY_ITSELF = """(m.direction = 'out' and m.outbox_id is null and (exists (select from message h
    where h.conversation_id = m.conversation_id and h.direction = 'in'
    and h.at <= m.at and h.at > m.at - interval '10 seconds')
or exists (select from call h where h.conversation_id = m.conversation_id and h.direction = 'in'
    and h.answered_at is null and h.at <= m.at and m.at <
    coalesce(h.ended_at, h.at + interval '1 minute') + interval '10 seconds')))"""
_IS = text(f"select {BY_ITSELF} from message m where id = :id")
_SINCE = f"select from message m where conversation_id = :id and not {BY_ITSELF} and at"
_LATER = text(f"""select exists ({_SINCE} > :at)
    or exists (select from call where conversation_id = :id and at > :at)""")
_THERE = text(f"select exists ({_SINCE} >= :at and direction = 'out' and outbox_id is null)")


def is_automatic(session: Session, message_id: int) -> bool:
    """Whether OpenPhone wrote a text by itself, as far as calls and texts tell yet."""
    return bool(session.execute(_IS, {"id": message_id}).scalar())


def is_last(session: Session, thread: Conversation, at: datetime) -> bool:
    """Whether nothing in a thread was said after `at`, but by OpenPhone itself."""
    asked = {"id": thread.id, "at": at}
    return at >= thread.last_at or not session.execute(_LATER, asked).scalar()


def was_answered_there(session: Session, thread: Conversation, at: datetime) -> bool:
    """Whether staff wrote in OpenPhone's app since `at`."""
    return bool(session.execute(_THERE, {"id": thread.id, "at": at}).scalar())
