"""What an incoming text asks of us, as far as it is certain: STOP, START or HELP.

The first reading: only texts that consist of such a word or of a simple sentence around it.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path


class Verdict(StrEnum):
    """What a text asks of us."""

    STOP = "stop"
    HOLD = "hold"  # perhaps an opt-out: for the full reading; this one never says it
    START = "start"
    HELP = "help"
    NONE = "none"


@dataclass(frozen=True)
class Reading:
    """A verdict, and the words that led to it."""

    verdict: Verdict
    because: str


@cache
def _phrases() -> dict[str, frozenset[str]]:
    """The lists of replies.toml."""
    table = tomllib.loads(Path(__file__).with_name("replies.toml").read_text())
    return {name: frozenset(phrases) for name, phrases in table.items()}


def read(text: str) -> Reading:
    """Read an incoming text. START and HELP only as the whole text, STOP also politely said.

    Words by FCC 24-24 (47 CFR 64.1200(a)(10)) and the carriers, see replies.toml.
    """
    words = _plain(text)
    lists = _phrases()
    if words in lists["start"]:
        return Reading(Verdict.START, f"the whole text is “{words}”")
    if words in lists["help"]:
        return Reading(Verdict.HELP, f"the whole text is “{words}”")
    if core := _stop_phrase(words):
        return Reading(Verdict.STOP, f"the text says “{core}” and nothing else")
    return Reading(Verdict.NONE, "no word that stops, starts or asks for help stands alone")


def _plain(text: str) -> str:
    """The words of a text alone: lower case, without accents, marks, emoji and fancy letters."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = re.sub("['’‘`´]", "", text)
    kept = (
        letter if unicodedata.category(letter)[0] in "LN" else " "
        for letter in text
        if unicodedata.category(letter) not in ("Mn", "Me", "Cf")  # accents, keycaps, joiners
    )
    words = "".join(kept).split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)  # S T O P, S.T.O.P.
    return " ".join(words)


def _stop_phrase(words: str) -> str | None:
    """The phrase of the stop list that is left when politeness and repetition are taken away."""
    lists = _phrases()
    while words not in lists["stop"]:
        shorter = _without_ends(words, lists["before"], lists["after"])
        if shorter == words:
            once = list(dict.fromkeys(words.split()))
            return once[0] if once and all(word in lists["stop"] for word in once) else None
        words = shorter
    return words


def _without_ends(words: str, before: frozenset[str], after: frozenset[str]) -> str:
    """One polite word or phrase less, before or after, as long as something is left."""
    for phrase in before:
        if words.startswith(f"{phrase} "):
            return words.removeprefix(f"{phrase} ")
    for phrase in after:
        if words.endswith(f" {phrase}"):
            return words.removesuffix(f" {phrase}")
    return words
