"""Whether two contacts look like one person, and why: points for what they share. No database."""

import re
from dataclasses import dataclass
from functools import cache

from crm_app.tables import read_table

TABLE = read_table(__file__, "rules")
SHOWN = 50  # points
_SUFFIX = {"jr", "sr", "ii", "iii", "iv"}


@dataclass(frozen=True)
class Someone:
    """What is compared; texts in lower case, `houses` by id. A key of 0 or less: not yet kept."""

    key: int
    name: str
    first: str = ""
    last: str = ""
    is_company: bool = False
    zip: str = ""
    emails: frozenset[str] = frozenset()
    other_names: frozenset[str] = frozenset()
    houses: frozenset[int] = frozenset()
    towns: frozenset[str] = frozenset()

    @property
    def is_named(self) -> bool:
        """Whether the name is one: of a stranger it is the number."""
        return bool(re.search(r"[^\W\d_]", self.name))


@cache
def forms() -> dict[str, frozenset[str]]:
    """Return for each first name or short form all that may stand for it, itself too."""
    found: dict[str, set[str]] = {}
    for full, shorts in TABLE["short"].items():
        for one in (full, *shorts):
            found.setdefault(one, {one}).update({full, *shorts} if one == full else {full})
    return {one: frozenset(others) for one, others in found.items()}


def _fit(first: str, other: str) -> bool:
    """Whether two first names stand for the same: Bob and Robert, and Bob and Rob by Robert."""
    fulls = [{one, *(f for f in forms().get(one, ()) if f in TABLE["short"])}
             for one in (first, other)]  # fmt: skip
    return bool(fulls[0] & fulls[1])


def names_of(one: Someone) -> set[str]:
    """Return the whole names by which the same person may be kept, to look them up."""
    found = {one.name, *one.other_names} if one.is_named else set(one.other_names)
    if one.first and one.last:
        firsts = forms().get(one.first, frozenset({one.first})) | {one.first, one.first[0]}
        found |= {f"{first} {one.last}" for first in firsts} | {f"{one.last} {one.first}"}
    return found


def compare(a: Someone, b: Someone) -> tuple[int, list[str]]:
    """Return how likely (0 to 99) they are one person, and what speaks for it.

    Father and son (JR), a couple in one house and two firms are two, whatever else they share.
    """
    said = _names(a, b)
    if said is None:
        return 0, []
    said += ["email"] if a.emails & b.emails else []
    said += ["house"] if a.houses & b.houses else ["town"] if a.towns & b.towns else []
    said += ["zip"] if a.zip and a.zip == b.zip and "house" not in said else []
    points = [TABLE["points"][reason] for reason in said]
    return min(99, sum(one for one, _ in points)), [words for _, words in points]


def _names(a: Someone, b: Someone) -> list[str] | None:
    """Return what the names say; None: they are two."""
    suffixes = [_SUFFIX & set(re.findall(r"\w+", one.name)) for one in (a, b)]
    if suffixes[0] != suffixes[1]:
        return None
    if not (a.is_named and b.is_named):
        return []
    if _letters(a.name) == _letters(b.name):
        return ["name"]
    if a.name in b.other_names or b.name in a.other_names:
        return ["other_name"]
    are_people = not (a.is_company or b.is_company) and (a.first or a.last) and (b.first or b.last)
    found = _parts(a, b) if are_people else ""
    return [found] if found else None


def _parts(a: Someone, b: Someone) -> str:
    if a.first and (a.first, a.last) == (b.last, b.first):
        return "swapped"
    is_initial = a.first[:1] == b.first[:1] and 1 in (len(a.first), len(b.first))
    fits = "short" if _fit(a.first, b.first) else "initial" if is_initial else ""
    fits = "name" if a.first == b.first else fits
    if a.last == b.last:
        return fits if a.first and b.first else "last"
    return "first" if a.first and fits in ("name", "short") else ""


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name)
