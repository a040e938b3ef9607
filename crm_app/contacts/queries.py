"""Reads for the list of contacts: search, pages, the lists to choose from."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app.contacts import names, phones
from crm_app.contacts.actions import BETWEEN

PAGE_SIZE = 50
MOST = 10_000  # contacts are counted and paged up to here


@dataclass(frozen=True)
class ContactRow:
    """One line of the list of contacts, ready to show."""

    id: int
    name: str
    initials: str
    detail: str
    badge: str
    tone: str


def _where(typed: str, list_id: int) -> tuple[str, dict[str, Any]]:
    """The condition on contact `c` for what was typed and the chosen list (0 for all)."""
    words = re.findall(r"\w+", typed.lower().replace("_", " "))[:8]
    digits = phones.digits(typed)
    is_number = len(digits) > 2 and not re.search(r"[^\W\d_]", typed)
    where = "c.deleted_at is null"
    if list_id:
        where += " and c.id in (select contact_id from list_member where list_id = :list_id)"
    if words and not is_number:
        where += " and c.search @@ to_tsquery('simple', :words)"
    elif words:
        where += (
            " and c.id in (select id from contact where search @@ to_tsquery('simple', :words)"
            " union all select contact_id from phone_number where reverse(e164) like :ending)"
        )
    starts = " & ".join(f"{word}:*" for word in words)
    return where, {"list_id": list_id, "words": starts, "ending": f"{digits[::-1][:10]}%"}


def find_contacts(
    session: Session, typed: str = "", list_id: int = 0, page: int = 1
) -> tuple[list[ContactRow], int]:
    """Return a page of contacts by name, and how many there are (up to MOST).

    `typed` are starts of words of name, e-mail and address (all must fit), or a number's end.
    """
    where, given = _where(typed, list_id)
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
        given | {"offset": (page - 1) * PAGE_SIZE},
    ).all()
    return [_row(row) for row in found], found[0].total if found else 0


def _row(found: Row[Any]) -> ContactRow:
    first, *more = found.houses.split(BETWEEN)
    others = f" and {len(more)} more" if more else ""
    detail = BETWEEN.join(filter(None, (phones.show(found.e164 or "No number"), first)))
    state = ("", "plain") if found.is_textable else ("Not textable", "held")
    if found.stop:
        state = "Opted out", "optedout"
    initials = names.initials(found.name)
    return ContactRow(found.id, found.name, initials, detail + others, *state)


def lists(session: Session) -> list[tuple[str, str]]:
    """Return all lists, newest first, as (id, words with how many are on it)."""
    found = session.execute(
        text(
            "select l.id, l.name, (select count(*) from list_member m where m.list_id = l.id)"
            " from contact_list l order by l.id desc limit 200"
        )
    )
    return [(str(i), f"{name} ({size:,})") for i, name, size in found]
