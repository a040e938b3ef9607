"""What an incoming text asks of us, by its words and what stands around them.

47 CFR 64.1200(a)(10) and FCC 24-24: any reasonable manner counts. Words and senses lie in
english.toml; what is uncertain is held for a person, and never passed over.
"""

import re
from collections.abc import Iterator

from crm_app.replies import meaning, weighing
from crm_app.replies.patterns import Pattern
from crm_app.replies.signs import PATTERNS, TABLE, Reading, Verdict, because, listed
from crm_app.replies.whole import about, answers, bare, is_alone, says_no
from crm_app.replies.words import mended, plain, shortened

__all__ = ["Reading", "Verdict", "read"]

_FILLERS, _CONTACT, _UNCLEAR = listed("fillers"), listed("contact"), listed("unclear")
_ASKING, _TELLING = _FILLERS | listed("asking"), listed("telling")
_SOFT, _STRONG = listed("soft"), listed("strong")
_MILD = _SOFT - listed("heavy")
_GENERAL = "in general"
_OF_WORK, _OF_TEXTS = "unless of texts", _CONTACT | listed("of_texts")
_OURS, _AGAINST = listed("about_us"), listed("against")
_THINGS, _FEW = frozenset(TABLE["sets"]["thing"]), 12
_SIGNATURE, _TAPBACK = re.compile(TABLE["signature"]), re.compile(TABLE["tapback"])
# One word of the law in capitals, then something else: "STOP and call me".
_SHOUTED = re.compile(r"\W*(?:STOP|UNSUBSCRIBE|STOPALL|QUIT)\b(?! *(?:by|in|at|over|sign|work)\b)")
_SIGNED = 120
_MANY = 5
_MOST, _BEGIN, _END = 240, 100, 50  # words: a text of more has hardly any words in it
_UNEASY, _SURE = 0.0, 0.3
_NONE = Reading(Verdict.NONE)


def read(text: str, before: str = "") -> Reading:
    """Read a text of theirs, an answer to `before` of ours ("" unknown); never raises."""
    if _TAPBACK.match(text):
        return _NONE
    text = shortened(text)
    said = _unsigned(plain(text))
    if verdict := is_alone(said, text):
        return Reading(verdict, f'says only "{said}"')
    if _SHOUTED.match(text) and not text.isupper():
        return because(Verdict.STOP, "asks us to stop", [said.split()[0]])
    words = said.split()
    if len(words) > _MOST:
        words = words[:_BEGIN] + words[-_END:]
    words = mended(words)
    clauses = [clause.split() for clause in " ".join(words).split(" . ")]
    return (
        answers(words, before)
        or bare(clauses, before)
        or says_no(clauses, before)
        or _seen(words, before)
        or _wary(words)
        or _NONE
    )


def _unsigned(words: str) -> str:
    """Leave out what a telephone or a mail program adds at the end."""
    signature = _SIGNATURE.search(words, max(0, len(words) - _SIGNED))
    return (words[: signature.start()] if signature else words).strip(" .")


def _found(words: list[str]) -> Iterator[tuple[Pattern, int, int]]:
    """Yield each pattern found: the longest at each word; an innocent one clears its words.

    A request goes beyond what an innocent one clears only where somebody speaks of texts.
    """
    free, of_texts = 0, not _OF_TEXTS.isdisjoint(words)
    for at in range(len(words)):
        best, end = None, 0
        for pattern, ends in PATTERNS.found(words, at):
            if of_texts and pattern.label == _OF_WORK:
                continue
            covered = ends if pattern.kind == "stop" and of_texts else at + 1
            if covered <= free and pattern.kind != "innocent":
                continue
            if best is None or _outweighs(pattern, ends, best, end):
                best, end = pattern, ends
        if best:
            if best.kind == "innocent" and best.label != _GENERAL:
                free = max(free, end)
            yield best, at, end


def _outweighs(pattern: Pattern, end: int, best: Pattern, best_end: int) -> bool:
    """Whether it says more than the best so far: the longer one, but a request beats a reason."""
    if {pattern.kind, best.kind} == {"stop", "hold"}:
        return pattern.kind == "stop"
    if "stop" in (pattern.kind, best.kind) and _GENERAL in (pattern.label, best.label):
        return pattern.kind == "stop"
    return end > best_end or (end == best_end and pattern.label == _OF_WORK)


def _seen(words: list[str], before: str) -> Reading | None:
    """A request, else a reason to hold, else a word of ceasing that nothing explains."""
    held: list[tuple[str, int, int]] = []
    cleared, firm, ease, engaged = set[int](), set[int](), 0, False
    for pattern, start, end in _found(words):
        if pattern.kind == "stop":
            return because(Verdict.STOP, pattern.label, words[start:end])
        if pattern.kind == "hold":
            held.append((pattern.label, start, end))
            continue
        ease += 2
        engaged = engaged or pattern.kind == "engaged"
        if pattern.kind == "innocent":
            cleared.update(range(start, end))
            firm.update(range(start, start if pattern.label == _GENERAL else end))
    if unclear := _unclear(words, cleared):
        at, is_request = unclear
        if is_request:
            return because(Verdict.STOP, "asks us to stop", [words[at]])
        held.append((words[at] if words[at] in _SOFT else "unclear", at, at + 1))
    if asked := meaning.asks(words, firm):
        return because(Verdict.STOP, "asks us to stop", asked)
    if not held:
        left = [word for at, word in enumerate(words) if at not in cleared]
        return None if about(before) == "visit" else _vote(left, ease)
    outweighed = _SOFT if engaged else _MILD if weighing.is_of_work(words) else frozenset()
    reasons = [reason for reason in held if reason[0] not in outweighed]
    if not reasons:
        return None
    label, start, end = reasons[0]
    return because(Verdict.HOLD, label, words[start:end])


def _vote(words: list[str], ease: int) -> Reading | None:
    """No pattern tells: held if the words together are those of somebody ill at ease."""
    if weighing.weigh(words, ease) <= (_UNEASY if len(words) >= _MANY else _SURE):
        return None
    return because(Verdict.HOLD, "unclear", weighing.uneasy(words))


def _unclear(words: list[str], cleared: set[int]) -> tuple[int, bool] | None:
    """A word of ceasing that nothing explains, and whether its clause makes it a request."""
    for at, word in enumerate(words):
        if word not in _UNCLEAR or at in cleared:
            continue
        stops = [n for n, mark in enumerate(words) if mark == "."]
        begin = max((n for n in stops if n < at), default=-1) + 1
        end = min((n for n in stops if n > at), default=len(words))
        of_texts = not _CONTACT.isdisjoint(words[begin:end])
        if _FILLERS.issuperset(words[at + 1 : end]):
            asks = _ASKING.issuperset if word == "quit" else _TELLING.isdisjoint
            before = words[max(begin, at - 1) : at]
            return at, of_texts or (word in _STRONG and asks(before))
        if of_texts or _THINGS.isdisjoint(words[begin:end]):
            return at, of_texts
    return None


def _wary(words: list[str]) -> Reading | None:
    """A no beside a word for our texts, and nothing else understood: not passed over."""
    word = next((word for word in words if word in _OURS), "")
    if not word or _AGAINST.isdisjoint(words) or len(words) > _FEW:
        return None
    if any(pattern.kind in {"innocent", "engaged"} for pattern, _, _ in _found(words)):
        return None
    return because(Verdict.HOLD, "unclear", [word])
