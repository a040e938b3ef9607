"""One row of a file as a house and its people, or the reason why it is neither."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm_app.contacts.actions import UNCHECKED
from crm_app.contacts.addresses import address_key, place_of_zip, proper_street, read_zip
from crm_app.contacts.models import Property
from crm_app.contacts.names import split
from crm_app.contacts.phones import read_email, read_phones, show
from crm_app.errors import CrmError
from crm_app.intake.readers import Record, cents, clean, day, flag, number, whole
from crm_app.tables import read_table

# The one format known so far; another is another .toml beside this file.
_FORMAT = read_table(__file__, "propertyradar")
_WITHOUT = dict.fromkeys(_FORMAT["columns"], "") | dict.fromkeys(_FORMAT["assumed"], "Active")
# How the fields of a house are read; what a row says nothing of is None or "".
_KINDS: dict[str, Callable[[str], Any]] = {
    "text": str, "capitals": str.upper, "street": proper_street, "zip": read_zip,
    "number": number, "whole": whole, "day": day, "cents": cents, "flag": flag,
}  # fmt: skip
_READ: dict[str, Callable[[str], Any]] = {
    name: _KINDS[kind] for kind, names in _FORMAT["kinds"].items() for name in names
}
_COLUMNS = Property.metadata.tables["property"].columns
_LONGEST = {column.name: getattr(column.type, "length", None) for column in _COLUMNS}


@dataclass(slots=True)
class PersonRead:
    """Somebody with numbers, as rows of the tables; `position` 0 is the house's primary one."""

    contact: dict[str, Any]
    numbers: list[dict[str, Any]]
    position: int


@dataclass(slots=True)
class Row:
    """What a record says, and what became of it; `failed` says why it is no house."""

    line: int
    cells: list[str]
    failed: str = ""
    verdict: str = "failed"
    house_id: int | None = None
    house: dict[str, Any] = field(default_factory=dict)
    people: list[PersonRead] = field(default_factory=list)
    refused_phones: int = 0
    warnings: list[str] = field(default_factory=list)


def columns_of(header: list[str]) -> dict[str, int]:
    """Return where each known field stands (from 0); raise CrmError naming what is missing."""
    places = dict[str, int]()
    for place, name in enumerate(header):
        places.setdefault(re.sub(r"[^a-z0-9$%]", "", name.lower()), place)
    columns = _FORMAT["columns"].items()
    pairs = [(to, places[name]) for to, names in columns for name in names if name in places]
    found = dict(reversed(pairs))  # of two columns for one field the first in the list
    missing = [shown for name, shown in _FORMAT["needed"].items() if name not in found]
    if missing:
        raise CrmError(
            f"This is not a {_FORMAT['name']} list: the first line has no column"
            f" {', '.join(missing)}. Export the list from {_FORMAT['name']} with these columns."
        )
    return found


def read_row(record: Record, columns: dict[str, int], width: int) -> Row:
    """Read a record; `width` is how many cells the header has."""
    row = Row(*record)
    if len(record.cells) != width:
        row.failed = f"{len(record.cells)} cells where the header has {width}: the row is shifted"
        return row
    given = {name: clean(record.cells[place]) for name, place in columns.items()}
    cell = _WITHOUT | given
    if not cell["address"]:
        row.failed = "no address"
        return row
    row.house = _house(cell, row.warnings)
    for position, who in enumerate(("primary", "secondary")):
        _person(cell, who, position, row)
    return row


def _house(cell: dict[str, str], warnings: list[str]) -> dict[str, Any]:
    house = {name: read(cell[name]) for name, read in _READ.items()}
    zip5 = read_zip(cell["zip"])
    if (house["latitude"] or 0) < (house["longitude"] or 0):  # no place of the US is there
        house["latitude"], house["longitude"] = house["longitude"], house["latitude"]
        warnings.append("Longitude and latitude were swapped; put right.")
    if not zip5:
        warnings.append(f"The ZIP {cell['zip'] or '(blank)'} cannot be read.")
    house |= {
        "zip5": zip5, "address_key": address_key(cell["address"], zip5), "people": [],
        "state": place_of_zip(zip5)[0], "year_built": house["year_built"] or None,
        "mail_state": place_of_zip(house["mail_zip"])[0],
    }  # fmt: skip
    return {n: v[: _LONGEST[n]] if isinstance(v, str) else v for n, v in house.items()}


def _person(cell: dict[str, str], who: str, position: int, row: Row) -> None:
    written, status, mail = cell[f"{who}_phone"], cell[f"{who}_status"], cell[f"{who}_email"]
    name, email, readings = split(cell[f"{who}_name"]), read_email(mail), read_phones(written)
    if mail and not email:
        row.warnings.append(f"E-mail {mail} of {name.name} not taken: no address.")
    refused = readings[0].refused if readings else ""
    if refused:
        row.warnings.append(f"Phone {written} of {name.name or who} not taken: {refused}.")
        row.refused_phones += 1
    if readings and not refused:
        doubt = f"marked {status[:40]}: {UNCHECKED}" if status else f"no status: {UNCHECKED}"
        doubt = "" if status.lower() == "active" else doubt
        numbers = [
            {
                "e164": one.e164, "position": at, "is_textable": not (one.because or doubt),
                "not_textable_because": one.because or doubt, "note": "",
            }
            for at, one in enumerate(readings)
        ]  # fmt: skip
        called = {"name": name.name or show(readings[0].e164)}
        contact = name._asdict() | called | {"email": email, "mail_zip": row.house["mail_zip"]}
        row.people.append(PersonRead(contact, numbers, position))
    elif name.name:
        row.house["people"].append({"name": name.name, "email": email})
