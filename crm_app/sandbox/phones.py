"""A homeowner's phone: what the pretend OpenPhone delivered to it, and texting back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import text
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.phones import show
from crm_app.errors import CrmError
from crm_app.openphone import client
from crm_app.sandbox.clocks import only_in_sandbox

NOBODY = "The pretend OpenPhone does not answer. Start it with `make run`."
OTHER = "This world has no phone to look at: another server stands in for OpenPhone."


@dataclass(frozen=True)
class PhoneText:
    """One text on a homeowner's phone; side `in` came from the firm, `out` went to it."""

    side: str
    body: str
    time: str
    exact: str


@dataclass(frozen=True)
class Phone:
    """What is on a homeowner's phone; `problem` says why nothing can be seen."""

    e164: str = ""
    number: str = ""
    has_opted_out: bool = False
    texts: list[PhoneText] = field(default_factory=list)
    problem: str = ""


def ask(method: str, path: str, content: bytes | None = None) -> httpx.Response:
    """Return what the pretend world answers below /__sandbox; raise CrmError when it is silent."""
    only_in_sandbox()
    try:
        with client.connection() as provider:
            return provider.request(method, f"/__sandbox/{path}", content=content)
    except httpx.HTTPError as problem:
        raise CrmError(NOBODY) from problem


def see(e164: str) -> Phone:
    """Return what is on the phone with this number."""
    try:
        answer = ask("GET", f"phone/{e164}")
    except CrmError as problem:
        return Phone(e164, show(e164), problem=str(problem))
    if answer.status_code != httpx.codes.OK:
        return Phone(e164, show(e164), problem=OTHER)
    said = answer.json()
    return Phone(e164, show(e164), said["opted_out"], [_text(one) for one in said["texts"]])


def say(e164: str, body: str, *, has_photo: bool = False) -> None:
    """Let the homeowner with this number text the firm; raise CrmError when that is refused."""
    _tell("say", {"from": e164, "text": body, "photo": has_photo})


def call(e164: str, how: str, seconds: int = 1, words: str = "") -> None:
    """Let the homeowner call the firm: missed, answered, voicemail (with words), forwarded."""
    said = {"words": words.strip()} if words.strip() else {}
    _tell("call", {"from": e164, "how": how, "seconds": seconds, **said})


def say_as_staff(e164: str, body: str) -> None:
    """Let somebody of the firm text this number from OpenPhone's own app."""
    _tell("staff", {"to": e164, "text": body})


def _tell(path: str, body: dict[str, Any]) -> None:
    answer = ask("POST", path, httpx.Request("POST", "http://sandbox", json=body).content)
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise CrmError(answer.json()["error"])
    if answer.status_code != httpx.codes.OK:
        raise CrmError(OTHER)


def _text(one: dict[str, Any]) -> PhoneText:
    at = datetime.fromisoformat(one["at"])
    side = "in" if one["direction"] == "outgoing" else "out"
    body = one["text"] or ("Photo" if one["media"] else "")
    return PhoneText(side, body, times.hour(at), times.exact(at))


def lately(session: Session, person: Person) -> list[tuple[str, str]]:
    """Return number and name of the 50 people texted last, as far as `person` may read them."""
    person.must(Permission.REPLY)
    mine = "" if person.may(Permission.READ_ALL_THREADS) else "where c.assigned_to = :me"
    rows = session.execute(
        text(
            "select c.e164, k.name from conversation c join contact k on k.id = c.contact_id"
            f" {mine} order by c.last_at desc, c.id desc limit 50"
        ),
        {"me": person.id},
    )
    return [(row.e164, f"{row.name}, {show(row.e164)}") for row in rows]
