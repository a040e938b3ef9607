"""OpenPhone's API: send a text, find the id of our number, read a thread or a listing.

https://www.quo.com/docs. The raw key goes into `Authorization`, without "Bearer".
"""

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import httpx

from crm_app.errors import Kind, ProviderError
from crm_app.http import json_object
from crm_app.openphone.payloads import as_list, as_media, as_text, read_time
from crm_app.settings import settings
from crm_app.tables import read_table

ACCOUNT = {401, 402, 403, 404}  # 404 on a send: OpenPhone does not know the number we send from
TEXTS = "/v1/messages"  # read by GET, sent by POST
NOT_REGISTERED = "0206400"  # comes as a 400
DO: dict[str, str] = read_table(__file__, "refusals")
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_DID_NOT_LEAVE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class SentText:
    """A message as OpenPhone shows it; `at` is None when its time is unreadable.

    `people` are its sender, then those it went to.
    """

    id: str
    text: str
    is_outgoing: bool
    status: str
    at: datetime | None
    media: list[Any] = field(default_factory=list)
    thread_id: str = ""
    people: list[str] = field(default_factory=list)


T = TypeVar("T")
Page = tuple[list[SentText], str | None]  # and the next one's token


def send_message(*, own_number: str, to: str, body: str) -> SentText:
    """Send one text; raise ProviderError: uncertain if unclear, as no idempotency key exists."""
    asked = {"content": body, "from": own_number, "to": [to]}
    answer = request("POST", TEXTS, to=to, json=asked)
    if found := _message(json_object(answer.content).get("data")):
        return found
    raise ProviderError("OpenPhone's answer cannot be read.", Kind.UNCERTAIN)


def number_id(own_number: str) -> str:
    """Return OpenPhone's id of our number; raise ProviderError when it is not in the workspace."""
    listed = read_one("/v1/phone-numbers")
    for number in listed if isinstance(listed, list) else []:
        if isinstance(number, dict) and number.get("number") == own_number:
            return str(number.get("id"))
    raise ProviderError(f"OpenPhone does not list our number. {DO['404']}", Kind.STOPPED)


def read_page(number: str, e164: str, since: datetime | None, page_token: str | None) -> Page:
    """Return a page of the thread with one participant since an aware time (None: ever).

    Anything unreadable raises ProviderError, so that a page is never taken for empty.
    """
    query = {"phoneNumberId": number, "participants": e164, "createdAfter": since}
    listed, token = list_page(TEXTS, query, page_token)
    return texts_of(listed), token


def whole(read: Callable[[str | None], tuple[list[T], str | None]]) -> list[T]:
    """Return every item of a listing that is read page by page; raise ProviderError unless whole.

    `read` is given the page's token, and returns its items and the next one's token.
    """
    items, token, seen = list[T](), None, set[str | None]()
    while token not in seen:
        seen.add(token)
        page, token = read(token)
        items += page
        if not token:
            return items
    raise ProviderError("OpenPhone's list has no end.", Kind.UNCERTAIN)


def texts_of(listed: list[Any]) -> list[SentText]:
    """Return a listing's items as texts; raise ProviderError when one cannot be read."""
    found = [message for item in listed if (message := _message(item))]
    if len(found) < len(listed):
        raise ProviderError("A message of OpenPhone's list cannot be read.", Kind.UNCERTAIN)
    return found


def list_page(
    path: str, query: dict[str, Any], page_token: str | None
) -> tuple[list[Any], str | None]:
    """Return a page of a listing, of v1 or (no /v1/ in the path) of the dated API, newest first.

    With the next one's token; raises ProviderError when it cannot be read or is not there.
    """
    is_v1 = path.startswith("/v1/")
    size = {"maxResults": "100"} if is_v1 else {"limit": "50"}
    given = size | query | {"pageToken" if is_v1 else "after": page_token}
    params = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in given.items() if value
    }  # fmt: skip
    version = {} if is_v1 else {"Quo-Api-Version": "2026-03-30"}
    body = json_object(request("GET", path, params=params, headers=version).content)
    listed, token = body.get("data"), body.get("nextPageToken" if is_v1 else "nextCursor")
    if not (isinstance(listed, list) and all(isinstance(one, dict) for one in listed)):
        raise ProviderError("OpenPhone's list cannot be read.", Kind.UNCERTAIN)
    return listed, str(token) if token and listed else None


