"""How OpenPhone signs a webhook: the legacy header and Standard Webhooks, over the sent bytes."""

import base64
import hashlib
import hmac
import sqlite3

from crm_app.sandbox.stage.memory import Memory

NOBODYS = b"a key that nobody was ever told of"
STALE_SECONDS = 600.0


def _digest(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def legacy_headers(key: bytes, body: bytes, wall: float, *others: bytes) -> dict[str, str]:
    """Return the `openphone-signature` header; its time is `wall` in milliseconds.

    Signatures by `others` stand before it, split by commas.
    https://www.quo.com/docs, legacy signature validation.
    """
    stamp = str(round(wall * 1000))
    signed = stamp.encode() + b"." + body
    given = [f"hmac;1;{stamp};{_digest(one, signed)}" for one in (*others, key)]
    return {"openphone-signature": ",".join(given)}


def standard_headers(
    key: bytes, delivery_id: str, body: bytes, wall: float, *others: bytes
) -> dict[str, str]:
    """Return the three Standard Webhooks headers; the time is `wall` in whole seconds.

    Signatures by `others` stand before it, split by blanks.
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    stamp = str(int(wall))
    signed = f"{delivery_id}.{stamp}.".encode() + body
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_digest(one, signed)}" for one in (*others, key)),
    }


def signed(memory: Memory, key: bytes, row: sqlite3.Row, wall: float) -> dict[str, str]:
    """Return the headers of a queued webhook, with what may be wrong about them by its faults."""
    others = (NOBODYS,) if memory.strikes("two_signatures") else ()
    key = NOBODYS if memory.strikes("wrong_key") else key
    wall -= STALE_SECONDS if memory.strikes("stale_stamp") else 0
    if row["scheme"] == "legacy":
        return legacy_headers(key, row["body"], wall, *others)
    return standard_headers(key, row["delivery"], row["body"], wall, *others)
