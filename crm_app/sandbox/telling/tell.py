"""What is told: which generation knows an event, and what goes wrong before it is on its way."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm_app.sandbox.stage.chance import Json, fresh
from crm_app.sandbox.stage.memory import Memory
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
    """Queue one event; return whether the webhooks' generation knows its kind.

    `data` makes its data for a generation; `thread` names whose events go one after the other.
    """
    switches = memory.switches()
    generation = switches["generation"]
    if kind not in KINDS[generation] and kind not in UNKNOWN:
        return False
    event_id = event_id or fresh("EV")
    is_named = generation == "B" and switches["summary_type"] == "sample's"
    name = NAMED.get(kind, kind) if is_named else kind
    event = envelope(generation, name, data(generation), event_id, at)
    next_at = at + (LATE_SECONDS if memory.strikes("late_webhook") else 0)
    if kind == "message.received" and memory.strikes("reorder_webhook"):
        next_at += REORDER_SECONDS
    row: dict[str, object] = {
        "event": event_id,
        "delivery": fresh("msg_"),
        "kind": kind,
        "thread": thread,
        "scheme": "standard" if generation == "C" else "legacy",
        "body": oddly(memory, event, conversation_id),
        "next_at": next_at,
        "state": "dropped" if memory.strikes("drop_webhook") else "waiting",
    }
    for _ in range(2 if memory.strikes("double_webhook") else 1):
        memory.add("webhook", **row)
    return True
