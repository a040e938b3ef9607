"""Whether a webhook is OpenPhone's: two schemes, told apart by header, over the raw bytes only."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
NO_KEY, NOT_SIGNED = "no webhook key", "no signature"
WRONG, OLD = "wrong signature", "too old"


def refusal(headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], at: datetime) -> str:
    """Return why a delivery is not believed, or "" when one signature of it is good at `at`.

    Several signatures may stand in a header (rotation), and each webhook has a key of its own.
    """
    if not keys:
        return NO_KEY  # an empty list of keys must never verify anybody
    if "webhook-signature" in headers:
        found = list(_standard(headers, body))
    elif "openphone-signature" in headers:
        found = list(_legacy(headers["openphone-signature"], body))
    else:
        return NOT_SIGNED
    genuine = [when for when, *signed in found if any(_fits(key, *signed) for key in keys)]
    if not genuine:
        return WRONG
    oldest, newest = (at - TOLERANCE).timestamp(), (at + TOLERANCE).timestamp()
    return "" if any(oldest <= when <= newest for when in genuine) else OLD


Signature = tuple[float, bytes, bytes]  # when (seconds since 1970), what was signed, the digest


def _standard(headers: Mapping[str, str], body: bytes) -> Iterable[Signature]:
    """Standard Webhooks: `v1,<base64>` split by blanks, over `id.seconds.body`.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    stamp = headers.get("webhook-timestamp", "")
    signed = f"{headers.get('webhook-id', '')}.{stamp}.".encode() + body
    for one in headers["webhook-signature"].split():
        version, _, given = one.partition(",")
        if version == "v1" and _is_number(stamp):
            yield float(stamp), signed, given.encode()


def _legacy(header: str, body: bytes) -> Iterable[Signature]:
    """The app's and v1's webhooks: `hmac;1;<milliseconds>;<base64>` over `milliseconds.body`.

    Future versions may list several, split by commas. https://www.quo.com/docs (legacy signatures)
    """
    for one in header.split(","):
        scheme, version, stamp, given = (one.strip().split(";", 3) + [""] * 3)[:4]
        if (scheme, version) == ("hmac", "1") and _is_number(stamp):
            yield int(stamp) / 1000, stamp.encode() + b"." + body, given.encode()


def _is_number(stamp: str) -> bool:
    return stamp.isascii() and stamp.isdigit() and len(stamp) <= 15


def _fits(key: bytes, signed: bytes, given: bytes) -> bool:
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    return hmac.compare_digest(digest, given)
