"""How OpenPhone signs a webhook: the legacy header and Standard Webhooks, over the sent bytes."""

import base64
import hashlib
import hmac


def _digest(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def legacy_headers(key: bytes, body: bytes, wall: float) -> dict[str, str]:
    """Return the `openphone-signature` header; its time is `wall` in milliseconds.

    https://www.quo.com/docs, legacy signature validation.
    """
    stamp = str(round(wall * 1000))
    digest = _digest(key, stamp.encode() + b"." + body)
    return {"openphone-signature": f"hmac;1;{stamp};{digest}"}


def standard_headers(key: bytes, delivery_id: str, body: bytes, wall: float) -> dict[str, str]:
    """Return the three Standard Webhooks headers; the time is `wall` in whole seconds.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    stamp = str(int(wall))
    digest = _digest(key, f"{delivery_id}.{stamp}.".encode() + body)
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{digest}",
    }
