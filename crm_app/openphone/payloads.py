"""OpenPhone's webhook bodies, read defensively: three generations and one wrap (facts of 2026).

Odd values raise nothing but NotJsonError and UnreadableError.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
Json = dict[str, Any]


class NotJsonError(ValueError):
    """The body is not JSON at all."""


class UnreadableError(ValueError):
    """The event is one we know, but what it says cannot be used; the sentence says why."""


class LostError(ValueError):
    """It is somebody's message or call, and not to be read: a person has to look."""


@dataclass(frozen=True)
class Event:
    """An envelope: its id, the kind (empty when it has none) and what is in it."""

    id: str
    kind: str
    data: Json


@dataclass(frozen=True)
class TextEvent:
    """A text of an event, whatever the generation; `at` is None when the time is unreadable."""

    provider_id: str
    sender: str
    recipients: list[str]
    body: str
    media: list[Json]
    error_code: str
    at: datetime | None


def read_event(raw: bytes) -> Event:
    """Return the envelope of a body, of no kind when it has none; raise NotJsonError."""
    try:
        found = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise NotJsonError from None
    event = as_object(found)
    if "type" not in event and as_object(event.get("object")).get("type"):
        event = as_object(event["object"])  # seen once in a capture of 2026-04-17
    return Event(as_text(event.get("id")), as_text(event.get("type")), as_object(event.get("data")))


def read_text(event: Event) -> TextEvent:
    """Return the text of a message event; raise UnreadableError without an id or a party."""
    context = as_object(event.data.get("context"))
    if "resource" in event.data:  # 2026-03-30
        said = as_object(event.data["resource"])
        sender, recipients = context.get("senderIdentifier"), context.get("recipientIdentifiers")
    else:  # v3 writes `body` and one string, v4 `text` and mostly a list
        said = as_object(event.data.get("object"))
        sender, recipients = said.get("from"), said.get("to")
    provider_id = as_text(said.get("id"))
    if not provider_id:
        raise LostError("The message has no id.")
    given = [said.get("text"), said.get("body")]
    body = next((as_text(body) for body in given if body is not None), "")
    media, error, at = said.get("media"), said.get("errorCode"), said.get("createdAt")
    parties = (as_text(sender), as_list(recipients))
    return TextEvent(provider_id, *parties, body, as_media(media), as_text(error), read_time(at))


def read_time(given: object) -> datetime | None:
    """Return an ISO time as aware UTC, or None when it is none, or of no year of ours."""
    try:
        at = datetime.fromisoformat(as_text(given))
    except ValueError:
        return None
    if not 2000 < at.year < 2100:  # it would stand at the end of its thread for ever
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def as_object(given: object) -> Json:
    """Return an object, an empty one for anything else."""
    return dict(given) if isinstance(given, Mapping) else {}


def as_objects(given: object) -> list[Json]:
    """Return a list's objects, none for anything else."""
    return [as_object(one) for one in given] if isinstance(given, list) else []


def as_media(given: object) -> list[Json]:
    """Return the files of a message, each with address and type, without those that have none."""
    told = [one for one in as_objects(given) if one.get("url")]
    return [{"url": as_text(one["url"]), "type": as_text(one.get("type"))} for one in told]


def as_text(given: object) -> str:
    """Return a string that PostgreSQL can keep: no NUL, no half of a surrogate pair."""
    if not isinstance(given, str | int | float) or isinstance(given, bool):
        return ""
    text = str(given).replace("\x00", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_list(given: object) -> list[str]:
    """Return numbers given as a list, or as one string, comma-joined for a group."""
    parts = given if isinstance(given, list) else as_text(given).split(",")
    return [text for part in parts if (text := as_text(part).strip())]
