"""Reads for the list of contacts: search, pages, the lists to choose from."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app.contacts import names, phones
from crm_app.contacts.actions import BETWEEN, owner_of, taken

PAGE_SIZE = 50
MANY, VERY_MANY = 1_000, 10_000  # what a search, and a list, are counted and paged up to


@dataclass(frozen=True)
class ContactRow:
    """One line of the list of contacts, ready to show."""

    id: int
    name: str
    initials: str
    detail: str
    badge: str
    tone: str


@dataclass(frozen=True)
class ContactPage:
    """One page of contacts; `summary` says how many there are."""

    rows: list[ContactRow]
    pages: int
    summary: str


_COLUMNS = """
select c.id, c.name, c.houses, n.e164, n.is_textable, s.id as stop from page
join contact c on c.id = page.id
left join lateral (select e164, is_textable from phone_number where contact_id = c.id
    order by position, id limit 1) n on true
left join suppression s on s.e164 = n.e164 and s.lifted_at is null
order by lower(c.name), c.id
"""
_ON_LIST = (
    " and exists (select from list_member m where m.list_id = :list_id and m.contact_id = c.id)"
)


def _filter(typed: str, list_id: int) -> tuple[str, dict[str, object]]:
    """The condition on contact `c` for what was typed and the chosen list (0 for all)."""
    where, given = "c.deleted_at is null", dict[str, object]()
    if list_id:
        where += _ON_LIST
        given["list_id"] = list_id
    words = re.findall(r"\w+", typed.lower().replace("_", " "))[:8]
    if not words:
        return where, given
    given["words"] = " & ".join(f"{word}:*" for word in words)
    digits = phones.digits(typed)
    if len(digits) < 3 or re.search(r"[^\W\d_]", typed):
        return f"{where} and c.search @@ to_tsquery('simple', :words)", given
    given["ending"] = f"{digits[::-1][:10]}%"
    where += (
        " and c.id in (select id from contact where search @@ to_tsquery('simple', :words)"
        " union all select contact_id from phone_number where reverse(e164) like :ending)"
    )
    return where, given


def find_contacts(
    session: Session, *, typed: str = "", list_id: int = 0, page: int = 1
) -> ContactPage:
    """Return a page of contacts by name.

    `typed` are starts of words of name, e-mail, street and town (all must fit), or the last
    digits of a number.
    """
    where, given = _filter(typed.strip(), list_id)
    most = MANY if "words" in given else VERY_MANY
    total = session.execute(
        text(f"select count(*) from (select from contact c where {where} limit {most + 1}) found"),
        given,
    ).scalar_one()
    pages = max(1, -(-min(total, most) // PAGE_SIZE))
    # Else PostgreSQL walks all names in their order until 50 fit: one first name takes 80 ms.
    whole = "materialized" if "words" in given else ""
    found = session.execute(
        text(
            f"with found as {whole} (select c.id, c.name from contact c where {where}), page as"
            f" (select id from found order by lower(name), id limit {PAGE_SIZE} offset :offset)"
            f" {_COLUMNS}"
        ),
        given | {"offset": (max(1, min(page, pages)) - 1) * PAGE_SIZE},
    )
    rows = [_row(row) for row in found]
    people = "1 contact" if total == 1 else f"{total:,} contacts"
    return ContactPage(rows, pages, f"More than {most:,}" if total > most else people)


def _row(found: Row[Any]) -> ContactRow:
    first, *more = found.houses.split(BETWEEN)
    others = f" and {len(more)} more" if more else ""
    detail = BETWEEN.join(filter(None, (phones.show(found.e164 or "No number"), first)))
    badge, tone = "", "plain"
    if found.stop:
        badge, tone = "Opted out", "optedout"
    elif not found.is_textable:
        badge, tone = "Not textable", "held"
    initials = names.initials(found.name)
    return ContactRow(found.id, found.name, initials, detail + others, badge, tone)


def lists(session: Session) -> list[tuple[str, str]]:
    """Return all lists, newest first, as (id, words with how many are on it)."""
    found = session.execute(
        text(
            "select l.id, l.name, (select count(*) from list_member m where m.list_id = l.id)"
            " from contact_list l order by l.id desc limit 200"
        )
    )
    return [(str(i), f"{name} ({size:,})") for i, name, size in found]


def owner_link(session: Session, written: str) -> tuple[str, str]:
    """Return whose number was typed already, as a sentence and a link; "" when it is free."""
    e164 = phones.read_phone(written).e164
    owner = owner_of(session, e164) if e164 else None
    if owner is None or e164 is None:
        return "", ""
    return taken(owner, e164), f"/contacts/{owner.id}"
