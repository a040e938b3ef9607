"""How names are written: the capitals of a data file made right, and split into parts."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

_FORMULA = re.compile(r"[=+@-]")  # how a cell begins that a spreadsheet would compute
_ESTATE = re.compile(r"^(?:the )?est(?:ate)? of\b|\best of$", re.IGNORECASE)
# Only before "of": a town is a firm of its own, and Church is a surname too.
_TOWN_OF = re.compile(r"\b(?:city|town|county|church|bank|university|department) of\b", re.I)
# Where a word's letters begin, with its Mc; not in 2nd, nor behind the apostrophe of Joe's.
_START = re.compile(r"(?<![^\W_])(?<![^\W\d_]{2}['’])(mc(?=[^\W\d_]{2}))?([^\W\d_])")


@dataclass(frozen=True)
class Name:
    """A name in parts; `first` is empty where "Hi …" would be wrong (firms, trusts, estates)."""

    full: str
    first: str
    last: str
    company: bool


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("names.toml").read_text())


def _is(group: str, word: str) -> bool:
    """Whether a word is in a list of names.toml."""
    return word.lower().strip(".,()\"'") in _words()[group]


@lru_cache(maxsize=4096)
def split(name: str) -> Name:
    """Put a name right and split it; one word is a first name. Parts fit the contact table.

    A spreadsheet formula stays as it is, as text.
    """
    full, first, last = " ".join(name.split()), "", ""
    is_formula = bool(_FORMULA.match(full))
    is_firm = any(_is("firm", word) for word in full.replace(",", " ").split())
    company = not is_formula and (is_firm or bool(_TOWN_OF.search(full)))
    if company:
        full = " ".join(case_word(word, at > 0) for at, word in enumerate(full.split()))
    elif not is_formula:
        full, first, last = _person(full)
    return Name(full[:120].strip(), first[:60], last[:80], company)


def _person(full: str) -> tuple[str, str, str]:
    """A person's name cased, the first name, and the surname with its particles (van der)."""
    words = _first_name_first(_ESTATE.sub("", full))
    inside = range(1, len(words) - 1) if words[-1:] != ["LE"] else ()  # Hung Van Le
    cased = [case_word(word, at in inside) for at, word in enumerate(words)]
    parts = [word for at, word in enumerate(cased) if at == 0 or not _is("suffixes", word)]
    at = len(parts) - 1
    while at > 1 and parts[at - 1].islower():
        at -= 1
    name, surname = " ".join(cased), " ".join(parts[max(1, at) :])
    if _ESTATE.search(full):
        return f"Estate of {name}", "", surname
    return name, parts[0] if parts else "", surname


def _first_name_first(name: str) -> list[str]:
    """The words of "LAST,FIRST M JR" turned round; "FIRST LAST, JR" only loses its comma.

    The assessor's LE (life estate) behind a name goes; Le is also a Vietnamese surname.
    """
    family, _comma, rest = name.partition(",")
    words, given = family.split(), rest.replace(",", " ").split()
    is_turned = not all(_is("suffixes", word) for word in given)
    if not is_turned:
        words, given = [], words + given
    if len(given) > 1 + (not is_turned) and given[-1] == "LE" and given[-2] not in ("VAN", "THI"):
        given.pop()
    if not is_turned:
        return given
    return [*given[:1], *sorted(given[1:] + words, key=partial(_is, "suffixes"))]


@lru_cache(maxsize=4096)
def case_word(word: str, is_inside: bool = False) -> str:
    """Case one word; particles inside a name are small. Mixed case is somebody's own and stays."""
    if _is("capitals", word):
        return word.upper()
    if not (word.isupper() or word.islower()):
        return word
    if is_inside and _is("small", word):
        return word.lower()
    return _START.sub(_capital, word.lower())


def _capital(found: re.Match[str]) -> str:
    return ("Mc" if found[1] else "") + found[2].upper()


def initials(name: str) -> str:
    """Return one or two capitals for the round picture of a name; "?" without any letter."""
    letters = re.findall(r"(?<![^\W_]|['’])[^\W\d_]", name)
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"
