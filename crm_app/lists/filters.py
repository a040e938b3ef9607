"""What is typed into the filter, as a condition of SQL; the fields stand in filters.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_app.contacts.models import STILL
from crm_app.errors import CrmError
from crm_app.tables import read_table

FIELDS: dict[str, dict[str, Any]] = read_table(__file__, "filters")
_HOUSE = (
    "exists (select from contact_property h join property p on p.id = h.property_id"
    " where h.contact_id = c.id and {} and {})"
)
_MONEY = re.compile(r"\$?(\d{1,9}(?:\.\d{1,2})?)([km]?)")
_TIMES = {"": 100, "k": 100_000, "m": 100_000_000}


@dataclass(frozen=True)
class Filter:
    """A condition on contact `c`, the one on a house `p` of theirs in it, and what they bind."""

    where: str
    house: str
    given: dict[str, Any] = field(default_factory=dict)


def clean(form: Mapping[str, Any]) -> dict[str, str]:
    """Return the known fields of a form that say something, as they are kept with a list."""
    typed = {key: str(form.get(key, "")).strip()[:500] for key in FIELDS}
    return {key: value for key, value in typed.items() if value}


def read(form: Mapping[str, Any]) -> Filter:
    """Return the condition that all of a form's fields make; raise CrmError naming a wrong one."""
    person, house, given = list[str](), list[str](), {"extra": ""}
    for key, typed in clean(form).items():
        one = FIELDS[key]
        given[key] = _value(one, typed)
        sql = one["sql"] if isinstance(one["sql"], str) else one["sql"][typed]
        (house if one.get("of") == "house" else person).append(sql.replace("{still}", STILL))
    if given.keys() & {"extra_is", "extra_has", "extra_empty"} and not given["extra"]:
        raise CrmError("Choose the further column first.")
    of_house = " and ".join(house) or "true"
    person += [_HOUSE.format(STILL, of_house)] if house else []
    return Filter(" and ".join(person) or "true", of_house, given)


def wrong(form: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with each field of a form that cannot be read."""
    said = dict[str, str]()
    for key, typed in clean(form).items():
        try:
            read({"extra": form.get("extra", ""), key: typed})
        except CrmError as error:
            said[key] = str(error)
    return said


def _words(parts: list[str]) -> list[str]:
    return [word for part in parts if (word := " ".join(part.split()))]


def _value(one: dict[str, Any], typed: str) -> Any:
    """Read one field as its kind wants it."""
    label = one["label"]
    match one.get("reads", ""):
        case "year":
            if not re.fullmatch(r"\d{1,4}", typed):
                raise CrmError(f"{label}: write a year, like 1962.")
            return int(typed)
        case "money":
            found = _MONEY.fullmatch(re.sub(r"[\s,]", "", typed.lower()))
            if not found:
                raise CrmError(f"{label}: write an amount, like 600k or 1.2m.")
            return round(float(found[1]) * _TIMES[found[2]])
        case "words":
            return _words(re.split(r",|\bor\b|\band\b", typed.lower()))
        case "tags":
            ways = (str, str.lower, str.capitalize, str.title, str.upper)
            return sorted({way(w) for w in _words(typed.split(",")) for way in ways})
        case "list" | "import":
            if not re.fullmatch(r"\d{1,9}", typed):
                raise CrmError(f"{label}: choose one.")
            return int(typed)
    if typed not in one.get("options", {typed: ""}):
        raise CrmError(f"{label}: choose one.")
    return typed
