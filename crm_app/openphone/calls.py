"""OpenPhone's events of calls, read defensively: who called, how it went, what was left.

The three generations write the same things in other places (facts of 2026): numbers as from/to,
as participants or in the context; voicemail within the call or as an event of its own.
"""

from datetime import datetime
from typing import Any

from crm_app.calls.actions import CallTold
from crm_app.conversations.models import Direction
from crm_app.openphone.payloads import (
    E164,
    Event,
    Json,
    UnreadableError,
    as_list,
    as_media,
    as_object,
    as_objects,
    as_text,
    read_time,
)

# The documented v4 samples name the last two otherwise.
KINDS = {"callSummary": "call.summary.completed", "callTranscript": "call.transcript.completed"}
_DIRECTIONS = {"incoming": Direction.IN, "outgoing": Direction.OUT}
_NOT_ANSWERED = ("unanswered", "missed", "no-answer", "abandoned", "canceled", "busy")


def is_call(kind: str) -> bool:
    """Whether an event tells of a call."""
    return kind.startswith("call.") or kind in KINDS


def read_call(event: Event, own_number: str, now: datetime) -> CallTold:
    """Return what an event says of a call; raise UnreadableError when it names none."""
    kind, context = KINDS.get(event.kind, event.kind), as_object(event.data.get("context"))
    said = as_object(event.data.get("resource")) or as_object(event.data.get("object"))
    call_id = as_text(said.get("callId")) or as_text(said.get("id"))
    if not call_id:
        raise UnreadableError("The call has no id.")
    parties = [*as_list(said.get("from")), *as_list(said.get("to"))]
    parties += [*as_list(said.get("participants")), *as_list(context.get("senderIdentifier"))]
    parties += [*as_list(context.get("recipientIdentifiers")), as_text(said.get("fromPhoneNumber"))]
    others = [one for one in parties if E164.fullmatch(one) and one != own_number]
    answered, ended = read_time(said.get("answeredAt")), read_time(said.get("completedAt"))
    status = as_text(said.get("status"))
    told: dict[str, Any] = {"answered_at": answered, "ended_at": ended}
    told["is_missed"] = kind == "call.missed" or (not answered and status in _NOT_ANSWERED)
    told["direction"] = _DIRECTIONS.get(as_text(said.get("direction")))
    if kind == "call.missed":
        told["direction"] = Direction.IN  # it is of incoming calls alone
    told["voicemail"] = _voicemail(kind, said)
    spoke = (ended - answered).total_seconds() if answered and ended else None
    told["seconds"] = None if told["voicemail"] else _whole(said.get("duration")) or _whole(spoke)
    told["forwarded_to"] = as_text(said.get("forwardedTo"))[:40]
    told |= _heard(kind, said)
    at = read_time(said.get("createdAt"))
    told["is_dated"] = at is not None
    return CallTold(call_id[:60], at or now, own_number, others[0] if others else "", **told)


def _voicemail(kind: str, said: Json) -> Json:
    """A voicemail: within `call.completed` (app), or an event of its own."""
    if kind == "call.voicemail.completed":
        url, words = as_text(said.get("recordingUrl")), as_text(said.get("transcript"))
        return {"url": url, "seconds": _whole(said.get("duration")), "words": words}
    left = as_object(said.get("voicemail"))
    if not left.get("url"):
        return {}
    return {"url": as_text(left["url"]), "seconds": _whole(left.get("duration")), "words": ""}


def _heard(kind: str, said: Json) -> Json:
    """Recordings, summary and transcript."""
    if kind == "call.recording.completed":
        files = as_media(said.get("recordings") or said.get("media"))
        return {"recordings": [one["url"] for one in files]}
    if kind == "call.summary.completed":
        return {"summary": [*as_list(said.get("summary")), *as_list(said.get("nextSteps"))]}
    if kind == "call.transcript.completed":
        parts = as_objects(said.get("dialogue"))
        told = [(p.get("userId") or p.get("identifier"), p.get("content")) for p in parts]
        return {"dialogue": [[as_text(who), as_text(words)] for who, words in told]}
    return {}


def _whole(given: object) -> int | None:
    return round(given) if isinstance(given, int | float) and 0 <= given < 10**6 else None
