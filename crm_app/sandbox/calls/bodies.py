"""What an event says of a call, by generation.

The app's (A) names both numbers and carries a voicemail within; v1's (B) has participants and no
voicemail, which is asked for; 2026-03-30 (C) has narrow events of many kinds. Facts of 2026.
"""

import json
from collections.abc import Mapping
from typing import Any

from crm_app.sandbox.openphone.events import USER_ID, Line
from crm_app.sandbox.stage.chance import Json, iso

Call = Mapping[str, Any]  # a row of the table `call`, or one that is like it
# What C's `status` of a completed call is, by ours.
DATED_STATUS = {"completed": "answered", "missed": "unanswered", "forwarded": "forwarded"}
# Which fields C's narrow kinds have beside the id and the times of creation and change.
NARROW: dict[str, tuple[str, ...]] = {
    "call.ringing": ("direction",),
    "call.answered": ("direction", "answeredAt", "answeredByUserId"),
    "call.missed": (),
    "call.forwarded": ("forwardedFrom", "forwardedTo"),
    "call.menu.selected": ("direction", "selection"),
}


def told(line: Line, kind: str, generation: str, call: Call, *, nameless: bool = False) -> Json:
    """Return the data of an event of `kind`; `nameless`: C's context names no numbers."""
    if generation != "C":
        return {"object": _legacy(line, kind, generation, call)}
    thread = line.conversation_id(call["people"])
    context = line.context(*_sides(line, call), thread)
    if nameless:
        del context["senderIdentifier"], context["recipientIdentifiers"]
    resource = _dated(line, kind, call)
    return {"resource": resource, "context": context, "links": line.links(thread)}


def _sides(line: Line, call: Call) -> tuple[str, list[str]]:
    theirs = call["people"]
    is_theirs = call["direction"] == "incoming"
    return (theirs, [line.number]) if is_theirs else (line.number, [theirs])


def _time(moment: float | None) -> str | None:
    return None if moment is None else iso(moment)


def _files(call: Call) -> list[Json]:
    found: list[Json] = json.loads(call["recordings"] or "[]")
    return found


def _legacy(line: Line, kind: str, generation: str, call: Call) -> Json:
    if kind == "call.summary.completed":
        kept = json.loads(call["summary"])
        return {"callId": call["id"], "object": "callSummary", "status": "completed", **kept,
                "contactIds": []}  # fmt: skip
    if kind == "call.transcript.completed":
        return {"callId": call["id"], "object": "callTranscript", "createdAt": iso(call["created"]),
                "dialogue": json.loads(call["dialogue"]), "duration": call["duration"],
                "status": "completed", "contactIds": []}  # fmt: skip
    sender, (receiver,) = _sides(line, call)
    is_over = call["status"] not in ("ringing", "in-progress")
    times = {name: _time(call[name.removesuffix("At")]) for name in ("answeredAt", "completedAt")}
    shared: Json = {
        "id": call["id"],
        "object": "call",
        "direction": call["direction"],
        "status": "completed" if is_over else call["status"],
        "createdAt": iso(call["created"]),
        **times,
        "userId": USER_ID,
        "phoneNumberId": line.id,
    }
    media = [{key: one[key] for key in ("url", "type", "duration")} for one in _files(call)]
    is_recording = kind == "call.recording.completed"
    if generation == "A":
        left = json.loads(call["voicemail"] or "null")
        voicemail = left and {
            "url": left["recordingUrl"], "type": "audio/mpeg", "duration": left["duration"]
        }  # fmt: skip
        return {**shared, "from": sender, "to": receiver, "media": media if is_recording else [],
                "voicemail": voicemail, "conversationId": line.conversation_id(call["people"]),
                }  # fmt: skip
    by = USER_ID if call["answered"] else None
    incoming = call["direction"] == "incoming"
    more: Json = {
        "answeredBy": by if incoming else None,
        "initiatedBy": None if incoming else USER_ID,
        "duration": call["duration"],
        "forwardedFrom": None,
        "forwardedTo": call["forwarded_to"] or None,
        "participants": [sender, receiver],
        "updatedAt": iso(call["updated"]),
        "contactIds": [],
    }
    return {**shared, **more, **({"media": media} if is_recording else {})}


def _dated(line: Line, kind: str, call: Call) -> Json:
    sender, (receiver,) = _sides(line, call)
    head: Json = {"id": call["id"]}
    times: Json = {"createdAt": iso(call["created"]), "updatedAt": iso(call["updated"])}
    known: Json = {
        "direction": call["direction"],
        "answeredAt": _time(call["answered"]),
        "answeredByUserId": USER_ID if call["answered"] else None,
        "forwardedFrom": line.number,
        "forwardedTo": call["forwarded_to"] or None,
        "selection": {"key": "1", "label": "Repairs"},  # what it holds is not documented
    }
    if kind in NARROW:
        return {**head, **{name: known[name] for name in NARROW[kind]}, **times}
    if kind == "call.voicemail.completed":
        left = json.loads(call["voicemail"])
        return {**head, "voicemailId": left["id"], "callId": call["id"],
                "direction": call["direction"], "duration": left["duration"], "from": sender,
                "to": receiver, "transcript": left["transcript"],
                "recordingUrl": left["recordingUrl"], **times}  # fmt: skip
    if kind == "call.summary.completed":
        kept = json.loads(call["summary"])
        return {"callId": call["id"], "processingStatus": "completed", **kept,
                "fromPhoneNumber": sender, "handledByAiAgent": False,
                "answeredByUserId": known["answeredByUserId"], "jobs": []}  # fmt: skip
    if kind == "call.transcript.completed":
        return {"callId": call["id"], "createdAt": iso(call["created"]),
                "duration": call["duration"], "processingStatus": "completed",
                "dialogue": json.loads(call["dialogue"])}  # fmt: skip
    whole: Json = {
        **head,
        "direction": call["direction"],
        "status": DATED_STATUS.get(call["status"], "unknown"),
        "answeredAt": known["answeredAt"],
        "completedAt": _time(call["completed"]),
        "duration": call["duration"],
        "hasVoicemail": bool(call["voicemail"]),
        **times,
    }
    if kind == "call.completed":
        return whole
    fields = ("id", "duration", "startTime", "type", "url")
    return {**whole, "recordings": [{key: one[key] for key in fields} for one in _files(call)]}
