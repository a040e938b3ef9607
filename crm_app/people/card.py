"""Reads for the page of one contact: who, numbers, houses, lists."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import times
from crm_app.contacts import names, phones
from crm_app.contacts.actions import UNCHECKED


@dataclass(frozen=True)
class Card:
    """Who a contact is, to show and to edit."""

    id: int = 0
    name: str = ""
    initials: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    notes: str = ""
    other_names: str = ""
    is_company: bool = False
    is_deleted: bool = False


@dataclass(frozen=True)
class NumberRow:
    """A number: whether it may be texted, why not, and its thread ("" when there is none)."""

    id: int
    e164: str
    shown: str
    note: str
    state: str
    tone: str
    because: str
    is_suppressed: bool
    may_be_checked: bool
    thread: str
    last_text: str


@dataclass(frozen=True)
class HouseRow:
    """A house of a contact, and who lives there without a number."""

    title: str
    detail: str
    others: str


@dataclass(frozen=True)
class ConsentRow:
    """A list the contact is on, and who attested the right to text it."""

    name: str
    state: str
    tone: str
    detail: str


@dataclass(frozen=True)
class Whole:
    """Everything on the page of a contact."""

    card: Card = Card()
    numbers: list[NumberRow] = field(default_factory=list)
    houses: list[HouseRow] = field(default_factory=list)
    lists: list[ConsentRow] = field(default_factory=list)


def whole(session: Session, contact_id: int) -> Whole:
    """Return what the page of a contact shows; its card's id is 0 when there is none."""
    found = session.execute(
        text(
            "select id, name, first_name, last_name, email, notes, other_names, is_company,"
            " deleted_at is not null from contact where id = :id"
        ),
        {"id": contact_id},
    ).first()
    if found is None:
        return Whole()
    card = Card(found[0], found[1], names.initials(found[1]), *found[2:])
    return Whole(
        card, _numbers(session, contact_id), _houses(session, contact_id, card.name),
        _lists(session, contact_id),
    )  # fmt: skip


def _numbers(session: Session, contact_id: int) -> list[NumberRow]:
    found = session.execute(
        text(
            "select n.id, n.e164, n.note, n.is_textable, n.not_textable_because, s.at, s.because,"
            " s.source, u.name as by, t.id as thread, t.last_text from phone_number n"
            " left join suppression s on s.e164 = n.e164 and s.lifted_at is null"
            " left join app_user u on u.id = s.by_user"
            " left join lateral (select id, last_text from conversation where e164 = n.e164"
            "  order by last_at desc limit 1) t on true"
            " where n.contact_id = :id order by n.position, n.id"
        ),
        {"id": contact_id},
    )
    return [_number(row) for row in found]


def _number(n: Row[Any]) -> NumberRow:
    """Say of a number what matters most: it opted out, it will not do, or it may be texted."""
    state, tone, because = "May be texted", "fine", ""
    if n.at:
        state, tone = "Opted out", "optedout"
        how = f"by {n.by}" if n.by else "by text"
        because = f"{times.exact(n.at)}, {how}: “{n.because}”"
    elif not n.is_textable:
        state, tone, because = "Not textable", "held", n.not_textable_because
    unsure = not n.is_textable and n.not_textable_because.endswith(UNCHECKED)
    thread = f"/inbox/{n.thread}" if n.thread else ""
    return NumberRow(
        n.id, n.e164, phones.show(n.e164), n.note, state, tone, because, n.at is not None, unsure,
        thread, n.last_text or "",
    )  # fmt: skip


def _houses(session: Session, contact_id: int, name: str) -> list[HouseRow]:
    found = session.execute(
        text(
            "select p.address, p.city, p.state, p.zip5, p.year_built, p.square_feet, p.value_cents,"
            " p.is_listed, p.people, cp.role from contact_property cp"
            " join property p on p.id = cp.property_id where cp.contact_id = :id order by p.id"
        ),
        {"id": contact_id},
    )
    rows = []
    for h in found:
        facts = (
            h.role.replace("_", "-"),
            f"built {h.year_built}" if h.year_built else "",
            f"{h.square_feet:,} sq ft" if h.square_feet else "",
            f"${h.value_cents // 100:,}" if h.value_cents else "",
            "for sale" if h.is_listed else "",
        )
        others = [person["name"] for person in h.people if person["name"] != name]
        title = f"{h.address}, {h.city} {h.state} {h.zip5}".strip()
        rows.append(HouseRow(title, " · ".join(filter(None, facts)), ", ".join(others)))
    return rows


def _lists(session: Session, contact_id: int) -> list[ConsentRow]:
    found = session.execute(
        text(
            "select l.name, a.at, u.name as by from list_member m"
            " join contact_list l on l.id = m.list_id left join lateral (select at, user_id from"
            " attestation where list_id = l.id order by id desc limit 1) a on true"
            " left join app_user u on u.id = a.user_id where m.contact_id = :id order by l.id desc"
        ),
        {"id": contact_id},
    )
    return [
        ConsentRow(name, "Attested", "fine", f"By {by}, {times.exact(at)}.")
        if at else ConsentRow(name, "Not attested", "held", "No cold texts to this list yet.")
        for name, at, by in found
    ]  # fmt: skip
