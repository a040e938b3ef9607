"""What an incoming text surely asks of us, by such a word or a simple sentence around it.

Words by FCC 24-24 (47 CFR 64.1200(a)(10)) and the carriers, see replies.toml.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache

from crm_app.tables import read_table


class Verdict(StrEnum):
    """What a text asks of us."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    NONE = "none"


@cache
def _phrases() -> dict[str, frozenset[str]]:
    table = read_table(__file__, "replies")
    return {name: frozenset(phrases) for name, phrases in table.items()}


def read(text: str) -> Verdict:
    """Read an incoming text. START and HELP only as the whole text, STOP also politely said."""
    words = _plain(text)
    for verdict in (Verdict.START, Verdict.HELP):
        if words in _phrases()[verdict]:
            return verdict
    return Verdict.STOP if _is_stop(words) else Verdict.NONE


def _plain(text: str) -> str:
    """The words of a text alone: lower case, without accents, marks, emoji and fancy letters."""
    text = re.sub("['’‘`´]", "", unicodedata.normalize("NFKD", text).casefold())
    kept = (
        letter if unicodedata.category(letter)[0] in "LN" else " "
        for letter in text
        if unicodedata.category(letter) not in ("Mn", "Me", "Cf")  # accents, keycaps, joiners
    )
    words = "".join(kept).split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)  # S T O P, S.T.O.P.
    return " ".join(words)


def _is_stop(words: str) -> bool:
    """Whether a phrase of the stop list is left without politeness and repetition."""
    lists = _phrases()
    while words not in lists["stop"]:
        before = next((p for p in lists["before"] if words.startswith(f"{p} ")), None)
        after = next((p for p in lists["after"] if words.endswith(f" {p}")), None)
        if before is None and after is None:
            return bool(words) and all(word in lists["stop"] for word in words.split())
        words = words.removeprefix(f"{before} ").removesuffix(f" {after}")
    return True
