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
from crm_app.intake.recipes import Columns, recipes
from crm_app.tables import read_table

_GROUPS = frozenset(read_table(__file__, "rows")["words"]["groups"])
# What a row may have several columns of.
_SEVERAL = re.compile(r"(2\.)?(phone.*|email.*|stop.*|may_text|notes|tag.*|extra|ignore)")
_PARTS = re.compile(r"\s*(?::::|[,;|])\s*")


@dataclass(slots=True)
class Read:
    """What a record says, in values that JSON knows (days are ISO dates).

    `reason` says why it is refused; then there is no house and nobody. `house` has columns of
    `property`; its `people` are those who are only a name. Each of `people` has columns of
    `contact`, and `numbers`, `position` (0: the house's primary one), `role` and `stop` (None, or
    since when (or None) they must not be texted and the source).
    """

    line: int
    cells: list[str]
    reason: str = ""
    warnings: list[str] = field(default_factory=list)
    house: dict[str, Any] | None = None
    people: list[dict[str, Any]] = field(default_factory=list)
    refused_phones: int = 0


def reader(mapping: list[dict[str, str]], recipe_name: str = "") -> Callable[[Record], Read]:
    """Return what reads the records of a file; `mapping` has an entry for each of its columns.

    Reading never raises: every record comes back, if only with a reason.
    """
    if recipe_name != ours.NAME:
        return _Reader(mapping, recipes().get(recipe_name, recipes()["Guess"])).read
    who = Who(Columns(mapping, recipes()["Guess"]), "")  # a column that somebody added by hand

    def read(record: Record) -> Read:
        found: Read = ours.fill(Read(*record), mapping)
        for person in found.people:
            person["stop"] = who.stop(clean_all(found.cells), person["name"], found.warnings)
        return found

    return read


class _Reader:
    """A mapping, worked out once: which cells are which field."""

    def __init__(self, mapping: list[dict[str, str]], recipe: dict[str, Any]) -> None:
        self._width, self._blanks = len(mapping), frozenset(recipe.get("blanks", ()))
        columns = Columns(mapping, recipe)
        several = [at for target, at in columns.of.items() if not _SEVERAL.fullmatch(target)]
        self._rivals = [found for found in several if len(found) > 1]
        self._extras, self._tags = columns.of.get("extra", ()), columns.of.get("tag", ())
        self._notes = [*columns.of.get("notes", ()), *columns.of.get("2.notes", ())]
        self._if_yes = columns.of.get("tag_if_yes", ())
        self._houses = Houses(columns)
        is_second = any(target.startswith("2.") for target in columns.of)
        self._people = [Who(columns, ""), *([Who(columns, "2.")] if is_second else [])]

    def read(self, record: Record) -> Read:
        read = Read(*record)
        if len(read.cells) != self._width:
            told = f"{len(read.cells)} cells where the header has {self._width}"
            read.reason = f"{told}: the row is shifted"
            return read
        cells = clean_all(read.cells)
        if cells is not read.cells:
            for at, _name in self._notes:  # notes keep their lines
                cells[at] = read.cells[at].strip()
        if self._blanks:
            cells = ["" if cell in self._blanks else cell for cell in cells]
        extras = {name: cells[at] for at, name in self._extras if cells[at]}
        for rivals in self._rivals:  # of several columns of one thing the first counts
            first, *others = [(cells[at], name) for at, name in rivals if cells[at]] or [("", "")]
            extras |= {name: cell for cell, name in others if cell.lower() != first[0].lower()}
        read.house = self._houses.read(cells, read.warnings, extras)
        if read.house is None and self._houses.are_needed:
            read.reason = self._houses.missing(cells)
            return read
        self._add_people(cells, read, extras)
        if read.house is None and not read.people:
            told = "nobody to reach: no number, e-mail or address."
            read.reason = " ".join([told, *read.warnings])
            read.warnings = []  # said once
        return read

    def _add_people(self, cells: list[str], read: Read, extras: dict[str, str]) -> None:
        house, tags, numbers = read.house, self._tags_of(cells), set[str]()
        shared = {"tags": tags, "mail_zip": self._houses.mail_zip(cells, house)}
        stop = None
        for who in self._people:
            person, refused = who.read(cells, read.warnings)
            stop = person["stop"] if who is self._people[0] else stop
            read.refused_phones += refused
            own = [number["e164"] for number in person["numbers"]]
            if own or person["email"]:
                read.people.append(person | shared)
                if not numbers.isdisjoint(own):
                    told = f"{read.people[0]['name']} and {person['name']} have one number."
                    read.warnings.append(told)
                numbers.update(own)
            elif house:
                extras |= person["extras"] | ({"Notes": person["notes"]} if person["notes"] else {})
                house["people"] += [{"name": person["name"], "email": ""}] if person["name"] else []
            elif person["name"]:
                read.warnings.append(f"{person['name']} has neither a number nor an e-mail.")
        for person in read.people:
            person["stop"] = person["stop"] or stop
        if not house and read.people:
            read.people[0]["extras"] = extras | read.people[0]["extras"]
        if house and tags and not read.people:
            extras["Tags"] = ", ".join(tags)

    def _tags_of(self, cells: list[str]) -> list[str]:
        found = [name for at, name in self._if_yes if flag(cells[at])]
        for at, _name in self._tags:
            found += (tag.removeprefix("* ") for tag in _PARTS.split(cells[at]) if tag)
        return [tag[:40] for tag in dict.fromkeys(found) if tag.lower() not in _GROUPS]
