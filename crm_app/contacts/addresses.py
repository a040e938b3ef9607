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
_DIGIT = re.compile(r"\d")
_ODD = re.compile(r"(?<!\d)-|-(?!\d)|[^A-Z0-9#/\s-]")  # a hyphen between numbers stays
_NATION = re.compile(r",?\s*(?:USA|US|United States(?: of America)?)\.?$", re.IGNORECASE)


@cache
def _words() -> dict[str, str]:
    table = read_table(__file__, "addresses")
    shorts = table["suffixes"] | table["directions"]
    found = {variant: short for short, variants in shorts.items() for variant in variants}
    return found | dict.fromkeys(table["units"], "#")


@cache
def _same() -> list[list[str]]:
    table = read_table(__file__, "addresses")
    shorts: dict[str, list[str]] = table["suffixes"] | table["directions"]
    return [[word.lower() for word in (short, *rest)] for short, rest in shorts.items()]


@lru_cache(maxsize=4096)
def same_words(word: str) -> list[str]:
    """Return how else a suffix or direction in small letters is written: "street" -> "st", ...

    The first four letters of one are enough; [] for any other word.
    """
    is_long = len(word) > 3
    found = [all_ for all_ in _same() if word in all_ or (
        is_long and any(one.startswith(word) for one in all_))]  # fmt: skip
    return [one for all_ in found for one in all_ if not one.startswith(word)]


def starts(words: list[str]) -> str:
    """Return the tsquery of all that have words (small letters and digits) beginning so."""
    ways = [[f"'{word}':*", *map("'{}'".format, same_words(word))] for word in words[:8]]
    return " & ".join(f"({' | '.join(each)})" for each in ways)


@cache
def places() -> dict[str, Any]:
    """The tables of places.toml: `zips`, `area_codes` and `split`."""
    return read_table(__file__, "places")


@lru_cache(maxsize=16384)
def proper_street(address: str) -> str:
    """Write an address of capitals as people do: "1 LANTERNWICK ST NW" -> "1 Lanternwick St NW"."""
    return " ".join(
        word.upper()
        if word.upper() in _UPPER or (_DIGIT.search(word) and not _ORDINAL.fullmatch(word))
        else case_word(word)
        for word in address.split()
    )


def address_key(address: str, zip5: str, city: str = "") -> str:
    """Return a house's identity "STREET|UNIT|ZIP5", the same for each spelling of its address.

    "UNIT 3B", "Apt 3-B" and "#3B" are one unit. Abbreviations by USPS Publication 28, B and C.
    Without a ZIP the beginning of the town stands there: each town has a Main Street.
    """
    place = zip5 or re.sub(r"[^A-Z]", "", city.upper())[:8]
    plain = address if address.isascii() else unicodedata.normalize("NFKD", address)
    plain = plain.upper()
    if not plain.replace(" ", "").isalnum() or not plain.isascii():
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
        plain = _ODD.sub(" ", re.sub(r"['’.]", "", plain.replace("#", " # ")))
    known = _words()
    words = [known.get(word, word) for word in plain.split()]
    if "#" not in words[1:]:
        return f"{' '.join(words)[:150]}||{place}"
    at = words.index("#", 1)
    unit = "".join(words[at:]).replace("#", "").replace("-", "")
    return f"{' '.join(words[:at])[:110]}|{unit[:40]}|{place}"


def split_place(written: str) -> tuple[str, str, str, str]:
    """Split "12 Elm St, Quincy, MA 02169" in street, town, state and ZIP; "" for what it lacks.

    Lines are parted by commas; a name above the street is left out. Without commas the town begins
    behind the street's suffix.
    """
    text, zip5 = _NATION.sub("", written.strip()), ""
    if found := re.search(r"[\s,]+(\d{5})(?:-\d{4})?$", text):
        text, zip5 = text[: found.start()], found[1]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1 and not _DIGIT.search(parts[0]) and parts[1][:1].isdigit():
        parts = parts[1:]
    state = ""
    for count in (2, 1):  # New York, of the words of the last part
        *before, last = parts or [""]
        words = last.split()
        short = read_state(" ".join(words[-count:]))
        if short and not state:
            state, rest = short, " ".join(words[:-count])
            parts = [*before, rest] if rest else before
    if len(parts) > 1:
        return ", ".join(parts[:-1]), parts[-1], state, zip5
    words = (parts or [""])[0].split()
    if not _DIGIT.search(" ".join(words)):
        return "", " ".join(words), state, zip5
    ends = [at for at, word in enumerate(words) if word.upper().strip(".") in _suffixes()]
    at = (ends or [len(words)])[-1] + 1
    return " ".join(words[:at]), " ".join(words[at:]), state, zip5


@cache
def _suffixes() -> frozenset[str]:
    suffixes = read_table(__file__, "addresses")["suffixes"]
    return frozenset([*suffixes, *(one for variants in suffixes.values() for one in variants)])


@lru_cache(maxsize=512)
def read_state(cell: str) -> str:
    """Read a state's two letters from these or from its name; "" for none."""
    plain = cell.upper().replace(".", "").strip()
    states: dict[str, str] = read_table(__file__, "addresses")["states"]
    return plain if plain in states else next((s for s, n in states.items() if n == plain), "")


@lru_cache(maxsize=8192)
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
