"""Reads of contacts: everything about one of them, and whose business it is."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import phones
from crm_app.contacts.actions import BETWEEN, UNCHECKED

STOP, LIFT, CHECK = "Stop texts", "Allow again", "I checked it"  # what may be done to a number


@dataclass(frozen=True)
class Line:
    """A contact, or a number, house or list of one; `verb` may be done beside stopping texts."""

    title: str
    detail: str
    badge: str = ""
    tone: str = "plain"
    href: str = ""
    verb: str = ""
    last_text: str = ""
    initials: str = ""
    e164: str = ""


@dataclass(frozen=True)
class Card:
    """Everything on the page of a contact; `who` is empty when there is none."""

    who: dict[str, Any] = field(default_factory=dict)
    numbers: list[Line] = field(default_factory=list)
    houses: list[Line] = field(default_factory=list)
    lists: list[Line] = field(default_factory=list)


_WHO = (
    "select id, name, first_name, last_name, email, notes, other_names, is_company,"
    " deleted_at is not null as is_deleted from contact c where id = :id and "
)
_NUMBERS = text("""
select n.e164, n.note, n.is_textable, n.not_textable_because, s.at, s.because, u.name as by,
    t.id as thread, t.last_text from phone_number n
left join suppression s on s.e164 = n.e164 and s.lifted_at is null
left join app_user u on u.id = s.by_user
left join lateral (select id, last_text from conversation where e164 = n.e164
    and (:all or assigned_to = :me) order by last_at desc limit 1) t on true
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


def card(session: Session, person: Person, contact_id: int) -> Card:
    """Return what `person` may see of a contact; an empty card when that is nothing."""
    given = {"id": contact_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}
    who = session.execute(text(_WHO + mine(person)), given).mappings().first()
    if who is None:
        return Card()
    numbers = [_number(row, person) for row in session.execute(_NUMBERS, given)]
    houses = [_house(row, who["name"]) for row in session.execute(_HOUSES, given)]
    return Card(dict(who), numbers, houses, [_list(row) for row in session.execute(_LISTS, given)])


def mine(person: Person) -> str:
    """Return the condition on contact `c` that it is this person's business; it binds `me`.

    See facts/business.md, Roles.
    """
    if person.may(Permission.READ_ALL_THREADS):
        return "true"
    return "c.id in (select contact_id from conversation where assigned_to = :me)"


def _number(n: Row[Any], person: Person) -> Line:
    """Say of a number what matters most: it opted out, will not do, or takes texts."""
    state, because, verb = ("Takes texts", "plain"), n.not_textable_because, ""
    if n.at:
        state, how, verb = ("Opted out", "optedout"), f"by {n.by}" if n.by else "by text", LIFT
        because = f"{times.exact(n.at)}, {how}: “{n.because}”"
    elif not n.is_textable:
        state, verb = ("Not textable", "held"), CHECK if because.endswith(UNCHECKED) else ""
    if verb and not person.may(Permission.LIFT if verb == LIFT else Permission.EDIT_CONTACTS):
        verb = ""
    detail = BETWEEN.join(filter(None, (because, n.note)))
    thread = f"/inbox/{n.thread}" if n.thread else ""
    last = n.last_text or ""
    return Line(phones.show(n.e164), detail, *state, thread, verb, last, e164=n.e164)


def _house(h: Row[Any], owner: str) -> Line:
    others = ", ".join(person["name"] for person in h.people if person["name"] != owner)
    facts = (
        f"built {h.year_built}" if h.year_built else "",
        f"{h.square_feet:,} sq ft" if h.square_feet else "",
        f"${h.value_cents // 100:,}" if h.value_cents else "",
        "for sale" if h.is_listed else "",
        f"also there, without a number: {others}" if others else "",
    )
    title = f"{h.address}, {h.city} {h.state} {h.zip5}".strip()
    return Line(title, BETWEEN.join(filter(None, facts)))


def _list(m: Row[Any]) -> Line:
    if not m.at:
        return Line(m.name, "No cold texts to this list yet.", "Not attested", "held")
    return Line(m.name, f"By {m.by}, {times.exact(m.at)}.", "Attested", "fine")
