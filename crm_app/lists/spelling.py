"""Typo help: what a search that found nothing may have meant, by the words that there are."""

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, house, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.addresses import same_words
from crm_app.lists.queries import LAST, SQL, WORD

_KEY, NEAR = "search words", 0.82


def meant(session: Session, person: Person, typed: str) -> str:
    """Return what was typed with each unknown word (3 letters at least) as the nearest one.

    "" when nothing is near. Begins alike first, then any; of equals the more frequent. Words are
    names and streets of all contacts: who sees only their own is told none.
    """
    if not person.may(Permission.READ_ALL_THREADS):
        return ""
    said, is_other = list[str](), False
    for word in WORD.findall(typed.lower()):
        known = session.execute(
            text(SQL["is_known"]), {"start": word, "stop": word + LAST}
        ).scalar_one()
        if known or same_words(word) or not word.isalpha() or len(word) < 3:
            said.append(word)
            continue
        near = ""
        for start in (word[0], ""):
            given = {
                "start": start,
                "stop": start + LAST,
                "least": len(word) - 2,
                "most": len(word) + 6,
            }
            used = {row.word: row.used for row in session.execute(text(SQL["nearest"]), given)}
            found = process.extract(
                word, list(used), scorer=JaroWinkler.normalized_similarity, score_cutoff=NEAR,
                limit=5,
            )  # fmt: skip
            near = max(found, key=lambda one: (round(one[1], 2), used[one[0]]), default=("",))[0]
            if near:
                break
        if not near:
            return ""
        said.append(near)
        is_other = True
    return " ".join(said).title() if is_other else ""


def gather_words(session: Session) -> bool:
    """Gather the words anew when an import has ended or a day has begun since; whether it was."""
    today = times.local(clock.now(session)).date()
    last = session.execute(text(SQL["words_of"]), {"today": str(today)}).scalar_one()
    if house.get_setting(session, _KEY, "") == last:
        return False
    session.execute(text("delete from search_word"))
    session.execute(text(SQL["words"]))
    house.put_setting(session, _KEY, last)
    return True
