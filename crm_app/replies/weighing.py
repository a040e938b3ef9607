"""What all the words of a text say together when no pattern does: a vote of word lists.

Who is at ease with us speaks of house, price and day; the lists of weighing.toml are thought
out, those of votes.toml counted. The vote only holds a text back; it never clears a reason to.
"""

from itertools import pairwise
from math import sqrt

from crm_app.tables import read_table


def _lists(name: str) -> tuple[frozenset[str], frozenset[str]]:
    table = read_table(__file__, name)
    return frozenset(table["at_ease"].split()), frozenset(table["uneasy"].split())


_EASE, _UNEASE = _lists("weighing")
_VOTE_EASE, _VOTE_UNEASE = _lists("votes")
AT_EASE = _EASE | (_VOTE_EASE - _UNEASE)
_SOME = 3
_WORK = _EASE - _VOTE_UNEASE
UNEASY = (_UNEASE | _VOTE_UNEASE) - _EASE


def votes(words: list[str]) -> frozenset[str]:
    """All words, and every two in a row; "^" and "$" stand for the text's ends."""
    pairs = (f"{one}_{other}" for one, other in pairwise(["^", *words, "$"]))
    return frozenset(pairs).union(words) - {"."}


def weigh(words: list[str], cleared: int) -> float:
    """Return the vote: above 0 uneasy, below at ease, `cleared` patterns of ease counted in."""
    said = votes(words)
    found = len(UNEASY & said) - len(AT_EASE & said) - cleared
    return found / sqrt(len(said) + 1)


def is_of_work(words: list[str]) -> bool:
    """Whether somebody speaks at some length of house, price and day: three words thought out."""
    return len(_WORK.intersection(words)) >= _SOME


def uneasy(words: list[str]) -> list[str]:
    """Return the first uneasy word, else the text's first words, to be told."""
    return next(([word] for word in words if word in UNEASY), words[:3])