def read_one(path: str) -> Any:
    """Return the `data` of one thing; raise ProviderError when it is not there."""
    return json_object(request("GET", path).content).get("data")


def read_message(message_id: str) -> SentText:
    """Return one message as OpenPhone has it now; raise ProviderError when it cannot be read."""
    if found := _message(read_one(f"/v1/messages/{message_id}")):
        return found
    raise ProviderError("OpenPhone's message cannot be read.", Kind.UNCERTAIN)


def connection(headers: dict[str, str] | None = None) -> httpx.Client:
    """Return a client that never follows a redirect and never repeats by itself."""
    given: Any = {"headers": headers, "timeout": TIMEOUT, "follow_redirects": False}
    given["verify"] = _certificates()
    return httpx.Client(base_url=settings().provider_url, trust_env=False, **given)


@cache
def _certificates() -> ssl.SSLContext:
    """Return what is read from files, once: it costs more than a request."""
    return httpx.create_ssl_context()


def request(method: str, path: str, *, to: str = "", **asked: Any) -> httpx.Response:
    """Return OpenPhone's answer to one request; raise ProviderError for any but success."""
    key = settings().openphone_api_key.get_secret_value() or "sandbox"
    try:
        with connection({"Authorization": key}) as client:
            answer = client.request(method, path, **asked)
    except _DID_NOT_LEAVE as problem:
        raise ProviderError("OpenPhone cannot be reached.", Kind.AGAIN) from problem
    except httpx.HTTPError as problem:
        raise ProviderError("OpenPhone did not answer.", Kind.UNCERTAIN) from problem
    if answer.is_success:
        return answer
    raise _error(answer, to)


def _error(answer: httpx.Response, to: str) -> ProviderError:
    """Return what an error means, whichever of the three shapes its body has."""
    body, status = json_object(answer.content), answer.status_code
    wrapped = body.get("error")
    inner: dict[str, Any] = wrapped if isinstance(wrapped, dict) else body
    title = str(inner.get("title") or inner.get("key") or "")
    words = str(inner.get("message") or title or f"error {status}")
    if status == 429:
        return ProviderError(words, Kind.AGAIN, status)
    if status >= 500 or status == 408:
        return ProviderError(words, Kind.UNCERTAIN, status)
    is_lost = status == 404 and "/messages/" in str(answer.url)  # that one text, not the account
    is_abroad = status == 403 and bool(to) and not to.startswith("+1")
    about_from = '"/from' in json.dumps(inner.get("errors"))
    is_unregistered = str(inner.get("code")) == NOT_REGISTERED or "A2P" in title
    is_account = status in ACCOUNT or answer.is_redirect or is_unregistered or about_from
    if is_account and not (is_abroad or is_lost):
        words = f"OpenPhone: {words}. {DO.get(str(status), DO['404'])}"
        return ProviderError(words, Kind.STOPPED, status)
    return ProviderError(words, Kind.REFUSED, status)


def _message(given: object) -> SentText | None:
    if not isinstance(given, dict) or not (key := as_text(given.get("id"))[:60]):
        return None
    words, status = as_text(given.get("text")), as_text(given.get("status"))
    is_ours, at = given.get("direction") == "outgoing", read_time(given.get("createdAt"))
    told = (as_media(given.get("media")), as_text(given.get("conversationId"))[:60])
    people = [*as_list(given.get("from")), *as_list(given.get("to"))]
    return SentText(key, words, is_ours, status, at, *told, people)
