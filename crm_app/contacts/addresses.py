"""Streets and ZIP codes: how they are shown, compared, and which state and clock they have."""

import re
import tomllib
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from crm_app.contacts.names import case_word

_WORD = re.compile(r"[^\s,]+")
_ORDINAL = re.compile(r"\d+(st|nd|rd|th)", re.IGNORECASE)
_UPPER = frozenset({"PO", "NE", "NW", "SE", "SW", "RR", "US", "HC"})


@cache
def _words() -> dict[str, str]:
    """How the postal service abbreviates a word of a street: variant -> abbreviation."""
    table = tomllib.loads(Path(__file__).with_name("addresses.toml").read_text())
    return {
        variant: short
        for group in ("suffixes", "directions")
        for short, variants in table[group].items()
        for variant in (short, *variants)
    } | dict.fromkeys(table["units"], "#")


@cache
def places() -> dict[str, Any]:
    """The tables of places.toml: `zips`, `area_codes` and `split`."""
    return tomllib.loads(Path(__file__).with_name("places.toml").read_text())


@lru_cache(maxsize=4096)
def proper_street(address: str) -> str:
    """Write an address of capitals as people do: "12 LANTERNWICK ST" -> "12 Lanternwick St".

    Words that somebody wrote in mixed case stay as they are; a second line follows a comma.
    """
    lines = [" ".join(line.split()) for line in address.splitlines()]
    return _WORD.sub(lambda found: _proper_word(found[0]), ", ".join(filter(None, lines)))


@lru_cache(maxsize=4096)
def _proper_word(word: str) -> str:
    """One word of an address; numbers with a letter (3B) and directions (NW) keep capitals."""
    if word.upper() in _UPPER:
        return word.upper()
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if any(letter.isdigit() for letter in word):
        return word.upper()
    return case_word(word)


def key(address: str, zip5: str) -> str:
    """Return the identity of a house: the same for each spelling of one address.

    "12 Lanternwick Street" and "12 LANTERNWICK ST." in one ZIP are one house; "UNIT 3B",
    "Apt 3-B" and "#3B" are one unit. The form is "STREET|UNIT|ZIP5", at most 160 characters.
    Abbreviations by USPS Publication 28, appendices B and C.
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


def read_zip(cell: str) -> str | None:
    """Read a cell as five digits of ZIP, or None: "2171" -> "02171", "03801-1234" -> "03801".

    A spreadsheet takes the leading zeros away and may add ".0".
    """
    found = re.fullmatch(r"([0-9]{3,5})(?:\.0+)?|([0-9]{5})[- ]?[0-9]{4}", cell.strip())
    if found is None:
        return None
    zip5 = (found[1] or found[2]).zfill(5)
    return None if zip5 == "00000" else zip5


@cache
def _starts() -> list[str]:
    """Where each range of ZIPs begins, in order."""
    return [start for start, _state, _zone in places()["zips"]]


@lru_cache(maxsize=8192)
def _place(zip5: str) -> tuple[str, str]:
    """State and zone of a ZIP; "" for what it has not."""
    if not re.fullmatch(r"[0-9]{5}", zip5):
        return "", ""
    _start, state, zone = places()["zips"][bisect_right(_starts(), zip5) - 1]
    return state, zone


def state_of_zip(zip5: str) -> str | None:
    """Return the two letters of the state of a ZIP, or None when there is no such ZIP."""
    return _place(zip5)[0] or None


def zone_of_zip(zip5: str) -> str | None:
    """Return the IANA zone of a ZIP, or None (no such ZIP, or an army post office)."""
    return _place(zip5)[1] or None


@cache
def states_in(zone: str) -> frozenset[str]:
    """Return the states of which some ZIP keeps this zone's time."""
    return frozenset(state for _start, state, here in places()["zips"] if here == zone)
