"""How names are written: the capitals of a data file made right, and split into parts."""

import re
from functools import lru_cache
from typing import NamedTuple

from crm_app.tables import read_table

_GROUPS = {group: frozenset(words) for group, words in read_table(__file__, "names").items()}
_FORMULA = re.compile(r"[=+@-]")  # how a cell begins that a spreadsheet would compute
# Only before "of": a town is a firm of its own, and Church is a surname too. A house that somebody
# left is nobody's phone to text, nor one in which they only keep the right to live.
_FIRM_OF = re.compile(
    r"\b(?:city|town|county|church|bank|university|department|estate|est|heirs) of\b"
    r"|\blife estate\b"
)
_SHOUTED = re.compile(r"['’][A-Z]{2,}$")  # o'HARA is nobody's own spelling
# Where a word's letters begin, with its Mc; not in 2nd, nor behind the apostrophe of Joe's.
_START = re.compile(r"(?<![^\W_])(?<![^\W\d_]{2}['’])(mc(?=[^\W\d_]{2}))?([^\W\d_])")


class Name(NamedTuple):
    """The name columns of a contact; `first_name` is "" where "Hi …" would be wrong (a firm)."""

    name: str
    first_name: str = ""
    last_name: str = ""
    is_company: bool = False


@lru_cache(maxsize=16384)
def _is(group: str, word: str) -> bool:
    return word.lower().strip(".,()\"'") in _GROUPS[group]


@lru_cache(maxsize=4096)
def split(name: str) -> Name:
    """Put a name right and split it in parts that fit the contact table; a formula stays text."""
    full, first, last = " ".join(name.split()), "", ""
    is_formula = bool(_FORMULA.match(full))
    low = full.lower().replace(",", " ")
    has_phrase = (" of" in low or "life" in low) and _FIRM_OF.search(low)
    company = not is_formula and bool(has_phrase or any(_is("firm", w) for w in low.split()))
    if company:
        full = " ".join(case_word(word, at > 0) for at, word in enumerate(full.split()))
    elif not is_formula:
        full, first, last = _person(full)
    return Name(full[:120].strip(), first[:60], last[:80], company)


def _person(full: str) -> tuple[str, str, str]:
    """A person's name, cased and turned round from "LAST,FIRST"; first name; surname."""
    family, _comma, given = full.partition(",")
    words = [*given.replace(",", " ").split(), *family.split()]
    ends = [word for word in words if _is("suffixes", word)]
    words = [word for word in words if word not in ends]
    if len(words) > 2 and "LE" in words and not {"VAN", "THI"} & set(words):
        words.remove("LE")  # the assessor's life estate; Le is also a Vietnamese surname
    inside = range(1, len(words) - 1) if words[-1:] != ["LE"] else ()  # Hung Van Le
    words = [case_word(word, at in inside) for at, word in enumerate(words)]
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():  # van der Zanden
        at -= 1
    names = " ".join([*words, *map(case_word, ends)])
    return names, " ".join(words[:1]), " ".join(words[max(1, at) :])


def surname(written: str) -> str:
    """Put right what a column of surnames says: "VAN DER ZANDEN JR" -> "van der Zanden"."""
    words = [word for word in written.split() if not _is("suffixes", word)]
    last = len(words) - 1
    return " ".join(case_word(word, at < last) for at, word in enumerate(words))[:80]


@lru_cache(maxsize=16384)
def case_word(word: str, is_inside: bool = False) -> str:
    """Case one word; particles inside a name are small. Mixed case is somebody's own and stays."""
    if _is("capitals", word):
        return word.upper()
    if not (word.isupper() or word.islower() or _SHOUTED.search(word)):
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


def first_name_and_town(first_name: str, city: str | None) -> str:
    """Return what a marketer may read of somebody: "Margery, Quincy"."""
    return ", ".join(filter(None, (first_name, city))) or "Somebody"
