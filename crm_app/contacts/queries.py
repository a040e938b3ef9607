"""Reads of contacts: everything about one of them, and whose business it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import phones
from crm_app.contacts.actions import BETWEEN, UNCHECKED
from crm_app.contacts.models import STILL
from crm_app.tables import read_sql, read_table

STOP, LIFT, CHECK = "Stop texts", "Allow again", "I checked it"  # what may be done to a number
SAID_BY = {"text": "by text", "person": "by hand", "import": "as a file says",
           "provider": "OpenPhone refuses them"}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A contact, or a number, tie (`id`) or list of one; `verb` is what may be done to it."""

    title: str
    detail: str
    badge: str = ""
    tone: str = "plain"
    href: str = ""
    verb: str = ""
    last_text: str = ""
    initials: str = ""
    e164: str = ""
    id: int = 0


@dataclass(frozen=True)
class Card:
    """Everything on the page of a contact; `who` is empty when there is none."""

    who: dict[str, Any] = field(default_factory=dict)
    numbers: list[Line] = field(default_factory=list)
    houses: list[Line] = field(default_factory=list)
    lists: list[Line] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    extras: list[tuple[str, str]] = field(default_factory=list)


SQL = read_sql(__file__, still=STILL)
ROLES: dict[str, list[str]] = read_table(__file__, "roles")  # role: its word now, and when it ended


def card(session: Session, person: Person, contact_id: int) -> Card:
    """Return what `person` may see of a contact; an empty card when that is nothing."""
    given = seen_by(person, contact_id)
    who = session.execute(SQL["who"], given).mappings().first()
    if who is None:
        return Card()
    numbers = [_number(row, person) for row in session.execute(SQL["numbers"], given)]
    lists = [_list(row) for row in session.execute(SQL["lists"], given)]
    houses = [_house(row) for row in session.execute(SQL["of_contact"], given)]
    extras = [(name, str(value)) for name, value in who["extras"].items()]
    return Card(dict(who), numbers, houses, lists, who["tags"], extras)


def people_of(session: Session, person: Person, property_id: int) -> Sequence[Row[Any]]:
    """Return the people of a house that `person` may see, who left it last, with its columns."""
    return session.execute(SQL["of_house"], seen_by(person, property_id)).all()


def seen_by(person: Person, of_id: int) -> dict[str, Any]:
    """Return what binds a statement to what `person` may see of a thing."""
    return {"id": of_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}


def since(tie: Row[Any]) -> str:
    """Say a role with its dates: "Owner since Mar 3, 2019", "Owned until Jun 1, 2026"."""
    words = [ROLES[tie.role][0 if tie.is_open else 1]]
    words += [f"since {tie.started_on:%b %-d, %Y}"] if tie.started_on else []
    words += [f"until {tie.ended_on:%b %-d, %Y}"] if tie.ended_on else []
    return " ".join(words)


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
    kind = {"": "", "other": ""}.get(n.kind, n.kind.capitalize())
    if n.at:
        state, how, verb = (
            ("Opted out", "optedout"),
            f"by {n.by}" if n.by else SAID_BY[n.source],
            LIFT,
        )
        because = f"{times.exact(n.at)}, {how}: “{n.because}”"
    elif not n.is_textable:
        state, verb = ("Not textable", "held"), CHECK if because.endswith(UNCHECKED) else ""
    if verb and not person.may(Permission.LIFT if verb == LIFT else Permission.EDIT_CONTACTS):
        verb = ""
    detail = BETWEEN.join(filter(None, (kind, because, n.note)))
    thread = f"/inbox/{n.thread}" if n.thread else ""
    last = n.last_text or ""
    return Line(phones.show(n.e164), detail, *state, thread, verb, last, e164=n.e164)


def _house(h: Row[Any]) -> Line:
    facts = (
        since(h),
        f"built {h.year_built}" if h.year_built else "",
        f"{h.square_feet:,} sq ft" if h.square_feet else "",
        f"${h.value_cents // 100:,}" if h.value_cents else "",
        "for sale" if h.is_listed else "",
        f"also there, without a number: {h.unknown}" if h.unknown else "",
    )
    title = f"{h.address}, {h.city} {h.state} {h.zip5}".strip()
    badge = "Primary contact" if h.is_primary else ""
    href = f"/properties/{h.id}"
    return Line(title, BETWEEN.join(filter(None, facts)), badge, href=href, id=h.tie)


def _list(m: Row[Any]) -> Line:
    if not m.at:
        return Line(m.name, "No cold texts to this list yet.", "Not attested", "held")
    return Line(m.name, f"By {m.by}, {times.exact(m.at)}.", "Attested", "fine")
