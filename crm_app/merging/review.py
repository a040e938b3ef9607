"""What a person sees of a merge: the two side by side, past merges, whom somebody went into."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import phones
from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.queries import seen_by
from crm_app.merging.rules import TABLE
from crm_app.tables import read_sql

SQL = read_sql(__file__)
UNDO_DAYS = 30
EXTRA = "extras."  # before the header of a file's column, where a field is named
FIELDS, STAY = TABLE["fields"], TABLE["stay"]


@dataclass(frozen=True)
class Choice:
    """What the two have for one thing; with a `field` one of them is chosen, else both stay."""

    label: str
    left: str
    right: str
    field: str = ""
    is_right: bool = False


@dataclass(frozen=True)
class Both:
    """Two contacts side by side, the one that stays on the left; empty when one is gone."""

    ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    rows: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class Past:
    """A merge that was made; `stayed` is what an undo left and why."""

    id: int = 0
    words: str = ""
    detail: str = ""
    href: str = ""
    stayed: list[str] = field(default_factory=list)
    may_undo: bool = False


def both(session: Session, person: Person, kept_id: int, gone_id: int) -> Both:
    """Return the two side by side; empty when one of them is there no more."""
    person.must(Permission.MERGE)
    rows = session.execute(SQL["both"], {"ids": [kept_id, gone_id]}).mappings()
    if len(found := {row["id"]: dict(row) for row in rows}) < 2:
        return Both()
    left, right = found[kept_id], found[gone_id]
    differing = [(label, left[name], right[name], name) for name, label in FIELDS.items()]
    differing += [
        (key, left["extras"][key], right["extras"][key], f"{EXTRA}{key}")
        for key in left["extras"] if key in right["extras"]
    ]  # fmt: skip
    shown = [
        Choice(label, one, other, name, takes_right(name, one, other))
        for label, one, other, name in differing if one != other
    ]  # fmt: skip
    stay = [Choice(label, _words(left[name]), _words(right[name])) for name, label in STAY.items()]
    shown += [choice for choice in stay if choice.left or choice.right]
    names, versions = ([one[what] for one in (left, right)] for what in ("name", "version"))
    return Both([kept_id, gone_id], names, versions, shown)


def past(session: Session, person: Person, contact_id: int = 0) -> list[Past]:
    """Return the last merges, of one contact or (0) of all, and which may still be undone."""
    if not person.may(Permission.MERGE):
        return []
    now = clock.now(session)
    return [
        Past(
            m.id, f"{m.gone} → {m.kept}",
            f"{m.by}, {times.ago(m.at, now)}" + (", undone" if m.undone_at else ""),
            f"/contacts/{m.kept_id}", m.stayed or [],
            not m.undone_at and now - m.at < timedelta(days=UNDO_DAYS),
        )
        for m in session.execute(SQL["past"], {"id": contact_id})
    ]  # fmt: skip


def merged_into(session: Session, person: Person, contact_id: int) -> tuple[int, str]:
    """Return whom a contact was merged into at last, id and name; (0, ""): nobody they may see."""
    found = session.execute(SQL["into"], seen_by(person, contact_id)).first()
    return (found.id, found.name) if found else (0, "")


def takes_right(name: str, left: str, right: str) -> bool:
    """Whether the other's value is taken unless somebody chooses: ours is none, or a number."""
    is_number = name == "name" and not any(letter.isalpha() for letter in left)
    return bool(right) and (is_number or not left)


def _words(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}" if value else ""
    if isinstance(value, dict):
        return BETWEEN.join(f"{key}: {one}" for key, one in value.items())
    return value if isinstance(value, str) else BETWEEN.join(map(phones.show, value))
