"""The envelope around every event of the three generations, and the odd shapes it may take."""

import json
from typing import Any

from crm_app.sandbox.stage.chance import Json, iso, roll
from crm_app.sandbox.stage.memory import Memory

VERSIONS = {"A": "v3", "B": "v4", "C": "2026-03-30"}


def envelope(generation: str, kind: str, data: Json, event_id: str, at: float) -> Json:
    """Return an event of `generation` A, B or C around its data; `at` is seconds since 1970."""
    legacy: Json = {} if generation == "C" else {"object": "event"}
    head: Json = {"id": event_id, **legacy, "apiVersion": VERSIONS[generation]}
    return {**head, "createdAt": iso(at), "type": kind, "data": data}


def written(event: Json) -> bytes:
    """Return an event as its bytes are sent and signed: compact, UTF-8."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def oddly(memory: Memory, event: Json, conversation_id: str) -> bytes:
    """Return the bytes of an event in the shape that switches and faults ask for."""
    switches, said = memory.switches(), event["data"].get("object", {})
    if said.get("object") == "message":
        event["data"]["object"] = _legacy_message(switches, said, conversation_id)
    elif switches["conversation_id"] == "never" and "context" in event["data"]:
        event["data"]["context"]["conversationId"] = None
    elif switches["conversation_id"] == "never":
        said.pop("conversationId", None)
    if memory.strikes("extra_fields"):
        event = _with_more(event)
    if memory.strikes("key_order"):
        event = _shuffled(event, event["id"])
    if memory.strikes("wrapped_event"):  # seen once, in a capture of 2026-04-17
        event = {"object": event}
    return json.dumps(event).encode() if memory.strikes("escaped_json") else written(event)


def _legacy_message(switches: Json, said: Json, conversation_id: str) -> Json:
    """Return the message of an A or B event as the switches have it."""
    field = next(name for name in ("body", "text") if name in said)
    if switches["text_field"] != "documented":
        said = {switches["text_field"] if k == field else k: v for k, v in said.items()}
    if switches["to_shape"] != "documented":
        to = said["to"] if isinstance(said["to"], list) else said["to"].split(",")
        said["to"] = to if switches["to_shape"] == "array" else ",".join(to)
    if switches["conversation_id"] == "never":
        said.pop("conversationId", None)
    elif switches["conversation_id"] == "always":
        said["conversationId"] = conversation_id
    if switches["incoming_status"] != "documented" and said["direction"] == "incoming":
        said["status"] = switches["incoming_status"]
    return said


def _with_more(given: Any) -> Any:
    """Add to each object a field that nobody documented."""
    if isinstance(given, list):
        return [_with_more(one) for one in given]
    if not isinstance(given, dict):
        return given
    return {**{k: _with_more(v) for k, v in given.items()}, "xNew": {"beta": [None, 1, "é"]}}


def _shuffled(given: Any, salt: str) -> Any:
    """Put the keys of each object into another order."""
    if isinstance(given, list):
        return [_shuffled(one, salt) for one in given]
    if not isinstance(given, dict):
        return given
    return {k: _shuffled(given[k], salt) for k in sorted(given, key=lambda k: roll(salt, k))}
