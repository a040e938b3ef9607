"""What is told of a call: merged in whatever order, shown in its thread, never forgotten."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from crm_app.calls.automatic import forget_question, has_later, was_answered_there
from crm_app.calls.models import Call
from crm_app.contacts.phones import show
from crm_app.conversations.models import Conversation, Direction
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell, thread_with
from crm_app.media.actions import take_files
from crm_app.media.models import MediaKind

_PARTIES = ("own_number", "e164", "is_dated")
_TEXTS = {"missed": "Missed call", "voicemail": "Voicemail", "ringing": "Call, rings"}


@dataclass(frozen=True)
class CallTold:
    """What one event says of a call; None or empty where it says nothing. Times are aware."""

    provider_id: str
    at: datetime
    own_number: str = ""
    e164: str = ""
    direction: Direction | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    is_missed: bool = False
    seconds: int | None = None
    forwarded_to: str = ""
    voicemail: dict[str, Any] = field(default_factory=dict)
    recordings: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    dialogue: list[list[str]] = field(default_factory=list)
    is_dated: bool = field(default=True, kw_only=True)  # whether it says when: a summary does not


def note_call(session: Session, told: CallTold) -> Call:
    """Add to a call what an event tells, and return it; what was known stays.

    A missed call and a voicemail want an answer. A call whose number or time nobody has named yet
    is kept without a thread until an event does.
    """
    if told.e164:
        lock_number(session, told.e164)
    empty = Call(provider_id=told.provider_id, at=told.at).model_dump(exclude={"id"})
    session.execute(insert(Call).values(empty).on_conflict_do_nothing())
    query = select(Call).filter_by(provider_id=told.provider_id).with_for_update()
    call = session.exec(query.execution_options(populate_existing=True)).one()
    wanted = wants_answer(call)
    for name, value in vars(told).items():
        if name not in _PARTIES and value and not getattr(call, name):
            setattr(call, name, value)
    call.at = min(call.at, told.at)
    call.voicemail = {**told.voicemail, **{k: v for k, v in call.voicemail.items() if v}}
    before, call.words = call.words, words_of(call)
    if call.conversation_id is None and told.e164 and told.is_dated:
        thread = thread_with(session, told.own_number, told.e164, told.at)
        call.conversation_id, before = thread.id, ""  # it stands nowhere yet
    session.flush()
    left = [told.voicemail["url"]] if told.voicemail.get("url") else []
    take_files(session, MediaKind.VOICEMAIL, left, call_id=call.id)
    take_files(session, MediaKind.RECORDING, told.recordings, call_id=call.id)
    if call.conversation_id and call.words != before:
        thread = session.get_one(Conversation, call.conversation_id)
        _show(session, call, thread, wanted=wanted and before != "")
    return call


def _show(session: Session, call: Call, thread: Conversation, *, wanted: bool) -> None:
    """Put a call into the inbox; it is the thread's last word unless a later one is there.

    Calling in vain answers nobody, nor does a phone that rings. `wanted`: an answer, as it stood.
    """
    thread.is_in_inbox = True
    if not has_later(session, thread, "word", call.at):
        thread.last_at, thread.last_text = call.at, call.words.partition("\n")[0]
        thread.last_is_ours = call.direction is Direction.OUT
    wants = wants_answer(call)
    asks = wants and not wanted  # else somebody may have been through with it
    if asks:
        is_read = was_answered_there(session, thread, call.at)
        thread.is_unread = thread.is_unread or not is_read
    if (call.answered_at or asks) and not has_later(session, thread, "turn", call.at):
        thread.is_unanswered = wants
    session.flush()
    if wanted and not wants:
        forget_question(session, thread)
    session.flush()
    tell(session, thread.e164)


def wants_answer(call: Call) -> bool:
    """Whether somebody called us and nobody spoke with them; who was forwarded may have been."""
    is_over = bool(call.is_missed or call.voicemail or (call.ended_at and not call.forwarded_to))
    return call.direction is Direction.IN and is_over and not call.answered_at


def words_of(call: Call) -> str:
    """Say a call as the thread does: what it was, how long, what was left or agreed."""
    if call.voicemail:
        length = call.voicemail.get("seconds")
        said = call.voicemail.get("words")
        first = f"{_TEXTS['voicemail']}, {duration(length)}" if length else _TEXTS["voicemail"]
        lines = [first, f"“{said}”" if said else ""]
    elif wants_answer(call):
        lines = [_TEXTS["missed"]]
    elif call.answered_at:
        ours = "We called" if call.direction is Direction.OUT else "Call"
        lines = [f"{ours}, {duration(call.seconds)}" if call.seconds else ours]
    elif call.ended_at:
        lines = ["We called: no answer" if call.direction is Direction.OUT else "Call"]
    else:
        lines = ["We call" if call.direction is Direction.OUT else _TEXTS["ringing"]]
    if call.forwarded_to:
        lines.append(f"Forwarded to {show(call.forwarded_to)}")
    lines += [f"· {line}" for line in call.summary]
    return "\n".join(filter(None, lines))


def duration(seconds: int) -> str:
    """Say a length: "24 s", "6 min 12 s"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
