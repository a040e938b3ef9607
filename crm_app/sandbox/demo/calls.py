"""Calls, photos and voices of the demo's people, as OpenPhone would have told of them.

The files are drawn here and kept at once: no link of the demo leads anywhere.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from crm_app import clock
from crm_app.calls.actions import CallTold, note_call
from crm_app.conversations.models import Direction, Message
from crm_app.media import store
from crm_app.media.models import Media, MediaKind, MediaState
from crm_app.sandbox.media import drawing
from crm_app.settings import settings


def ring(session: Session, e164: str, call: Mapping[str, Any], at: datetime) -> None:
    """Let somebody call us at that time: answered for so many seconds, missed, or a voicemail."""
    seconds: int = call.get("seconds", 0)
    words: str = call.get("voicemail", "")
    answered = at if seconds else None
    noted = note_call(
        session,
        CallTold(
            f"DEMOcall{e164[1:]}", at, settings().own_number, e164, Direction.IN, answered,
            at + timedelta(seconds=seconds), is_missed=not seconds, seconds=seconds or None,
            voicemail={"seconds": call["length"], "words": words} if words else {},
        ),
    )  # fmt: skip
    if words:
        voice = drawing.voice(e164, call["length"])
        _hang(session, MediaKind.VOICEMAIL, voice, at, call_id=noted.id)


def hang_photo(session: Session, provider_id: str, name: str, at: datetime) -> None:
    """Put a drawn photo beside a text of the demo; none without a name."""
    if name:
        query = select(Message.id).where(Message.provider_id == provider_id)
        message_id = session.exec(query).one()
        _hang(session, MediaKind.FILE, drawing.photo(name), at, message_id=message_id)


def _hang(session: Session, kind: MediaKind, data: bytes, at: datetime, **owner: int) -> None:
    kept = store.keep(data)
    told: Any = {"state": MediaState.KEPT, "at": at, "next_at": clock.wall(), **kept, **owner}
    session.add(Media(kind=kind, **told))
    session.flush()
