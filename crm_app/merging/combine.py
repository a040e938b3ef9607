"""What one contact is when it is made of two: what was not chosen stays beside it."""

from collections.abc import Collection
from typing import Any

from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.models import Contact
from crm_app.merging.review import EXTRA, FIELDS

_NAME = ("name", "first_name", "last_name", "is_company")


def combine(kept: Contact, gone: Contact, chosen: Collection[str], by: str) -> None:
    """Give `kept` what both are to be; `chosen` fields are the other's, `by` says who and when."""
    mails = [kept.email, gone.email, *(kept.other_emails + BETWEEN + gone.other_emails).split(
        BETWEEN)]  # fmt: skip
    called = [kept.name, gone.name, *(kept.other_names + BETWEEN + gone.other_names).split(BETWEEN)]
    taken = {name for name in FIELDS if name in chosen}
    for name in taken:
        for column in _NAME if name == "name" else (name,):
            setattr(kept, column, getattr(gone, column))
    kept.other_emails = _others(mails, kept.email)
    kept.other_names = _others([name for name in called if _is_name(name)], kept.name)
    kept.tags = list(dict.fromkeys([*kept.tags, *gone.tags]))
    kept.extras = _extras(kept.extras, gone.extras, chosen)
    typed = set(_NAME) | taken if "name" in taken else taken
    kept.edited = sorted({*kept.edited, *gone.edited, *typed})
    if gone.notes:
        kept.notes = f"{kept.notes}\n{gone.notes}\n({gone.name}, merged by {by})".strip()


def _others(said: list[str], first: str) -> str:
    found = {one.lower(): one for one in reversed(said) if one and one.lower() != first.lower()}
    return BETWEEN.join(reversed(found.values()))


def _is_name(name: str) -> bool:
    return any(letter.isalpha() for letter in name)


def _extras(
    ours: dict[str, Any], theirs: dict[str, Any], chosen: Collection[str]
) -> dict[str, Any]:
    found = theirs | ours
    for key in [key for key in ours if theirs.get(key, ours[key]) != ours[key]]:
        found[key], beside = ours[key], theirs[key]
        if f"{EXTRA}{key}" in chosen:
            found[key], beside = beside, found[key]
        free = next(n for n in range(2, 99) if f"{key} ({n})" not in found)
        found[f"{key} ({free})"] = beside
    return found
