"""Which column of a file is which field, by the names of a known format."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from crm_app.errors import CrmError

Columns = dict[str, int]


@cache
def _format() -> dict[str, Any]:
    """The one format known so far; another is another .toml beside this file."""
    return tomllib.loads(Path(__file__).with_name("propertyradar.toml").read_text())


def header_key(name: str) -> str:
    """Return a column's name as it is compared: "Est Equity $" -> "estequity$"."""
    return re.sub(r"[^a-z0-9$%]", "", name.lower())


def columns_of(header: list[str]) -> Columns:
    """Return where each known field stands (from 0); raise CrmError naming what is missing."""
    known = _format()
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(header_key(name), place)
    found: Columns = {}
    for field, names in known["columns"].items():
        there = [places[name] for name in names if name in places]
        if there:
            found[field] = there[0]
    missing = [shown for field, shown in known["needed"].items() if field not in found]
    if missing:
        raise CrmError(
            f"This is not a {known['name']} list: the first line has no column"
            f" {', '.join(missing)}. Export the list from {known['name']} with these columns."
        )
    return found
