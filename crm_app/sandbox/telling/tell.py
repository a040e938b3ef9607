"""What is told: which generation knows an event, and what goes wrong before it is on its way."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm_app.sandbox.stage.chance import Json, fresh
from crm_app.sandbox.stage.memory import Memory
from crm_app.sandbox.subscriptions.book import ways as subscribed
from crm_app.sandbox.telling.bodies import envelope, oddly

_TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))
KINDS: dict[str, list[str]] = _TABLE["kinds"]
UNKNOWN: list[str] = _TABLE["unknown"]["kinds"]
NAMED: dict[str, str] = _TABLE["named"]
TEST_EVENT = "EVtest0000000000000000000000000001"  # all test events share one id
LATE_SECONDS = 120.0
REORDER_SECONDS = 5.0


def tell(
    memory: Memory, kind: str, thread: str, data: Callable[[str], Json], at: float, *,
    conversation_id: str = "", event_id: str = "",
) -> bool:  # fmt: skip
    """Queue one event for all who subscribed to it, or if nobody ever did for the program.

    Return whether anybody is told. `data` makes its data for a generation; `thread` names whose
    events go one after the other.
    """
    generation = memory.switches()["generation"]
    is_known = kind in KINDS[generation] or kind in UNKNOWN
    ways = subscribed(memory, kind)
    if ways is None:
        ways = [(generation, "")] if is_known else []
    event_id = event_id or fresh("EV")
    for generation, target in ways:
        queue(memory, (generation, target), kind, thread, data, at,
              conversation_id=conversation_id, event_id=event_id)  # fmt: skip
    return bool(ways)


def queue(
    memory: Memory, way: tuple[str, str], kind: str, thread: str, data: Callable[[str], Json],
    at: float, *, event_id: str, conversation_id: str = "",
) -> None:  # fmt: skip
    """Queue one delivery by a way (generation, subscription or ""), with what goes wrong of it."""
    switches, (generation, target) = memory.switches(), way
    is_named = generation == "B" and switches["summary_type"] == "sample's"
    name = NAMED.get(kind, kind) if is_named else kind
    event = envelope(generation, name, data(generation), event_id, at)
    next_at = at + (LATE_SECONDS if memory.strikes("late_webhook") else 0)
    if kind == "message.received" and memory.strikes("reorder_webhook"):
        next_at += REORDER_SECONDS
    row: dict[str, object] = {
        "event": event_id,
        "delivery": fresh("msg_"),
        "target": target,
        "kind": kind,
        "thread": thread,
        "scheme": "standard" if generation == "C" else "legacy",
        "body": oddly(memory, event, conversation_id),
        "next_at": next_at,
        "state": "dropped" if memory.strikes("drop_webhook") else "waiting",
    }
    for _ in range(2 if memory.strikes("double_webhook") else 1):
        memory.add("webhook", **row)
