"""Our own export, read back as it was written: nothing is cleaned, cased or guessed."""

import re
from collections.abc import Callable
from typing import Any

from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.addresses import address_key
from crm_app.contacts.phones import digits
from crm_app.intake.cells import cents, flag, number, whole
from crm_app.sheets import unescaped
from crm_app.tables import read_table

NAME = "Attack-a-Crack export"
COLUMNS = read_table(__file__, "ours")
_READ: dict[str, Callable[[str], Any]] = {
    "whole": whole,
    "number": number,
    "cents": cents,
    "flag": flag,
}
_OF = {field: _READ[kind] for kind, fields in COLUMNS["read"].items() for field in fields}
_OTHER = re.compile(r"(.*?)(?: <(.*)>)?", re.DOTALL)


def fill(read: Any, mapping: list[dict[str, str]]) -> Any:
    """Fill a Read from its cells; a row of another width gets the reason why it is refused."""
    if len(read.cells) != len(mapping):
        width = f"{len(read.cells)} cells where the header has {len(mapping)}"
        read.reason = f"{width}: the row is shifted"
        return read
    said = {one["column"]: unescaped(cell) for one, cell in zip(mapping, read.cells, strict=True)}
    if said.get("Address"):
        house = _fields("house", said)
        house["extras"] = _extras("house", said)
        house["address_key"] = address_key(house["address"], house["zip5"], house["city"])
        others = filter(None, house["people"].split(BETWEEN))
        house["people"] = [
            {"name": found[1], "email": found[2] or ""} for found in map(_OTHER.fullmatch, others)
            if found
        ]  # fmt: skip
        read.house = house
    person = _fields("person", said) | _fields("tie", said)
    person |= {"numbers": _numbers(said), "extras": _extras("person", said), "stop": None}
    person["tags"] = [tag for tag in person["tags"].split(BETWEEN) if tag]
    if person["numbers"] or person["email"]:
        read.people.append(person)
    elif person["name"] and read.house:
        read.house["people"].append({"name": person["name"], "email": ""})
    elif not read.house:
        read.reason = "nobody to reach: no number, e-mail or address."
    return read


def _fields(of: str, said: dict[str, str]) -> dict[str, Any]:
    cells = ((field, said.get(column, "")) for field, column in COLUMNS[of].items())
    found = {field: _OF.get(field, str)(cell) for field, cell in cells}
    days = ("purchased_on", "started_on", "ended_on")
    return found | {day: found[day] or None for day in days if day in found}


def _numbers(said: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    place = 1
    while shown := said.get(f"Phone {place}"):
        one: dict[str, Any] = {
            field: said.get(column.format(place), "") for field, column in COLUMNS["phone"].items()
        }
        since, source = one.pop("since"), one.pop("source")
        one["e164"] = shown if shown.startswith("+") else f"+1{digits(shown)}"
        one |= {"position": place - 1, "is_textable": not one["not_textable_because"]}
        one["stop"] = {"since": since, "source": source} if since else None
        found.append(one)
        place += 1
    return found


def _extras(of: str, said: dict[str, str]) -> dict[str, str]:
    start = COLUMNS["extra"][of]
    return {name.removeprefix(start): cell for name, cell in said.items()
            if cell and name.startswith(start)}  # fmt: skip
