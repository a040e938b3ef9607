"""Reads of the list page: search, filters, pages of any depth, and the lists to choose from.

Names are kept in the order of an index and read from it where much fits (a town); where little
fits, that is gathered and sorted. The planner's own estimate says which: each alone would take
100 ms for the other at 200,000 contacts. Nobody is shown that estimate, but of everybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import names, phones
from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.addresses import starts
from crm_app.contacts.models import STILL, ContactList
from crm_app.contacts.queries import mine
from crm_app.lists import filters
from crm_app.tables import read_table

PAGE_SIZE = 50
MOST = 10_000  # counted as far as this
SQL: dict[str, str] = {
    name: sql.replace("{still}", STILL) for name, sql in read_table(__file__, "statements").items()
}
Place = tuple[bool, str, int]  # (does not begin with what was typed, name in small letters, id)
LAST = "\U0010ffff"  # sorts after every letter that may follow
OFFERED: dict[str, tuple[str, str]] = read_table(__file__, "offered")
_WAYS = {False: ("asc", ">"), True: ("desc", "<")}
WORD = re.compile(r"[\w.+-]*@[\w.-]*|[^\W_]+")  # an e-mail address is one word of the search


@dataclass(frozen=True)
class Wanted:
    """Which contacts: what was typed, a list by hand (0: all), the filter's form, or just `ids`.

    `typed`: starts of words of name, e-mail, address or tag, ends of numbers; all must fit.
    """

    typed: str = ""
    list_id: int = 0
    form: Mapping[str, Any] = field(default_factory=dict)
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ContactRow:
    """A line of the list, ready to show."""

    id: int = 0
    title: str = ""
    detail: str = ""
    badge: str = ""
    tone: str = "plain"
    href: str = ""
    initials: str = ""


@dataclass(frozen=True)
class Found:
    """A page of contacts; `at` are the places of its first and last.

    `total` is exact unless `is_about`: then it is MOST + 1, or an estimate of everybody. `more`
    says whether any follow in the way it was turned.
    """

    rows: list[ContactRow] = field(default_factory=list)
    total: int = 0
    is_about: bool = False
    more: bool = False
    at: tuple[Place, ...] = ()


def find_contacts(
    session: Session, person: Person, wanted: Wanted, after: Place | None = None, back: bool = False
) -> Found:
    """Return a page of the contacts that `person` may see: those who begin so first, then by name.

    It begins behind the place `after` (one of `Found.at`); turned `back` it ends before it.
    """
    where, given = where_of(person, wanted)
    begins, (way, sign) = SQL["begins"] if given["start"] else "true", _WAYS[back]
    rest, name, at_id = after or (False, "", 0)
    given |= {"rest": rest, "sorted": name, "at_id": at_id, "size": PAGE_SIZE + 1}
    about, everybody = (_about(session, one, given) for one in (where, "true"))
    found, total = list[Row[Any]](), 0
    is_about = where == "true" or about * about > PAGE_SIZE * everybody
    if is_about:
        steps, is_split = list[str](), rest is back and given["start"]
        for is_rest in [rest, not rest] if is_split else [rest]:
            part = f"{'not' if is_rest else ''} ({begins})"
            if after and is_rest is rest:
                part += f" and (lower(c.name), c.id) {sign} (:sorted, :at_id)"
            steps.append(SQL["walk"].format(part=part, way=way, where=where, rest=is_rest))
        far = 4 * PAGE_SIZE * everybody // max(about, 1) + PAGE_SIZE
        walk = SQL["page"].format(found=" union all ".join(steps))
        found = list(session.execute(text(walk), given | {"walk": far}))
    if where == "true" or (is_about and len(found) > PAGE_SIZE):
        count = text(SQL["count"].format(where=where))
        total = session.execute(count, given | {"most": MOST + 1}).scalar_one()
        is_about = total > MOST
        total = max(about, total) if is_about and where == "true" else total
    else:
        beyond = f"(rest, sorted, id) {sign} (:rest, :sorted, :at_id)" if after else "true"
        every = SQL["whole"].format(where=where, way=way, begins=begins, after=beyond)
        found, is_about = list(session.execute(text(SQL["page"].format(found=every)), given)), False
        total = found[0].total if found else 0
    page = found[-PAGE_SIZE:] if back else found[:PAGE_SIZE]
    ends = tuple((row.rest, row.sorted, row.id) for row in (*page[:1], *page[-1:]))
    return Found([_contact(row) for row in page], total, is_about, len(found) > PAGE_SIZE, ends)


def lists(session: Session, person: Person) -> list[tuple[str, str]]:
    """Return all lists that `person` may see, newest first, as (id, words with how many are on it).

    Who sees only their own contacts sees none: the names of lists and files tell of the others.
    """
    if not (person.may(Permission.READ_ALL_THREADS) or person.may(Permission.CAMPAIGN_EDIT)):
        return []
    return [(row[0], row[1]) for row in session.execute(text(SQL["listed"]), {"most": MOST})]


def choices(session: Session, person: Person) -> dict[str, list[tuple[str, str]]]:
    """Return what the filter's fields offer by what they read: lists by hand, imports, columns.

    "put" are the lists to put somebody on. As of `lists`, not everybody is told.
    """
    told = {reads: [("", blank)] for reads, (blank, _) in OFFERED.items()}
    for reads, (_, sql) in OFFERED.items() if person.may(Permission.READ_ALL_THREADS) else ():
        told[reads] += [(row[0], row[1]) for row in session.execute(text(sql))]
    return told


def kept(session: Session, list_id: int) -> tuple[str, dict[str, str] | None]:
    """Return a list's name ("": there is none) and the filter that it is, None for one by hand."""
    found = session.get(ContactList, list_id)
    return (found.name, found.filter) if found else ("", None)


