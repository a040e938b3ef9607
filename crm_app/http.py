"""What both clients read of an answer; each owns its time-outs and what its errors mean."""

import json
from typing import Any


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of an answer's body; empty when it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}
