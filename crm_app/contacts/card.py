"""Reads for the page of one contact: who, numbers, houses, lists."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import times
from crm_app.contacts import phones
from crm_app.contacts.actions import UNCHECKED

STOP, LIFT, CHECK = "Stop texts", "Allow again", "I checked it"  # what may be done to a number


@dataclass(frozen=True)
class Line:
    """A number, house or list of a contact; `verb` is what may be done beside stopping texts."""

    title: str
    detail: str
    badge: str = ""
    tone: str = "plain"
    verb: str = ""
    thread: str = ""
    last_text: str = ""


@dataclass(frozen=True)
class Card:
    """Everything on the page of a contact; `who` is empty when there is none."""

    who: dict[str, Any] = field(default_factory=dict)
    numbers: list[Line] = field(default_factory=list)
    houses: list[Line] = field(default_factory=list)
    lists: list[Line] = field(default_factory=list)


_WHO = text(
    "select id, name, first_name, last_name, email, notes, other_names, is_company,"
    " deleted_at is not null as is_deleted from contact where id = :id"
)
_NUMBERS = text("""
select n.e164, n.note, n.is_textable, n.not_textable_because, s.at, s.because, u.name as by,
    t.id as thread, t.last_text from phone_number n
left join suppression s on s.e164 = n.e164 and s.lifted_at is null
left join app_user u on u.id = s.by_user
left join lateral (select id, last_text from conversation where e164 = n.e164
    order by last_at desc limit 1) t on true
where n.contact_id = :id order by n.position, n.id
""")
_HOUSES = text(
    "select p.* from contact_property cp join property p on p.id = cp.property_id"
    " where cp.contact_id = :id order by p.id"
)
_LISTS = text("""
select l.name, a.at, u.name as by from list_member m join contact_list l on l.id = m.list_id
left join lateral (select at, user_id from attestation where list_id = l.id
    order by id desc limit 1) a on true
left join app_user u on u.id = a.user_id where m.contact_id = :id order by l.id desc
""")


def card(session: Session, contact_id: int) -> Card:
    """Return what the page of a contact shows."""
    given = {"id": contact_id}
    who = session.execute(_WHO, given).mappings().first()
    if who is None:
        return Card()
    numbers = [_number(row) for row in session.execute(_NUMBERS, given)]
    houses = [_house(row, who["name"]) for row in session.execute(_HOUSES, given)]
    lists = [
        Line(name, f"By {by}, {times.exact(at)}.", "Attested", "fine")
        if at else Line(name, "No cold texts to this list yet.", "Not attested", "held")
        for name, at, by in session.execute(_LISTS, given)
    ]  # fmt: skip
    return Card(dict(who), numbers, houses, lists)


def _number(n: Row[Any]) -> Line:
    """Say of a number what matters most: it opted out, it will not do, or it may be texted."""
    state, because = ("May be texted", "fine", ""), ""
    if n.at:
        state, how = ("Opted out", "optedout", LIFT), f"by {n.by}" if n.by else "by text"
        because = f"{times.exact(n.at)}, {how}: “{n.because}”"
    elif not n.is_textable:
        because = n.not_textable_because
        state = "Not textable", "held", CHECK if because.endswith(UNCHECKED) else ""
    detail = " · ".join(filter(None, (because, n.note)))
    thread = f"/inbox/{n.thread}" if n.thread else ""
    return Line(phones.show(n.e164), detail, *state, thread, n.last_text or "")


def _house(h: Row[Any], owner: str) -> Line:
    """Say of a house where and what it is, and who is there without a number."""
    others = ", ".join(person["name"] for person in h.people if person["name"] != owner)
    facts = (
        f"built {h.year_built}" if h.year_built else "",
        f"{h.square_feet:,} sq ft" if h.square_feet else "",
        f"${h.value_cents // 100:,}" if h.value_cents else "",
        "for sale" if h.is_listed else "",
        f"also there, without a number: {others}" if others else "",
    )
    title = f"{h.address}, {h.city} {h.state} {h.zip5}".strip()
    return Line(title, " · ".join(filter(None, facts)))
