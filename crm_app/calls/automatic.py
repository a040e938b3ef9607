"""What OpenPhone answers by itself, which is nobody's word: it reads, answers and ends nothing.

And what of a thread is said, asked or to be read after a time: news come in any order.
"""

from datetime import UTC, datetime

from sqlmodel import Session

from crm_app.conversations.models import Conversation
from crm_app.tables import read_sql

SQL = read_sql(__file__)
BY_ITSELF = SQL["by_itself"].text


def is_automatic(session: Session, message_id: int) -> bool:
    """Whether OpenPhone wrote a text by itself, as far as calls and texts tell yet."""
    return bool(session.execute(SQL["is"], {"id": message_id}).scalar())


def has_later(session: Session, thread: Conversation, what: str, at: datetime) -> bool:
    """Whether a thread has something from after `at`.

    `what`: a "word" of anybody; a "turn", which asks for an answer or is one; "news" to be read.
    """
    asked = {"id": thread.id, "at": at}
    return at < thread.last_at and bool(session.execute(SQL[what], asked).scalar())


def was_answered_there(session: Session, thread: Conversation, at: datetime) -> bool:
    """Whether staff wrote in OpenPhone's app since `at`."""
    return session.execute(SQL["there"], {"id": thread.id, "at": at}).scalar() is not None


def forget_question(session: Session, thread: Conversation) -> None:
    """Mark a thread as what is in it says, since one of its calls wants no answer after all."""
    ever = datetime.min.replace(tzinfo=UTC)
    asked = {"id": thread.id, "e164": thread.e164, "at": ever}
    asks = session.execute(SQL["asks"], asked).scalar()
    thread.is_unanswered = thread.is_unanswered and bool(asks)
    last = session.execute(SQL["there"], asked).scalar() or ever
    thread.is_unread = thread.is_unread and has_later(session, thread, "news", last)
