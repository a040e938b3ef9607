"""Requests by what the words of one clause mean: something shall cease, and it is our texts.

The patterns know how people say it; this knows what they must be speaking of.
"""

from collections.abc import Iterator

from crm_app.replies.signs import TABLE

_CEASE, _NOT, _LIST, _PAST = (
    frozenset(TABLE["meaning"][name].split()) for name in ("cease", "not", "list", "past")
)
_CONTACT = tuple(TABLE["meaning"]["contact"].split())
_OFF, _TAKE = ({"off", "out", "odd", "of"}, {"take", "taking", "get", "pull", "scratch", "keep"})
_LONGEST, _NEAR = 16, 5


def asks(words: list[str], cleared: set[int]) -> list[str] | None:
    """Return the clause that asks us to stop, its cleared words left out; None for none."""
    for clause in _clauses(words, cleared):
        if len(clause) <= _LONGEST and _is_request(clause):
            return [word for word in clause if word]
    return None


def _clauses(words: list[str], cleared: set[int]) -> Iterator[list[str]]:
    clause: list[str] = []
    for at, word in enumerate([*words, "."]):
        if word != ".":
            clause.append("" if at in cleared else word)
        elif clause:
            yield clause
            clause = []


def _is_request(clause: list[str]) -> bool:
    contact = [at for at, word in enumerate(clause) if word.startswith(_CONTACT)]
    lists = [at for at, word in enumerate(clause) if word in _LIST]
    cease = [at for at, word in enumerate(clause) if word in _CEASE]
    if _are_near(cease, contact + lists) or _are_near(contact, cease):
        return True
    if not _PAST.isdisjoint(clause):
        return False
    nots = [at for at, word in enumerate(clause) if word in _NOT]
    if _are_near(nots, contact) or _are_near(contact, nots):
        return True
    return bool(lists) and not (_OFF.isdisjoint(clause) or _TAKE.isdisjoint(clause))


def _are_near(first: list[int], then: list[int]) -> bool:
    return any(0 < later - at <= _NEAR for at in first for later in then)
