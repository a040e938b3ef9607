"""What the columns of a header are: the formats known here (recipes/*.toml), else a best guess."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from crm_app.errors import CrmError
from crm_app.tables import read_table

REASON = "Reason not imported"  # beside the rows that we gave back: no column of the list
SURE = 60  # per cent: below this a person looks at the mapping first
_GUESS = "Guess"  # the recipe of synonyms, for a header of nobody's
_STOPS = ("stop", "may_text", "stop_since", "stop_source")  # heard whatever the format
_MAKES = ("phone", "email", "address", "place", "apn", "radar_id")


class Recognised(NamedTuple):
    """A format's name ("" for none), per cent of sureness, and {"column", "target"} in order."""

    name: str
    sureness: int
    mapping: list[dict[str, str]]


def key_of(column: str) -> str:
    """Return a header as recipes name it: small letters, digits, $ and %."""
    return re.sub(r"[^a-z0-9$%#]", "", column.lower())


def header_key(header: Iterable[str]) -> str:
    """Return what headers of the same columns share, in whatever order: 64 hex digits.

    `REASON` is none of the columns.
    """
    keys = sorted(key for key in map(key_of, header) if key != _REASON)
    return sha256("\n".join(keys).encode()).hexdigest()


_REASON = key_of(REASON)


@cache
def recipes() -> dict[str, dict[str, Any]]:
    """The recipe files by the name of their format."""
    files = sorted(Path(__file__).with_name("recipes").glob("*.toml"))
    found = [tomllib.loads(file.read_text("utf-8")) for file in files]
    return {recipe["name"]: recipe for recipe in found}


@cache
def targets() -> list[tuple[str, str]]:
    """Return what a column can be, each as (word of a mapping, label for the editor)."""
    table = read_table(__file__, "targets")
    first, house = list(table["person"].items()), list(table["house"].items())
    second = [(f"2.{name}", f"Second person: {label}") for name, label in first]
    return [*table["row"].items(), *first, *house, *second]


def recognise(header: Sequence[str]) -> Recognised:
    """Return the best mapping of a header; below `SURE` it is a guess for a person to finish."""
    keys = [key_of(column) for column in header]
    own = [key for key in keys if key != _REASON] or keys
    sureness, name = max((_sureness(recipe, own), name) for name, recipe in recipes().items())
    name = name if sureness >= SURE else _GUESS
    found = ["ignore" if key == _REASON else _target(recipes()[name], key) for key in keys]
    stops = {"columns": {target: recipes()[_GUESS]["columns"][target] for target in _STOPS}}
    for at, key in enumerate(keys):
        if found[at] in ("", "extra"):
            found[at] = _target(stops, key)
    if name == _GUESS and "owner" in found and not {"name", "first_name", "last_name"} & {*found}:
        found[found.index("owner")] = "name"  # the list names its people nowhere else
    pairs = zip(header, found, strict=True)
    mapping = [{"column": column, "target": target or "extra"} for column, target in pairs]
    return Recognised(name if name != _GUESS else "", sureness, mapping)


class Columns:
    """The columns of a file by what they are, the preferred of one target first."""

    def __init__(self, mapping: Sequence[dict[str, str]], recipe: dict[str, Any]) -> None:
        """Order as the recipe has them, else Phone 2 before Phone 10, whatever the file's order."""
        self.of = dict[str, list[tuple[int, str]]]()  # target: places in the row, and headers
        self._order = recipe["columns"]
        columns = [(place, one["column"], one["target"]) for place, one in enumerate(mapping)]
        for place, name, target in sorted(columns, key=self._preference):
            self.of.setdefault(target, []).append((place, name))

    def said(self, cells: list[str], target: str) -> str:
        """Return the first of a row's cells that says something of a target, else ""."""
        for at, _name in self.of.get(target, ()):
            if cells[at]:
                return cells[at]
        return ""

    def _preference(self, column: tuple[int, str, str]) -> tuple[int, int, str]:
        key, patterns = key_of(column[1]), self._order.get(column[2], ())
        fits = [at for at, pattern in enumerate(patterns) if re.fullmatch(pattern, key)]
        found = re.search(r"\d+", column[1])
        return (fits or [len(patterns)])[0], int(found[0]) if found else 0, column[1]


def check(mapping: Any) -> None:
    """Raise CrmError when nothing can be made of rows mapped like this."""
    known = dict(targets())
    given = [str(one.get("target") if isinstance(one, dict) else one) for one in mapping]
    if wrong := [target for target in given if target not in known]:
        raise CrmError(f"A column cannot be {', '.join(wrong)}. Choose from the list.")
    said = {target.removeprefix("2.").partition(".")[0] for target in given}
    if not said & {*_MAKES}:
        raise CrmError(
            "Say which column is a phone number, an e-mail address, or the address of a house."
            " Without one of them no row can be kept."
        )


def _target(recipe: dict[str, Any], key: str) -> str:
    for target, patterns in recipe["columns"].items():
        if any(re.fullmatch(pattern, key) for pattern in patterns):
            return str(target)
    return ""


def _sureness(recipe: dict[str, Any], keys: list[str]) -> int:
    """The share of needed columns, and how many of the file's are known; all needed: 40 at least.

    A guess, and what lacks a needed column, stays below `SURE`.
    """
    needed = [any(re.fullmatch(need, key) for key in keys) for need in recipe["needed"]]
    known = sum(bool(_target(recipe, key)) for key in keys) / len(keys)
    sureness = round(40 * sum(needed) / len(needed) + 60 * known)
    return sureness if all(needed) and recipe["name"] != _GUESS else min(sureness, SURE - 1)
