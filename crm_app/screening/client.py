"""NumVerify's API: whether a number is in use, and what line it is.

https://docs.apilayer.com/numverify/docs. Errors come with status 200. The key is a part of the
address, so no error of httpx, which knows the address, may leave this file.
"""

from typing import Any

import httpx

from crm_app.errors import Kind, ProviderError
from crm_app.http import json_object
from crm_app.screening.checks import REFUSES, Line
from crm_app.settings import settings

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
TOO_FAST = 106  # any other code is about the account: 101 the key, 104 the month is used up


def ask_numverify(e164: str) -> Line:
    """Return what NumVerify, in a sandbox the pretend one, knows of a number: a LineCheck."""
    key = settings().numverify_api_key.get_secret_value() or "sandbox"
    asked = {"access_key": key, "number": e164.lstrip("+"), "country_code": "US", "format": "1"}
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            answer = client.get(settings().numverify_url, params=asked)
    except httpx.HTTPError as problem:
        words = f"NumVerify does not answer ({type(problem).__name__})."
        raise ProviderError(words, Kind.AGAIN) from None
    body = json_object(answer.content)
    if body.get("success") is False:
        raise _refusal(body.get("error"))
    if answer.status_code in (401, 403):
        raise ProviderError(f"{REFUSES}: look at NUMVERIFY_API_KEY.", Kind.STOPPED)
    if answer.status_code != httpx.codes.OK:
        raise ProviderError(f"NumVerify is not well (HTTP {answer.status_code}).", Kind.AGAIN)
    if not isinstance(body.get("valid"), bool):
        raise ProviderError("An answer of NumVerify cannot be read.", Kind.REFUSED)
    kind, carrier = _text(body.get("line_type")), _text(body.get("carrier"))
    return Line(body["valid"], kind[:20], carrier[:80])


def _refusal(error: object) -> ProviderError:
    """What an error means; its `info` may repeat the key, so only code and type are told."""
    said: dict[str, Any] = error if isinstance(error, dict) else {}
    words = f"{_text(said.get('type'))[:40]} (error {_text(said.get('code'))[:6]})"
    if _text(said.get("code")) == str(TOO_FAST):
        return ProviderError(f"NumVerify asks for a pause: {words}.", Kind.AGAIN)
    return ProviderError(f"{REFUSES}: {words}. Look at NUMVERIFY_API_KEY.", Kind.STOPPED)


def _text(given: object) -> str:
    return str(given).replace("\0", "") if isinstance(given, str | int) else ""
