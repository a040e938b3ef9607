"""The tables of english.toml and romance.toml, read once, and the forms of what is read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crm_app.replies import words as spelling
from crm_app.replies.patterns import Patterns
from crm_app.tables import read_table


class Verdict(StrEnum):
    """What a text asks of us; HOLD: automation stops for the number, and a person looks."""

    STOP = "STOP"
    HOLD = "HOLD"
    START = "START"
    HELP = "HELP"
    NONE = "NONE"


@dataclass(frozen=True)
class Reading:
    """A verdict and the words it rests on, in a phrase for a person; none for NONE."""

    verdict: Verdict
    because: str = ""


def because(verdict: Verdict, label: str, words: list[str]) -> Reading:
    """Return the verdict with the words it rests on."""
    return Reading(verdict, f'{label}: "{" ".join(words)}"')


TABLE: dict[str, Any] = read_table(__file__, "english")
_ROMANCE = read_table(__file__, "romance")
_KINDS = [(kind, table[kind]) for table in (TABLE, _ROMANCE) for kind in table["kinds"]]
_SETS = TABLE["sets"] | _ROMANCE["sets"]
OF_OURS = ("leave", "stay", "ours", "visit")
PATTERNS = Patterns([kind for kind in _KINDS if kind[0] not in OF_OURS], _SETS)
BEFORE = Patterns([kind for kind in _KINDS if kind[0] in OF_OURS], _SETS)
spelling.KNOWN.update(PATTERNS.known)


def listed(name: str) -> frozenset[str]:
    """Return a list of words of english.toml."""
    return frozenset(TABLE[name])
