"""One row of a file as a house and its people, or the reason why it is neither."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm_app.intake import ours
from crm_app.intake.cells import clean_all, flag
from crm_app.intake.files import Record
from crm_app.intake.houses import Houses
from crm_app.intake.people import Who
from crm_app.intake.recipes import key_of, recipes
from crm_app.tables import read_table

_GROUPS = frozenset(read_table(__file__, "rows")["words"]["groups"])
# What a row may have several columns of.
_SEVERAL = re.compile(r"(2\.)?(phone.*|email.*|stop.*|may_text|notes|tag.*|extra|ignore)")
_TAGS = re.compile(r"\s*(?::::|[,;|])\s*")


@dataclass(slots=True)
class Read:
    """What a record says, in values that JSON knows (days are ISO dates).

    `reason` says why it is refused; then there is no house and nobody. `house` has columns of
    `property`; its `people` are those who are only a name. Each of `people` has columns of
    `contact`, and `numbers`, `position` (0: the house's primary one), `role` and `stop` (None, or
    since when (or None) they must not be texted and the source). Rows that share one of `keys` may
    mean the same house or person.
    """

    line: int
    cells: list[str]
    reason: str = ""
    warnings: list[str] = field(default_factory=list)
    house: dict[str, Any] | None = None
    people: list[dict[str, Any]] = field(default_factory=list)
    refused_phones: int = 0
    keys: list[str] = field(default_factory=list)


def reader(mapping: list[dict[str, str]], recipe_name: str = "") -> Callable[[Record], Read]:
    """Return what reads the records of a file; `mapping` has an entry for each of its columns.

    Reading never raises: every record comes back, if only with a reason.
    """
    if recipe_name == ours.NAME:
        return lambda record: ours.fill(Read(*record), mapping)
    return _Reader(mapping, recipes().get(recipe_name, recipes()["Guess"])).read


class _Reader:
    """A mapping, worked out once: which cells are which field."""

    def __init__(self, mapping: list[dict[str, str]], recipe: dict[str, Any]) -> None:
        self._width, self._blanks = len(mapping), frozenset(recipe.get("blanks", ()))
        columns = [(place, one["column"], one["target"]) for place, one in enumerate(mapping)]
        columns.sort(key=lambda column: _preference(recipe["columns"], *column[1:]))
        self._columns = dict[str, list[tuple[int, str]]]()
        for place, name, target in columns:
            self._columns.setdefault(target, []).append((place, name))
        self._rivals = [
            found for target, found in self._columns.items()
            if len(found) > 1 and not _SEVERAL.fullmatch(target)
        ]  # fmt: skip
        self._houses = Houses(columns)
        self._people = [Who(columns, ""), Who(columns, "2.")]

    def read(self, record: Record) -> Read:
        read = Read(*record)
        if len(read.cells) != self._width:
            read.reason = (
                f"{len(read.cells)} cells where the header has {self._width}: the row is shifted"
            )
            return read
        cells = clean_all(read.cells)
        if self._blanks:
            cells = ["" if cell in self._blanks else cell for cell in cells]
        extras = {name: cells[at] for at, name in self._columns.get("extra", ()) if cells[at]}
        for rivals in self._rivals:  # of several columns of one thing the first counts
            first, *others = [(cells[at], name) for at, name in rivals if cells[at]] or [("", "")]
            extras |= {
                name: cell for cell, name in others if cell.casefold() != first[0].casefold()
            }
        read.house = house = self._houses.read(cells, read.warnings, extras)
        if house is None and self._houses.are_needed:
            read.reason = self._houses.missing(cells)
            return read
        self._add_people(cells, read)
        if house:
            read.keys += _keys(house)
        elif read.people:
            read.people[0]["extras"] = extras | read.people[0]["extras"]
        else:
            read.reason = " ".join(
                ["nobody to reach: no number, e-mail or address.", *read.warnings]
            )
        return read

    def _add_people(self, cells: list[str], read: Read) -> None:
        shared = {
            "tags": self._tags(cells), "mail_zip": self._houses.mail_zip(cells, read.house)
        }  # fmt: skip
        for who in self._people:
            person, refused = who.read(cells, read.cells, read.warnings)
            read.refused_phones += refused
            if person["numbers"] or person["email"]:
                read.people.append(person | shared)
                read.keys += [number["e164"] for number in person["numbers"]]
                read.keys += filter(None, [person["email"]])
            elif person["name"] and read.house:
                read.house["people"].append({"name": person["name"], "email": ""})
            elif person["name"]:
                read.warnings.append(f"{person['name']} has neither a number nor an e-mail.")
        if len(read.people) > 1:
            first, second = read.people
            second["stop"] = second["stop"] or first["stop"]
            used = [n["e164"] for n in first["numbers"][:1]]  # none: only an e-mail address
            if any(n["e164"] in used for n in second["numbers"]):
                read.warnings.append(f"{first['name']} and {second['name']} have one number.")

    def _tags(self, cells: list[str]) -> list[str]:
        found = list[str]()
        for at, _name in self._columns.get("tag", ()):
            found += (tag.removeprefix("* ") for tag in _TAGS.split(cells[at]) if tag)
        found += (name for at, name in self._columns.get("tag_if_yes", ()) if flag(cells[at]))
        return [tag[:40] for tag in dict.fromkeys(found) if tag.lower() not in _GROUPS]


def _preference(known: dict[str, list[str]], name: str, target: str) -> tuple[int, int, str]:
    """How columns of one target are ordered: as the recipe has them, Phone 2 before Phone 10."""
    key, patterns = key_of(name), known.get(target, ())
    fits = [at for at, pattern in enumerate(patterns) if re.fullmatch(pattern, key)]
    found = re.search(r"\d+", name)
    return fits[0] if fits else len(patterns), int(found[0]) if found else 0, name


def _keys(house: dict[str, Any]) -> list[str]:
    """What a house may be known by; a parcel number is unique within a town only."""
    keys = [house["address_key"]]
    if house["apn"]:
        keys.append(f"{house['apn']}|{house['city'].lower()}")
    if house["radar_id"]:
        keys.append(house["radar_id"])
    return keys
