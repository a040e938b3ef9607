"""Faults and switches of the pretend OpenPhone as a screen needs them, read and changed over HTTP.

What is shown is what that server says at this moment; this module keeps nothing.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from crm_app import times
from crm_app.errors import CrmError
from crm_app.sandbox import phones
from crm_app.sandbox.openphone.store import WORDS
from crm_app.tables import read_table

TABLE: dict[str, Any] = read_table(__file__, "labels")
OFF = "0"


@dataclass(frozen=True)
class Knob:
    """One fault or switch; `kind` is rate, flag, choice or number, `value` the browser's."""

    name: str
    label: str
    kind: str
    value: str
    options: list[tuple[str, str]] = field(default_factory=list)
    is_on: bool = False


@dataclass(frozen=True)
class Group:
    """Knobs that belong together."""

    title: str
    knobs: list[Knob]


@dataclass(frozen=True)
class Told:
    """One of the last webhooks: its kind, state with tone, and how the app answered."""

    kind: str
    state: str
    tone: str
    detail: str


@dataclass(frozen=True)
class Lately:
    """What the pretend OpenPhone did since it was empty, by name and count."""

    counts: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    last: list[Told] = field(default_factory=list)


def switchboard() -> list[Group]:
    """Return all knobs by group; raise CrmError when nobody answers."""
    faults, switches = _asked("GET", "faults"), _asked("GET", "switches")
    knobs = {name: _rate(name, value) for name, value in faults.items()}
    knobs |= {name: _switch(name, value) for name, value in switches.items()}
    groups = list[Group]()
    for group in TABLE["group"]:
        here = {name: words for name, words in group["of"].items() if name in knobs}
        groups.append(Group(group["title"], [_named(knobs.pop(n), here[n]) for n in here]))
    rest = [_named(knob, WORDS["faults"].get(name, name)) for name, knob in knobs.items()]
    return [*groups, Group("Other", rest)] if rest else groups


def turn(name: str, value: str | bool) -> None:
    """Set one fault or switch to what the browser sent; raise CrmError when it makes no sense."""
    if name in WORDS["faults"]:
        _asked("PUT", "faults", {**_asked("GET", "faults"), name: _number(value)})
    elif isinstance(value, bool) or name in WORDS["choices"]:
        _asked("PUT", "switches", {name: value})
    else:
        _asked("PUT", "switches", {name: _number(value)})


def all_off() -> None:
    """Turn every fault off and every switch to where it was at first."""
    _asked("PUT", "faults", {})
    _asked("PUT", "switches", WORDS["switches"])


def lately() -> Lately:
    """Return what the pretend OpenPhone did; raise CrmError when nobody answers."""
    said = _asked("GET", "lately")
    texts, hooks, refused = said["texts"], said["webhooks"], said["refused"]
    counts = {
        "Texts from us": texts.get("outgoing", 0),
        "Texts to us": texts.get("incoming", 0),
        "Webhooks taken": hooks.get("done", 0),
        "Waiting": hooks.get("waiting", 0),
        "Lost": hooks.get("failed", 0) + hooks.get("dropped", 0),
        "Requests refused": sum(refused.values()),
    }
    reasons = [(WORDS["problems"][kind][2], f"{n:,}") for kind, n in refused.items()]
    return Lately([(k, f"{v:,}") for k, v in counts.items()], reasons, [*map(_told, said["last"])])


def send_event(kind: str) -> None:
    """Let a sample event of that kind be delivered, signed."""
    _asked("POST", "event", {"kind": kind})


def _asked(method: str, path: str, body: object = None) -> Any:
    answer = phones.ask(method, path, None if body is None else json.dumps(body).encode())
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise CrmError(answer.json()["error"])
    if answer.status_code != httpx.codes.OK:
        raise CrmError(phones.OTHER)
    return answer.json()


def _rate(name: str, rate: float) -> Knob:
    options = dict(TABLE["rates"])
    options.setdefault(f"{rate:g}", f"{rate:.0%}")
    return Knob(name, "", "rate", f"{rate:g}", list(options.items()), rate > 0)


def _switch(name: str, value: object) -> Knob:
    is_on = value != WORDS["switches"].get(name)
    if isinstance(value, bool):
        return Knob(name, "", "flag", "yes" if value else "", is_on=is_on)
    if name in WORDS["choices"]:
        words = TABLE["values"].get(name, {})
        options = [(one, words.get(one, one)) for one in WORDS["choices"][name]]
        return Knob(name, "", "choice", str(value), options, is_on)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return Knob(name, "", "number", shown, is_on=is_on)


def _named(knob: Knob, words: str) -> Knob:
    return Knob(knob.name, words, knob.kind, knob.value, knob.options, knob.is_on)


def _number(value: object) -> float:
    try:
        found = float(str(value).replace(",", "."))
    except ValueError:
        raise CrmError(f"{value!r} is no number.") from None
    return int(found) if found.is_integer() else found


def _told(one: dict[str, Any]) -> Told:
    words, tone = TABLE["states"].get(one["state"], (one["state"], "plain"))
    at = times.hour(datetime.fromisoformat(one["next_at"]))
    tries = "" if one["attempts"] < 2 else f", {one['attempts']} tries"
    answer = f"answered {one['answer']}" if one["answer"] else "not posted"
    return Told(one["kind"], words, tone, f"{at}, {answer}{tries}")