def members_of(session: Session, list_id: int) -> tuple[str, dict[str, Any]]:
    """Return the query of a list's (contact_id, property_id), and what it binds.

    A saved filter's members are those who fit it now.
    """
    form = session.get_one(ContactList, list_id).filter
    if form is None:
        return SQL["of_list"], {"list_id": list_id}
    read = filters.read(form)
    return SQL["members"].format(house=read.house, where=read.where), read.given


def where_of(person: Person, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Return the condition on contact `c` that all that is wanted makes, and what it binds."""
    typed = wanted.typed.lower()
    words, digits, chosen = WORD.findall(typed), phones.digits(typed), filters.read(wanted.form)
    numbers = [word for word in words if len(word) > 2 and word.isdecimal()]
    is_number = len(digits) > 2 and not re.search(r"[^\W\d_]", typed)
    plain = [] if is_number else [word for word in words if word not in numbers]
    given = chosen.given | {"me": person.id, "list_id": wanted.list_id, "words": starts(plain)}
    start = words[0] if plain else ""
    given |= {"ids": list(wanted.ids or ()), "start": start, "stop": start + LAST}
    parts = [part for part in (mine(person), chosen.where) if part != "true"]
    parts += ["c.id = any(:ids)"] if wanted.ids is not None else []
    parts += [SQL["on_list"]] if wanted.list_id else []
    parts += ["c.search @@ cast(:words as tsquery)"] if plain else []
    for at, number in enumerate([digits] if is_number else numbers):
        parts.append(SQL["number"].format(at=at))
        given[f"as_words_{at}"] = starts(words if is_number else [number])
        given[f"ending_{at}"] = f"{number[::-1][:10]}%"
    if typed.strip() and not words:
        parts = ["false"]  # signs alone are nobody's name
    return " and ".join(parts) or "true", given


def _about(session: Session, where: str, given: dict[str, Any]) -> int:
    """How many contacts fit, as the planner estimates."""
    plan: Any = session.execute(text(SQL["about"].format(where=where)), given).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _contact(c: Row[Any]) -> ContactRow:
    first, *more = c.houses.split(BETWEEN)
    others = f" and {len(more)} more" if more else ""
    detail = BETWEEN.join(filter(None, (phones.show(c.e164 or "No number"), first))) + others
    state = ("", "plain") if c.is_textable else ("Not textable", "held")
    state = ("Opted out", "optedout") if c.stop else state
    return ContactRow(
        c.id, c.name, detail, *state, f"/contacts/{c.id}", initials=names.initials(c.name)
    )
