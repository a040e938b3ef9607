"""What a text asks as a whole: one word alone, a word of the law, an answer to ours."""

from crm_app.replies.signs import BEFORE, OF_OURS, Reading, Verdict, because, listed
from crm_app.replies.words import BARE, WEAK, plain

_ALONE = {verdict: listed(verdict) for verdict in (Verdict.START, Verdict.HELP)}
_POLITE, _FILLERS, _VISITS = listed("polite"), listed("fillers"), listed("of_a_visit")
_BRIEF = 10
_YES, _NO, _BESIDE_NO = listed("yes"), listed("no"), listed("beside_no")


def is_alone(words: str, text: str) -> Verdict | None:
    """START and HELP count only as the whole text: nobody is texted again by a longer one."""
    left = " ".join(word for word in words.split() if word not in _POLITE)
    if left in _ALONE[Verdict.START] and "?" not in text:
        return Verdict.START
    return Verdict.HELP if left in _ALONE[Verdict.HELP] else None


def bare(clauses: list[list[str]], before: str) -> Reading | None:
    """A word of the law as a whole clause, politeness and curses aside."""
    left = [_said(clause) for clause in clauses]
    places = [place for place, words in enumerate(left) if words]
    for place in places:
        said = left[place]
        if said not in BARE and not all(word in BARE for word in said.split()):
            continue
        if said in WEAK and place not in (places[0], places[-1]):
            continue
        if said in _VISITS and len(places) == 1 and about(before) == "visit":
            return because(Verdict.HOLD, "may mean the visit", [said])
        return because(Verdict.STOP, "asks us to stop", [said])
    return None


def _said(clause: list[str]) -> str:
    """A clause without politeness, and without curses and fillers unless it needs them: no mas."""
    polite = " ".join(word for word in clause if word not in _POLITE)
    if polite in BARE:
        return polite
    return " ".join(word for word in clause if word not in _FILLERS)


def about(before: str) -> str:
    """What our text was: cold ("ours"), on a visit, or asked whether they want our texts."""
    words = plain(before).split()
    kinds = {found.kind for at in range(len(words)) for found, _ in BEFORE.found(words, at)}
    if words[:2] == ["reply", "stop"]:
        return "leave"
    asked = "visit" if "?" in before else ""
    return next((kind for kind in OF_OURS if kind in kinds), asked)


def answers(words: list[str], before: str) -> Reading | None:
    """Yes to "shall we stop texting?" and no to "do you want our texts?"."""
    tells_how = "STOP" in before and not before.startswith("Reply STOP")
    if tells_how or len(words) > _BRIEF:  # it asks for something else
        return None
    kind = about(before) if before else ""
    said = {"leave": _YES, "stay": _NO | {"dont", "not"}}.get(kind, frozenset())
    if said.isdisjoint(words) or (kind == "leave" and not (_NO | {"dont"}).isdisjoint(words)):
        return None
    return because(Verdict.STOP, "answers that we may stop", words)


def says_no(clauses: list[list[str]], before: str) -> Reading | None:
    """A bare no answers our last text: no to a time is no news, no to an offer is."""
    said = [word for clause in clauses for word in clause]
    if _NO.isdisjoint(said) or not set(said) <= _NO | _FILLERS | _BESIDE_NO:
        return None
    if about(before) == "visit":
        return None
    return because(Verdict.HOLD, "says no", said)
