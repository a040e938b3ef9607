"""How names are written: the capitals of a data file made right, and split into parts."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

_FORMULA = re.compile(r"[=+@-]")  # how a cell begins that a spreadsheet would compute
_ESTATE = re.compile(r"^(?:the )?est(?:ate)? of\b|\best of$", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_INSIDE = re.compile(r"(?:[^\W\d_]{2}['’ʼ]|\d)$")  # what follows is no new word: Joe's, 2nd
ESTATE_OF = "Estate of "


@dataclass(frozen=True)
class Name:
    """A name in parts; `first` is empty where "Hi …" would be wrong (firms, trusts, estates)."""

    full: str
    first: str
    last: str
    company: bool


@cache
def _words(group: str) -> frozenset[str]:
    """One list of names.toml."""
    table = tomllib.loads(Path(__file__).with_name("names.toml").read_text())
    return frozenset(table[group])


def _plain(word: str) -> str:
    """A word as the lists have it: lower case, no full stop or comma."""
    return word.lower().strip(".,()\"'")


@lru_cache(maxsize=4096)
def is_company(name: str) -> bool:
    """Whether the name is of a firm, trust or body and not of a person."""
    if _FORMULA.match(name.strip()):
        return False
    words = [_plain(word) for word in name.replace(",", " ").split()]
    if any(word in _words("firm") for word in words):
        return True
    return any(a in _words("firm_of") and b == "of" for a, b in pairwise(words))


def proper(name: str) -> str:
    """Write a name of capitals as people do, first name first, without the life estate's LE.

    Mixed case is somebody's own spelling and stays; a spreadsheet formula stays as it is, as text.
    """
    name = " ".join(name.split())
    if _FORMULA.match(name):
        return name
    if is_company(name):
        return " ".join(case_word(word, position) for position, word in enumerate(name.split()))
    person = _person(_first_name_first(_ESTATE.sub("", name)).split())
    return ESTATE_OF + person if _ESTATE.search(name) else person


def _first_name_first(name: str) -> str:
    """Turn "LAST,FIRST M JR" round; "FIRST LAST, JR" only loses its comma."""
    last, _comma, first = (part.strip() for part in name.partition(","))
    given = first.replace(",", " ").split()
    if all(_plain(word) in _words("suffixes") for word in given):
        return _without_life_estate(f"{last} {' '.join(given)}".split(), shortest=3)
    given = _without_life_estate(given, shortest=2).split()
    family = last.split()
    end = [word for word in (*family[1:], *given[1:]) if _plain(word) in _words("suffixes")]
    return " ".join([*(word for word in (*given, *family) if word not in end), *end])


def _without_life_estate(words: list[str], *, shortest: int) -> str:
    """Drop the assessor's LE (life estate) behind a name; Le is also a Vietnamese surname."""
    if len(words) >= shortest and words[-1] == "LE" and words[-2].lower() not in {"van", "thi"}:
        words = words[:-1]
    return " ".join(words)


def _person(words: list[str]) -> str:
    """A person's words cased; a particle (van der) is small inside the name only."""
    last = len(words) - 1 - sum(_plain(word) in _words("suffixes") for word in words[1:])
    is_le = bool(words) and words[-1].lower() == "le"
    return " ".join(
        case_word(word, 1 if 0 < at < last and not is_le else 0) for at, word in enumerate(words)
    )


@lru_cache(maxsize=4096)
def case_word(word: str, position: int = 0) -> str:
    """Case one word; `position` 0 never makes it small. Mixed case stays as it is."""
    plain = _plain(word)
    if plain in _words("capitals"):
        return word.upper()
    if not (word.isupper() or word.islower()):
        return word
    if position and plain in _words("small"):
        return word.lower()
    return _LETTERS.sub(lambda found: _capital(found, word), word)


def _capital(found: re.Match[str], word: str) -> str:
    """One run of letters: O'Brien, McRae and Anna-Liese, but Joe's and 2nd."""
    run = found[0]
    if _INSIDE.search(word[: found.start()]):
        return run.lower()
    if len(run) > 3 and run.lower().startswith("mc"):
        return "Mc" + run[2:].capitalize()
    return run.capitalize()


def split(name: str) -> Name:
    """Put a name right and split it; one word is a first name. Parts fit the contact table."""
    full = proper(name)[:120].strip()
    if _FORMULA.match(full):
        return Name(full, "", "", company=False)
    if is_company(full):
        return Name(full, "", "", company=True)
    words = [word for word in _dead_or_alive(full).split() if not word.startswith(('"', "("))]
    while len(words) > 1 and _plain(words[-1]) in _words("suffixes"):
        words.pop()
    while len(words) > 1 and _plain(words[0]) in _words("titles"):
        words.pop(0)
    first = words[0] if words and not full.startswith(ESTATE_OF) else ""
    return Name(full, first[:60], _surname(words)[:80], company=False)


def _dead_or_alive(full: str) -> str:
    """A proper name without its "Estate of"."""
    return full.removeprefix(ESTATE_OF)


def _surname(words: list[str]) -> str:
    """The last word with the particles before it: "van der Zanden"."""
    at = len(words) - 1
    while at > 1 and words[at - 1] in _words("small"):
        at -= 1
    return " ".join(words[at:]) if at > 0 else ""


def initials(name: str) -> str:
    """Return one or two capitals for the round picture of a name; "?" without any letter."""
    parts = split(name)
    words = _dead_or_alive(parts.full).split()
    if not parts.company and parts.last:
        words = [words[0], parts.last]
    letters = [found[0][0] for word in words if (found := _LETTERS.search(word))]
    return "".join(letters[:2]).upper() or "?"
