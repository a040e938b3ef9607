"""Seeded chance and the small value shapes that all of the pretend world shares."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def roll(*parts: object) -> float:
    """Return a number from 0 up to 1 that depends on `parts` only."""
    digest = hashlib.sha256("|".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def fresh(prefix: str) -> str:
    """Return an id never used before, also not before a reset."""
    return prefix + uuid.uuid4().hex


def stable(prefix: str, *parts: str) -> str:
    """Return the id that belongs to `parts` for ever."""
    return prefix + hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


def iso(moment: float) -> str:
    """Return seconds since 1970 as OpenPhone writes times: UTC, milliseconds, Z."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
