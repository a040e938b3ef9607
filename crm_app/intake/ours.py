"""Our own export, read back as it was written: no text is cleaned, cased or guessed.

A spreadsheet may have been between (02169 becomes 2169, a day 3/1/2026): what is no text is read as
in any file, and a cell that cannot be read refuses its row.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.addresses import address_key, read_state, read_zip
from crm_app.contacts.models import Property, Tie
from crm_app.contacts.phones import digits, read_email, read_phone, show
from crm_app.intake.cells import cents, day, flag, number, whole
from crm_app.sheets import unescaped
from crm_app.tables import read_table

NAME = "Attack-a-Crack export"
COLUMNS = read_table(__file__, "ours")
_OF = {"person": "contact", "phone": "phone_number", "tie": "contact_property", "house": "property"}
_LONGEST: dict[str, dict[str, int | None]] = {
    of: {one.name: getattr(one.type, "length", None) for one in Property.metadata.tables[name].c}
    for of, name in _OF.items()
}
_SHOWN = re.compile(r"\([0-9]{3}\) [0-9]{3}-[0-9]{4}|\+1[0-9]{10}")
_FOREIGN = re.compile(r"\+[2-9][0-9]{6,14}")
_PHONE = re.compile(COLUMNS["phone"]["e164"].format(r"([0-9]{1,3})"))
_OTHER = re.compile(r"(.*?)(?: <(.*)>)?", re.DOTALL)


def _e164(cell: str) -> str:
    """Read a number as we show it, whatever its country, else as any file may write it."""
    if _FOREIGN.fullmatch(cell):
        return cell
    return f"+1{digits(cell)[-10:]}" if _SHOWN.fullmatch(cell) else read_phone(cell).e164


def _moment(cell: str) -> str | None:
    try:
        return datetime.fromisoformat(cell).isoformat()
    except ValueError:
        return day(cell)


_READ: dict[str, Callable[[str], Any]] = {
    "whole": whole, "number": number, "cents": cents, "flag": flag, "day": day, "moment": _moment,
    "zip": read_zip, "email": read_email, "phone": _e164,
    "state": lambda cell: cell if len(cell) <= 2 else read_state(cell),
    "role": lambda cell: cell.lower() if cell.lower() in list(Tie) else None,
}  # fmt: skip
_KIND_OF = {field: kind for kind, fields in COLUMNS["read"].items() for field in fields}
_NOTHING = {name: None for name in ("whole", "number", "cents", "flag", "day", "moment")}


def fill(read: Any, mapping: list[dict[str, str]]) -> Any:
    """Fill a Read from its cells, or give it the reason why it is refused."""
    if len(read.cells) != len(mapping):
        width = f"{len(read.cells)} cells where the header has {len(mapping)}"
        read.reason = f"{width}: the row is shifted"
        return read
    pairs = zip(mapping, read.cells, strict=True)
    said = {one["column"]: unescaped(cell) for one, cell in pairs if one["target"] != "ignore"}
    wrong: list[str] = []
    person = _fields("person", said, wrong) | _fields("tie", said, wrong)
    person |= {"numbers": _numbers(said, wrong), "extras": _extras("person", said), "stop": None}
    person["tags"] = [tag for tag in person["tags"].split(BETWEEN) if tag]
    house = _fields("house", said, wrong)
    house["extras"] = _extras("house", said)
    house["address_key"] = address_key(house["address"], house["zip5"], house["city"])
    others = map(_OTHER.fullmatch, filter(None, house["people"].split(BETWEEN)))
    house["people"] = [{"name": one[1], "email": one[2] or ""} for one in others if one]
    if house["address"] and not (house["city"] or house["zip5"]):
        wrong.append("no town and no ZIP")
    reached = [show(one["e164"]) for one in person["numbers"]] + [person["email"]]
    if not (wrong or house["address"] or any(reached)):
        wrong.append("nobody to reach: no number, e-mail or address.")
    if wrong:
        read.reason = "; ".join(wrong)
        return read
    read.house = house if house["address"] else None
    if any(reached):
        read.people.append(person | {"name": person["name"] or reached[0]})
    elif person["name"]:
        house["people"].append({"name": person["name"], "email": ""})
    return read


def _fields(of: str, said: dict[str, str], wrong: list[str], place: int = 0) -> dict[str, Any]:
    """Read the fields of a thing; `wrong` gets what is to be typed where a cell cannot be read."""
    found = dict[str, Any]()
    for field, column in COLUMNS[of].items():
        name, kind = column.format(place), _KIND_OF.get(field, "")
        cell, longest = said.get(name, ""), _LONGEST[of].get(field)
        cell = cell.strip() if kind else cell
        value = found[field] = _READ[kind](cell) if kind and cell else _NOTHING.get(kind, cell)
        if cell and value in (None, ""):
            wrong.append(f"{name}: “{cell[:40]}” cannot be read, type {COLUMNS['type'][kind]}")
        elif longest and isinstance(value, str) and len(value) > longest:
            wrong.append(f"{name} has {len(value)} letters, type at most {longest}")
    return found


def _numbers(said: dict[str, str], wrong: list[str]) -> list[dict[str, Any]]:
    found = dict[str, dict[str, Any]]()
    places = sorted(int(one[1]) for one in map(_PHONE.fullmatch, said) if one)
    for place in places:
        one = _fields("phone", said, wrong, place)
        since, source = one.pop("since"), one.pop("source")
        one |= {"position": len(found), "is_textable": not one["not_textable_because"]}
        one["stop"] = {"since": since, "source": source} if since else None
        if one["e164"]:
            found.setdefault(one["e164"], one)
    return list(found.values())


def _extras(of: str, said: dict[str, str]) -> dict[str, str]:
    start = COLUMNS["extra"][of]
    return {name.removeprefix(start): cell for name, cell in said.items()
            if cell and name.startswith(start)}  # fmt: skip
