"""Reads of contacts: search and pages, the lists to choose from, everything about one contact."""

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import names, phones
from crm_app.contacts.actions import BETWEEN, UNCHECKED

PAGE_SIZE = 50
MOST = 10_000  # contacts are counted and paged up to here
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


def find_contacts(
    session: Session, person: Person, typed: str = "", list_id: int = 0, page: int = 1
) -> tuple[list[Line], int]:
    """Return a page of the contacts that `person` may see, by name, and how many (up to MOST).

    `typed` are starts of words of name, e-mail and address (all must fit), or a number's end.
    """
    where, given = _where(typed, list_id)
    where += f" and {_mine(person)}"
    # Else PostgreSQL walks all names in their order until 50 fit: one first name takes 80 ms.
    whole = "materialized" if given["words"] else ""
    found = session.execute(
        text(f"""
with found as {whole} (select c.id, c.name from contact c where {where}),
page as (select id from found order by lower(name), id limit {PAGE_SIZE} offset :offset)
select c.id, c.name, c.houses, n.e164, n.is_textable, s.id as stop,
    (select count(*) from (select from contact c where {where} limit {MOST}) counted) as total
from page join contact c on c.id = page.id
left join lateral (select e164, is_textable from phone_number where contact_id = c.id
    order by position, id limit 1) n on true
left join suppression s on s.e164 = n.e164 and s.lifted_at is null
order by lower(c.name), c.id"""),
        given | {"offset": (page - 1) * PAGE_SIZE, "me": person.id},
    ).all()
    return [_contact(row) for row in found], found[0].total if found else 0


def lists(session: Session) -> list[tuple[str, str]]:
    """Return all lists, newest first, as (id, words with how many are on it)."""
    found = session.execute(
        text(
            "select l.id, l.name, (select count(*) from list_member m where m.list_id = l.id)"
            " from contact_list l order by l.id desc limit 200"
        )
    )
    return [(str(i), f"{name} ({size:,})") for i, name, size in found]


def card(session: Session, person: Person, contact_id: int) -> Card:
    """Return what `person` may see of a contact; an empty card when that is nothing."""
    given = {"id": contact_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}
    who = session.execute(text(_WHO + _mine(person)), given).mappings().first()
    if who is None:
        return Card()
    numbers = [_number(row, person) for row in session.execute(_NUMBERS, given)]
    houses = [_house(row, who["name"]) for row in session.execute(_HOUSES, given)]
    return Card(dict(who), numbers, houses, [_list(row) for row in session.execute(_LISTS, given)])


def _mine(person: Person) -> str:
    """The condition on contact `c` that it is this person's business (facts/business.md, Roles)."""
    if person.may(Permission.READ_ALL_THREADS):
        return "true"
    return "c.id in (select contact_id from conversation where assigned_to = :me)"


def _where(typed: str, list_id: int) -> tuple[str, dict[str, Any]]:
    """The condition on contact `c` for what was typed and the chosen list (0 for all)."""
    words = re.findall(r"\w+", typed.lower().replace("_", " "))[:8]
    digits = phones.digits(typed)
    is_number = len(digits) > 2 and not re.search(r"[^\W\d_]", typed)
    where = "c.deleted_at is null"
    if list_id:
        where += " and c.id in (select contact_id from list_member where list_id = :list_id)"
    if typed.strip() and not words:
        where = "false"  # signs alone are nobody's name
    if words and not is_number:
        where += " and c.search @@ to_tsquery('simple', :words)"
    elif words:
        where += (
            " and c.id in (select id from contact where search @@ to_tsquery('simple', :words)"
            " union all select contact_id from phone_number where reverse(e164) like :ending)"
        )
    starts = " & ".join(f"{word}:*" for word in words)
    return where, {"list_id": list_id, "words": starts, "ending": f"{digits[::-1][:10]}%"}


def _contact(c: Row[Any]) -> Line:
    first, *more = c.houses.split(BETWEEN)
    others = f" and {len(more)} more" if more else ""
    detail = BETWEEN.join(filter(None, (phones.show(c.e164 or "No number"), first))) + others
    state = ("", "plain") if c.is_textable else ("Not textable", "held")
    state = ("Opted out", "optedout") if c.stop else state
    href = f"/contacts/{c.id}"
    return Line(c.name, detail, *state, href, initials=names.initials(c.name))


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
