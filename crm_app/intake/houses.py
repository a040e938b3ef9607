"""The house that a row speaks of."""

import re
from collections.abc import Callable
from typing import Any

from crm_app.contacts.addresses import (
    address_key,
    place_of_zip,
    proper_street,
    read_state,
    read_zip,
    split_place,
)
from crm_app.contacts.models import Property
from crm_app.intake.cells import cents, day, flag, number, whole
from crm_app.intake.recipes import Columns
from crm_app.tables import read_table

_TABLE = read_table(__file__, "rows")
_OF_HOUSES = frozenset(read_table(__file__, "targets")["house"])
_KINDS: dict[str, Callable[[str], Any]] = {
    "text": str, "capitals": str.upper, "street": proper_street, "number": number,
    "whole": whole, "day": day, "cents": cents, "flag": flag,
}  # fmt: skip
_READ = {name: _KINDS[kind] for kind, names in _TABLE["kinds"].items() for name in names}
# What a row says nothing of is None or "".
_BLANK = {name: read("") for name, read in _READ.items()}
_COLUMNS = Property.metadata.tables["property"].columns
_LONGEST: dict[str, int] = {c.name: getattr(c.type, "length", None) or 0 for c in _COLUMNS}
_SHORT_UNIT = re.compile(r"[A-Za-z0-9-]{1,6}")


class Houses:
    """Reads the houses of a file's rows."""

    def __init__(self, columns: Columns) -> None:
        """Work out once which cells are which field."""
        self._columns = columns
        self._fields = [
            (place, target, name, _READ[target], _LONGEST[target])
            for target in filter(_READ.__contains__, columns.of)
            for place, name in reversed(columns.of[target])  # so that the preferred one wins
        ]
        self._all = [
            at for target in columns.of if target in _OF_HOUSES for at in columns.of[target]
        ]
        self.are_needed = not columns.of.keys().isdisjoint(_TABLE["facts"])

    def read(self, cells: list[str], warnings: list[str], extras: dict[str, str]) -> Any:
        """Return the row's house with `extras`, or None (no street, or one in no town).

        What is said of no house goes to `extras`. In a list of people (it has no column that only
        a list of houses has) a mailing address is the house where there is no other.
        """
        here, mail = self._place(cells, ""), self._place(cells, "mail_")
        street, city, state, zip5 = mail if not (here[0] or self.are_needed) else here
        if not street or not (city or zip5):
            extras |= {name: cells[place] for place, name in self._all if cells[place]}
            return None
        house: dict[str, Any] = _BLANK | {
            "address": street, "city": city, "state": state, "zip5": zip5,
            "address_key": address_key(street, zip5, city), "mail_address": mail[0],
            "mail_city": mail[1], "mail_state": mail[2], "mail_zip": mail[3],
            "people": [], "extras": extras,
        }  # fmt: skip
        if not zip5:
            written = self._columns.said(cells, "zip")
            warnings.append(
                f"The ZIP {written} cannot be read." if written else f"No ZIP: {street}."
            )
        for place, field, name, read, longest in self._fields:
            if cell := cells[place]:
                value = read(cell)
                if value is None and cell.strip("0-/. "):
                    extras[name] = cell  # an unreadable number is kept as it stands
                elif value and longest and len(value) > longest:
                    warnings.append(f"{name} is longer than {longest} letters: cut.")
                    value = value[:longest]
                house[field] = value
        house["year_built"] = house["year_built"] or None
        _put_coordinates_right(house, warnings)
        return house

    def missing(self, cells: list[str]) -> str:
        """Say why a row is no house."""
        return "no town and no ZIP" if self._place(cells, "")[0] else "no address"

    def mail_zip(self, cells: list[str], house: dict[str, Any] | None) -> str:
        """Return the ZIP where the row's people get their mail; its clock counts for texts."""
        if house is None:
            return self._place(cells, "mail_")[3] or self._place(cells, "")[3]
        lives_there = house["mail_address"] in ("", house["address"])
        return str(house["mail_zip"] or (house["zip5"] if lives_there else ""))

    def _place(self, cells: list[str], of: str) -> tuple[str, str, str, str]:
        """Return street, town, state and ZIP; a street may hold them all."""
        said = self._columns.said
        street, city = said(cells, f"{of}address"), said(cells, f"{of}city")
        zip5 = read_zip(written) if (written := said(cells, f"{of}zip")) else ""
        state, whole = said(cells, f"{of}state"), said(cells, f"{of}place")
        if not city and not zip5 and (whole := whole or street):
            street, city, state, zip5 = split_place(whole)
        if unit := said(cells, f"{of}unit"):
            street += f" #{unit}" if _SHORT_UNIT.fullmatch(unit) else f", {unit}"
        state = place_of_zip(zip5)[0] or (read_state(state) if state else "")
        return proper_street(street)[:160], proper_street(city)[:80], state, zip5


def _put_coordinates_right(house: dict[str, Any], warnings: list[str]) -> None:
    north, east = house["latitude"], house["longitude"]
    if (north or 0) < (east or 0):  # no place of the US is there
        house["latitude"], house["longitude"] = east, north
        warnings.append("Longitude and latitude were swapped; put right.")
