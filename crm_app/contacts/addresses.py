"""Streets and ZIP codes: how they are shown, compared, and which state and clock they have."""

import re
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from crm_app.contacts.names import case_word
from crm_app.tables import read_table

_ORDINAL = re.compile(r"\d+(st|nd|rd|th)", re.IGNORECASE)
_UPPER = frozenset({"PO", "NE", "NW", "SE", "SW", "RR", "US", "HC"})


@cache
def _words() -> dict[str, str]:
    table = read_table(__file__, "addresses")
    shorts = table["suffixes"] | table["directions"]
    found = {variant: short for short, variants in shorts.items() for variant in variants}
    return found | dict.fromkeys(table["units"], "#")


@cache
def places() -> dict[str, Any]:
    """The tables of places.toml: `zips`, `area_codes` and `split`."""
    return read_table(__file__, "places")


@lru_cache(maxsize=4096)
def proper_street(address: str) -> str:
    """Write an address of capitals as people do: "1 LANTERNWICK ST NW" -> "1 Lanternwick St NW"."""
    return " ".join(
        word.upper()
        if word.upper() in _UPPER or (re.search(r"\d", word) and not _ORDINAL.fullmatch(word))
        else case_word(word)
        for word in address.split()
    )


def address_key(address: str, zip5: str) -> str:
    """Return a house's identity "STREET|UNIT|ZIP5", the same for each spelling of its address.

    "UNIT 3B", "Apt 3-B" and "#3B" are one unit. Abbreviations by USPS Publication 28, B and C.
    """
    plain = unicodedata.normalize("NFKD", address).upper().replace("#", " # ")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"['’.]", "", plain)
    plain = re.sub(r"(?<!\d)-|-(?!\d)|[^A-Z0-9#/\s-]", " ", plain)
    words = [_words().get(word, word) for word in plain.split()]
    if "#" not in words[1:]:
        return f"{' '.join(words)[:150]}||{zip5}"
    at = words.index("#", 1)
    unit = "".join(words[at:]).replace("#", "").replace("-", "")
    return f"{' '.join(words[:at])[:110]}|{unit[:40]}|{zip5}"


def read_zip(cell: str) -> str:
    """Read a ZIP's five digits, "" for none: "2171.0" (a spreadsheet's) -> "02171"."""
    found = re.fullmatch(r"([0-9]{3,5})(?:\.0+)?|([0-9]{5})[- ]?[0-9]{4}", cell.strip())
    zip5 = (found[1] or found[2]).zfill(5) if found else ""
    return "" if zip5 == "00000" else zip5


@lru_cache(maxsize=8192)
def place_of_zip(zip5: str) -> tuple[str, str]:
    """Return state and IANA zone of a ZIP; "" for what it has not (army post: the zone)."""
    if not re.fullmatch(r"[0-9]{5}", zip5):
        return "", ""
    zips = places()["zips"]
    _start, state, zone = zips[bisect_right(zips, zip5, key=itemgetter(0)) - 1]
    return state, zone


@cache
def states_in(zone: str) -> frozenset[str]:
    """Return the states of which some ZIP keeps this zone's time."""
    return frozenset(state for _start, state, here in places()["zips"] if here == zone)
