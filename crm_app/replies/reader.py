"""What an incoming text asks of us, by its words and what stands around them.

47 CFR 64.1200(a)(10) and FCC 24-24: any reasonable manner counts. Words and senses lie in
english.toml; what is uncertain is held for a person, and never passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm_app.replies import words as spelling
from crm_app.replies.patterns import Pattern, Patterns
from crm_app.replies.words import BARE, mended, plain
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


_TABLE, _ROMANCE = read_table(__file__, "english"), read_table(__file__, "romance")
_KINDS = [(kind, table[kind]) for table in (_TABLE, _ROMANCE) for kind in table["kinds"]]
_SETS = _TABLE["sets"] | _ROMANCE["sets"]
_OF_OURS = ("ours", "visit")
_PATTERNS = Patterns([kind for kind in _KINDS if kind[0] not in _OF_OURS], _SETS)
_BEFORE = Patterns([kind for kind in _KINDS if kind[0] in _OF_OURS], _SETS)
spelling.KNOWN.update(_PATTERNS.known)
_ALONE = {verdict: frozenset(_TABLE[verdict]) for verdict in (Verdict.START, Verdict.HELP)}
_POLITE, _FILLERS = frozenset(_TABLE["polite"]), frozenset(_TABLE["fillers"])
_CONTACT, _UNCLEAR = frozenset(_TABLE["contact"]), frozenset(_TABLE["unclear"])
_NO, _BESIDE_NO = frozenset(_TABLE["no"]), frozenset(_TABLE["beside_no"])
_VISITS = frozenset(_TABLE["of_a_visit"])
_SOFT, _STRONG = frozenset(_TABLE["soft"]), frozenset(_TABLE["strong"])
_OURS, _AGAINST = frozenset(_TABLE["about_us"]), frozenset(_TABLE["against"])
_THINGS, _FEW = frozenset(_TABLE["sets"]["thing"]), 12
_WEAK = frozenset(spelling.WEAK)
_SIGNATURE = re.compile(_TABLE["signature"])
_TAPBACK = re.compile(_TABLE["tapback"])
_NONE = Reading(Verdict.NONE)


def read(text: str, before: str = "") -> Reading:
    """Read a text of theirs, an answer to `before` of ours ("" unknown); never raises."""
    if _TAPBACK.match(text):
        return _NONE
    said = _SIGNATURE.sub("", plain(text)).strip(" .")
    if verdict := _is_alone(said, text):
        return Reading(verdict, f'says only "{said}"')
    words = said.split()
    if len(words) < 15 or not _CONTACT.isdisjoint(words):
        words = mended(words)
    clauses = [clause.split() for clause in " ".join(words).split(" . ")]
    return (
        _bare(clauses, before) or _seen(words) or _says_no(clauses, before) or _wary(words) or _NONE
    )


def _is_alone(words: str, text: str) -> Verdict | None:
    """START and HELP count only as the whole text: nobody is texted again by a longer one."""
    left = " ".join(word for word in words.split() if word not in _POLITE)
    if left in _ALONE[Verdict.START] and "?" not in text:
        return Verdict.START
    return Verdict.HELP if left in _ALONE[Verdict.HELP] else None


def _bare(clauses: list[list[str]], before: str) -> Reading | None:
    """A word of the law as a whole clause, politeness and curses aside."""
    left = [_said(clause) for clause in clauses]
    places = [place for place, words in enumerate(left) if words]
    for place in places:
        said = left[place]
        if said not in BARE and not all(word in BARE for word in said.split()):
            continue
        if said in _WEAK and place not in (places[0], places[-1]):
            continue
        if said in _VISITS and len(places) == 1 and _about(before) == "visit":
            return Reading(Verdict.HOLD, f'may mean the visit: "{said}"')
        return Reading(Verdict.STOP, f'asks us to stop: "{said}"')
    return None


def _said(clause: list[str]) -> str:
    """A clause without politeness, and without curses and fillers unless it needs them: no mas."""
    polite = " ".join(word for word in clause if word not in _POLITE)
    if polite in BARE:
        return polite
    return " ".join(word for word in clause if word not in _FILLERS)


def _about(before: str) -> str:
    """Whether our text was a cold one ("ours"), spoke of a visit, or neither."""
    words = plain(before).split()
    kinds = {found.kind for at in range(len(words)) for found, _ in _BEFORE.found(words, at)}
    return "ours" if "ours" in kinds else "visit" if "visit" in kinds else ""


def _found(words: list[str]) -> Iterator[tuple[Pattern, int, int]]:
    """Yield each pattern found: the longest at each word; an innocent one clears its words."""
    free = 0
    for at in range(len(words)):
        best, end = None, 0
        for pattern, ends in _PATTERNS.found(words, at):
            covered = ends if pattern.kind == "stop" else at + 1
            if covered <= free and pattern.kind != "innocent":
                continue
            if best is None or _outweighs(pattern, ends, best, end):
                best, end = pattern, ends
        if best:
            free = max(free, end) if best.kind == "innocent" else free
            yield best, at, end


def _outweighs(pattern: Pattern, end: int, best: Pattern, best_end: int) -> bool:
    """Whether it says more than the best so far: the longer one, but a request beats a reason."""
    if {pattern.kind, best.kind} == {"stop", "hold"}:
        return pattern.kind == "stop"
    return end > best_end


def _seen(words: list[str]) -> Reading | None:
    """A request, else a reason to hold, else a word of ceasing that nothing explains."""
    held: list[tuple[str, Reading]] = []
    cleared, engaged = set[int](), False
    for pattern, start, end in _found(words):
        if pattern.kind == "innocent":
            cleared.update(range(start, end))
            continue
        if pattern.kind == "engaged":
            engaged = True
            continue
        because = f'{pattern.label}: "{" ".join(words[start:end])}"'
        if pattern.kind == "stop":
            return Reading(Verdict.STOP, because)
        held.append((pattern.label, Reading(Verdict.HOLD, because)))
    if unclear := _unclear(words, cleared):
        word, is_request = unclear
        if is_request or not _CONTACT.isdisjoint(words):
            return Reading(Verdict.STOP, f'asks us to stop: "{word}"')
        held.append((word, Reading(Verdict.HOLD, f'unclear: "{word}"')))
    return next((told for label, told in held if not engaged or label not in _SOFT), None)


def _unclear(words: list[str], cleared: set[int]) -> tuple[str, bool] | None:
    """A word of ceasing that nothing explains, and whether it ends a clause as a request does."""
    for at, word in enumerate(words):
        if word not in _UNCLEAR or at in cleared:
            continue
        stops = [n for n, mark in enumerate(words) if mark == "."]
        begin = max((n for n in stops if n < at), default=-1) + 1
        end = min((n for n in stops if n > at), default=len(words))
        if _FILLERS.issuperset(words[at + 1 : end]):
            return word, word in _STRONG
        if _THINGS.isdisjoint(words[begin:end]):
            return word, False
    return None


def _wary(words: list[str]) -> Reading | None:
    """A no beside a word for our texts, and nothing else understood: not passed over."""
    about = next((word for word in words if word in _OURS), "")
    if not about or _AGAINST.isdisjoint(words) or len(words) > _FEW:
        return None
    if any(pattern.kind in {"innocent", "engaged"} for pattern, _, _ in _found(words)):
        return None
    return Reading(Verdict.HOLD, f'unclear: "{about}"')


def _says_no(clauses: list[list[str]], before: str) -> Reading | None:
    """A bare no answers our last text: no to a time is no news, no to an offer is."""
    said = [word for clause in clauses for word in clause]
    if _NO.isdisjoint(said) or not set(said) <= _NO | _FILLERS | _BESIDE_NO:
        return None
    if _about(before) == "visit":
        return None
    return Reading(Verdict.HOLD, f'says no: "{" ".join(said)}"')
