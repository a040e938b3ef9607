"""Makes crm_app/contacts/places.toml from the zipcodes package: python -m tests.contacts.places.

The package costs 0.4 s and 40 MB in each process that asks it; the table 10 ms and nothing.
"""

import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import zipcodes

FILE = Path(__file__).parents[2] / "crm_app" / "contacts" / "places.toml"
HEAD = """\
# Which state and clock a ZIP or an area code has. Made by `python -m tests.contacts.places` from
# the zipcodes package (a test compares). Zones with the same clock all year carry one name.

# Each range begins at its ZIP and ends before the next one: ZIP, state, zone ("" = nobody's).
zips = [
"""
CLOCKS = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
    *("America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu"),
    *("America/Puerto_Rico", "Pacific/Guam", "Pacific/Pago_Pago", "Pacific/Palau"),
    *("Pacific/Chuuk", "Pacific/Majuro"),
)
MENDED = {"Napakiak": "America/Anchorage"}  # a town in the package's zone column, 3.0.0


def rows() -> list[dict[str, Any]]:
    """Every ZIP of the package, in order."""
    return sorted(zipcodes.list_all(), key=lambda row: row["zip_code"])


@cache
def clock(zone: str) -> str:
    """The zone of CLOCKS with the same time as `zone` on every day of 2026; "" for none."""
    if not zone:
        return ""
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    told = ZoneInfo(MENDED.get(zone, zone))
    for candidate in CLOCKS:
        other = ZoneInfo(candidate)
        if all(at.astimezone(told).utcoffset() == at.astimezone(other).utcoffset() for at in noons):
            return candidate
    raise AssertionError(f"{zone} keeps a clock of its own: add it to CLOCKS")


def zip_ranges() -> list[list[str]]:
    """[first ZIP, state, zone] for each run of ZIPs; a prefix without any ZIP is nobody's."""
    known = {row["zip_code"]: (row["state"], clock(row["timezone"])) for row in rows()}
    used = {code[:3] for code in known}
    empty = {f"{prefix:03}00": ("", "") for prefix in range(1000) if f"{prefix:03}" not in used}
    after_all = {f"{int(max(known)) + 1:05}": ("", "")}
    ordered = sorted((known | empty | after_all).items())
    return [[next(run)[0], *place] for place, run in groupby(ordered, key=lambda pair: pair[1])]


def area_codes() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """State -> its area codes, and area code -> zones where the ZIPs around it have several.

    The package lists a code at ZIPs near its border too. So the state is the one with the most
    ZIPs; of the clocks all with 1 % or more count, since one too many only narrows the hours.
    """
    states: dict[str, Counter[str]] = defaultdict(Counter)
    zones: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows():
        for code in row["area_codes"]:
            states[code][row["state"]] += 1
            zones[code][clock(row["timezone"])] += 1
    by_state: dict[str, list[str]] = defaultdict(list)
    split: dict[str, list[str]] = {}
    for code in sorted(states):
        if not is_ours(code):
            continue
        by_state[states[code].most_common(1)[0][0]].append(code)
        total = zones[code].total()
        found = [zone for zone in CLOCKS if zones[code][zone] * 100 >= total]
        if len(found) > 1:
            split[code] = found
    return dict(sorted(by_state.items())), split


def is_ours(code: str) -> bool:
    """Whether the area code is of the United States, not Canada's next door."""
    number = phonenumbers.parse(f"+1{code}5550100")
    return phonenumbers.region_code_for_number(number) in {"US", "PR", "VI", "GU", "MP"}


def listed(values: list[str]) -> str:
    """A TOML array of plain words."""
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def text() -> str:
    """The whole file."""
    by_state, split = area_codes()
    lines = [f"  {listed(row)},\n" for row in zip_ranges()]
    lines += ["]\n\n[area_codes]\n", *(f"{k} = {listed(v)}\n" for k, v in by_state.items())]
    lines += ["\n[split]\n", *(f"{k} = {listed(v)}\n" for k, v in split.items())]
    return HEAD + "".join(lines)


if __name__ == "__main__":
    FILE.write_text(text())
    tomllib.loads(FILE.read_text())
