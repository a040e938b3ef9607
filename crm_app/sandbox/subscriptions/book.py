"""Who asked the pretend OpenPhone for webhooks: where to, of which kinds, signed by which key.

While nobody asked, everything goes to the program as before, signed by the key both were given.
"""

import base64
import json
import secrets
import sqlite3
from urllib.parse import urlsplit

from crm_app.sandbox.stage.memory import Memory

DATED, V1 = "dated", "v1"
SCHEMA = """
CREATE TABLE IF NOT EXISTS subscription (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, system TEXT NOT NULL, url TEXT NOT NULL,
    events TEXT NOT NULL, resource_ids TEXT NOT NULL, label TEXT, status TEXT NOT NULL,
    user TEXT NOT NULL, key TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL
);
"""
_GENERATION = {DATED: "C", V1: "B"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def ways(memory: Memory, kind: str) -> list[tuple[str, str]] | None:
    """Return (generation, subscription) of everybody who hears a kind; None: nobody ever asked."""
    found = memory.rows("SELECT * FROM subscription ORDER BY n")
    return [
        (_GENERATION[one["system"]], one["id"])
        for one in found
        if one["status"] == "enabled" and kind in json.loads(one["events"])
    ] if found else None  # fmt: skip


def sent_where(memory: Memory, row: sqlite3.Row, otherwise: str) -> str | None:
    """Return the address of a queued webhook; None: nowhere, as nothing leaves the machine."""
    if not row["target"]:
        return otherwise
    found = one(memory, row["target"])
    is_near = found is not None and urlsplit(found["url"]).hostname in _LOOPBACK
    return found["url"] if found and is_near else None


def signed_with(memory: Memory, row: sqlite3.Row, otherwise: bytes) -> bytes:
    """Return the key of a queued webhook as it is now: what is tried again has the new one."""
    found = one(memory, row["target"])
    return base64.b64decode(found["key"]) if found else otherwise


def one(memory: Memory, subscription_id: str) -> sqlite3.Row | None:
    """Return a subscription by its id, or None."""
    found = memory.rows("SELECT * FROM subscription WHERE id = ?", subscription_id)
    return found[0] if found else None


def new_key() -> str:
    """Return a signing key in base64; the decoded one is ASCII, as the real ones are."""
    return base64.b64encode(secrets.token_hex(16).encode()).decode()
