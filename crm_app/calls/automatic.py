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
# A call that wants an answer, as `calls.actions.wants_answer` says of one.
_WANTS = """(direction = 'in' and answered_at is null and (is_missed or voicemail <> '{}'
    or ended_at is not null and forwarded_to = ''))"""
_MESSAGE = """select from message m left join outbox o on o.id = m.outbox_id
    where m.conversation_id = :id and m.at"""
_CALL = "select from call where conversation_id = :id and at > :at"
LATER = {
    "word": text(f"""select exists ({_MESSAGE} > :at and not {BY_ITSELF})
        or exists ({_CALL})"""),
    # What asks for an answer or is one: a campaign's text and a call in vain are neither.
    "turn": text(f"""select exists ({_MESSAGE} > :at
            and (direction = 'in' or o.campaign_id is null and not {BY_ITSELF}))
        or exists ({_CALL} and (answered_at is not null or {_WANTS}))"""),
    # What somebody has to read.
    "news": text(f"""select exists ({_MESSAGE} > :at and direction = 'in')
        or exists ({_CALL} and {_WANTS})"""),
}
_THERE = text(f"""select exists ({_MESSAGE} >= :at and direction = 'out'
    and outbox_id is null and not {BY_ITSELF})""")


def is_automatic(session: Session, message_id: int) -> bool:
    """Whether OpenPhone wrote a text by itself, as far as calls and texts tell yet."""
    return bool(session.execute(_IS, {"id": message_id}).scalar())


def has_later(session: Session, thread: Conversation, what: str, at: datetime) -> bool:
    """Whether a thread has a "word", "turn" or "news" (`LATER`) from after `at`."""
    asked = {"id": thread.id, "at": at}
    return at < thread.last_at and bool(session.execute(LATER[what], asked).scalar())


def was_answered_there(session: Session, thread: Conversation, at: datetime) -> bool:
    """Whether staff wrote in OpenPhone's app since `at`."""
    return bool(session.execute(_THERE, {"id": thread.id, "at": at}).scalar())
