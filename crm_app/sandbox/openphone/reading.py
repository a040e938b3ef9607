"""What a request asks for: bodies and queries read, checked and refused as OpenPhone does."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams

from crm_app.sandbox.openphone.events import USER_ID, Line
from crm_app.sandbox.openphone.problems import Problem, wrong
from crm_app.sandbox.stage.chance import Json

E164 = re.compile(r"\+[1-9]\d{6,14}")
MAX_CONTENT = 1600
MAX_PEOPLE = 10


@dataclass(frozen=True)
class Send:
    """A checked request to send `text` to `people`."""

    text: str
    people: list[str]
    is_monitor: bool = False


def read_json(body: bytes) -> Json:
    """Return a JSON object; raise Problem when it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise wrong("/", "Expected object", None, {"type": "object"})
    return found


def read_send(body: bytes, line: Line, *, abroad: bool = False) -> Send:
    """Return what POST /v1/messages asks for; raise the Problem OpenPhone would answer.

    `abroad`: whether texts outside +1 are enabled.
    """
    asked = read_json(body)
    content, sender, to = asked.get("content"), asked.get("from"), asked.get("to")
    text_schema: Json = {"type": "string", "minLength": 1, "maxLength": MAX_CONTENT}
    if not isinstance(content, str) or not content.strip() or len(content) > MAX_CONTENT:
        raise wrong(
            "/content", "Expected 1 to 1600 characters, not all blank", content, text_schema
        )
    if not isinstance(sender, str) or not (sender.startswith("PN") or E164.fullmatch(sender)):
        raise wrong("/from", "Expected a PN id or E.164", sender, {"type": "string"})
    if not isinstance(to, list) or not 1 <= len(to) <= MAX_PEOPLE:
        raise wrong("/to", "Expected an array of 1 to 10", to, {"type": "array", "maxItems": 10})
    for place, number in enumerate(to):
        if not isinstance(number, str) or not E164.fullmatch(number):
            raise wrong(f"/to/{place}", "Expected E.164", number, {"type": "string"})
    if asked.get("setInboxStatus", "done") != "done":
        raise wrong("/setInboxStatus", "Expected done", asked["setInboxStatus"], {"const": "done"})
    is_monitor = sender == line.monitor != ""
    if sender not in (line.id, line.number) and not is_monitor:
        raise Problem("missing")
    if asked.get("userId", USER_ID) != USER_ID:
        raise Problem("user")
    if not abroad and any(not number.startswith("+1") for number in to):
        raise Problem("abroad")
    return Send(content, list(dict.fromkeys(to)), is_monitor)


def read_many(query: QueryParams, name: str) -> list[str]:
    """Return a list given as a repeated name, or as name[]."""
    return query.getlist(name) + query.getlist(f"{name}[]")


def read_participants(query: QueryParams) -> str:
    """Return the thread of GET /v1/messages: one to ten numbers, sorted and comma-joined."""
    people = read_many(query, "participants")
    if not 1 <= len(people) <= MAX_PEOPLE or not all(E164.fullmatch(one) for one in people):
        raise wrong("/participants", "Required: 1 to 10 in E.164", people, {"type": "array"})
    return ",".join(sorted(set(people)))


def read_limit(query: QueryParams, name: str, most: int) -> int:
    """Return the size of a page, 10 when not said."""
    given = query.get(name, "10")
    if not given.isdecimal() or not 1 <= int(given) <= most:
        raise wrong(
            f"/{name}", f"Expected 1 to {most}", given, {"type": "integer", "maximum": most}
        )
    return int(given)


def read_moments(query: QueryParams, bounds: dict[str, str]) -> tuple[list[str], list[float]]:
    """Return SQL conditions and values for the time bounds given in the query."""
    conditions: list[str] = []
    values: list[float] = []
    for name, condition in bounds.items():
        given = query.get(name)
        if given is None:
            continue
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise wrong(
                f"/{name}", "Expected a date-time", given, {"format": "date-time"}
            ) from None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        conditions.append(condition)
        values.append(seconds)
    return conditions, values


def token(place: object) -> str:
    """Return the opaque token of a place in a listing, given as JSON can write it."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def read_token(query: QueryParams, name: str) -> float | None:
    """Return the row's number that a token stands for, or None without one."""
    found = _place(query, name)
    if found is not None and not isinstance(found, int | float):
        raise _no_token(query, name)
    return found


def read_place(query: QueryParams, name: str) -> tuple[float, str] | None:
    """Return the moment and the people that a token stands for, or None without one."""
    match _place(query, name):
        case None:
            return None
        case [int() | float() as moment, str() as people]:
            return moment, people
    raise _no_token(query, name)


def _place(query: QueryParams, name: str) -> Any:
    given = query.get(name)
    try:
        return json.loads(base64.urlsafe_b64decode(given)) if given else None
    except (ValueError, binascii.Error):
        raise _no_token(query, name) from None


def _no_token(query: QueryParams, name: str) -> Problem:
    return wrong(f"/{name}", "Invalid page token", query.get(name), {"type": "string"})
