"""What a person sees of a merge: the two side by side, past merges, whom somebody went into."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import phones
from crm_app.contacts.actions import BETWEEN

UNDO_DAYS = 30
EXTRA = "extras."  # before the header of a file's column, where a field is named
FIELDS = {"name": "Name", "email": "E-mail", "mail_zip": "Mail ZIP"}
STAY = {
    "numbers": "Numbers", "other_emails": "More e-mails", "other_names": "Also called",
    "houses": "Houses", "lists": "Lists", "tags": "Tags", "notes": "Notes", "texts": "Texts",
}  # fmt: skip
_BOTH = text("""
select c.id, version, c.name, email, other_emails, mail_zip, other_names, notes, tags, extras,
    houses, array(select e164 from phone_number where contact_id = c.id order by position, id)
        as numbers,
    array(select l.name from list_member join contact_list l on l.id = list_id
        where contact_id = c.id order by l.name) as lists,
    (select count(*) from message m join conversation t on t.id = m.conversation_id
        where t.contact_id = c.id) as texts
from contact c where c.id = any(:ids) and deleted_at is null""")
_PAST = text("""
select m.id, m.at, m.undone_at, m.moved -> 'stayed' as stayed, u.name as by, k.id as kept_id,
    coalesce(m.moved #>> '{kept,0,name}', k.name) as kept, g.name as gone from merge m
join app_user u on u.id = m.by_user
join contact k on k.id = m.kept_id join contact g on g.id = m.gone_id
where :id = 0 or m.kept_id = :id order by m.id desc limit 20""")
_INTO = text("""with recursive gone as (select merged_into as id from contact where id = :id
    union select c.merged_into from contact c join gone on c.id = gone.id)
select c.id, name from contact c join gone on gone.id = c.id where merged_into is null""")


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
    rows = session.execute(_BOTH, {"ids": [kept_id, gone_id]}).mappings()
    found = {row["id"]: dict(row) for row in rows}
    if len(found) < 2:
        return Both()
    left, right = found[kept_id], found[gone_id]
    choices = [_choice(label, left[name], right[name], name) for name, label in FIELDS.items()]
    choices += [
        _choice(key, left["extras"][key], right["extras"][key], f"{EXTRA}{key}")
        for key in left["extras"] if key in right["extras"]
    ]  # fmt: skip
    shown = [choice for choice in choices if choice.left != choice.right]
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
        for m in session.execute(_PAST, {"id": contact_id})
    ]  # fmt: skip


def merged_into(session: Session, contact_id: int) -> tuple[int, str]:
    """Return whom a contact was merged into at last, id and name; (0, "") when into nobody."""
    found = session.execute(_INTO, {"id": contact_id}).first()
    return (found.id, found.name) if found else (0, "")


def takes_right(name: str, left: str, right: str) -> bool:
    """Whether the other's value is taken unless somebody chooses: ours is none, or a number."""
    is_number = name == "name" and not any(letter.isalpha() for letter in left)
    return bool(right) and (is_number or not left)


def _choice(label: str, left: Any, right: Any, name: str) -> Choice:
    return Choice(label, left, right, name, takes_right(name, left, right))


def _words(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}" if value else ""
    if isinstance(value, dict):
        return BETWEEN.join(f"{key}: {one}" for key, one in value.items())
    return value if isinstance(value, str) else BETWEEN.join(map(phones.show, value))
