"""Reads of the list page: search and pages, and the lists to choose from."""

import re
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app.auth.permissions import Person
from crm_app.contacts import names, phones
from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.queries import Line, mine

PAGE_SIZE = 50
MOST = 10_000  # contacts are counted and paged up to here


def find_contacts(
    session: Session, person: Person, typed: str = "", list_id: int = 0, page: int = 1
) -> tuple[list[Line], int]:
    """Return a page of the contacts that `person` may see, by name, and how many (up to MOST).

    `typed` are starts of words of name, e-mail and address (all must fit), or a number's end.
    """
    where, given = _where(typed, list_id)
    where += f" and {mine(person)}"
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
