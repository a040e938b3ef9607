"""The people of a batch against the database: who is known, and writing those who are new."""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from crm_app.contacts.models import ContactRole
from crm_app.intake.batch import copy_in
from crm_app.intake.people import Known, NewNumber


def known_people(session: Session, numbers: list[str]) -> dict[str, Known]:
    """Return the contacts that have one of these numbers, by number."""
    found = session.execute(
        text(
            "select p.e164, c.id, c.name, c.email, c.other_names, c.mail_zip,"
            " c.deleted_at is not null from phone_number p join contact c on c.id = p.contact_id"
            " where p.e164 = any(:numbers)"
        ),
        {"numbers": numbers},
    )
    by_id: dict[int, Known] = {}
    return {e164: by_id.setdefault(row[0], Known(*row)) for e164, *row in found}


def write_people(
    session: Session, contacts: Iterable[Known], houses: dict[int, str], at: datetime
) -> None:
    """Write new contacts (`houses`: the addresses by contact, for the search), then changes."""
    made, changed = [], []
    for contact in contacts:
        parts = contact.parts
        if contact.is_new and parts:
            made.append((
                contact.id, contact.name, parts.first_name, parts.last_name, parts.is_company,
                contact.email, "", contact.other_names, contact.mail_zip,
                houses.get(contact.id, ""), at, at,
            ))  # fmt: skip
        elif contact.is_changed:
            changed.append(contact)
    copy_in(
        session,
        "contact",
        "id, name, first_name, last_name, is_company, email, notes, other_names, mail_zip, houses,"
        " created_at, updated_at",
        made,
    )
    for contact in changed:  # few: somebody's second name, or an e-mail that was missing
        parts = contact.parts
        session.execute(
            text(
                "update contact set name = :name, email = :email, other_names = :others,"
                " mail_zip = :zip, updated_at = :at, first_name = coalesce(:first, first_name),"
                " last_name = coalesce(:last, last_name),"
                " is_company = coalesce(:company, is_company) where id = :id"
            ),
            {
                "id": contact.id, "name": contact.name, "email": contact.email, "at": at,
                "others": contact.other_names, "zip": contact.mail_zip,
                "first": parts.first_name if parts else None,
                "last": parts.last_name if parts else None,
                "company": parts.is_company if parts else None,
            },
        )  # fmt: skip


def write_numbers(session: Session, numbers: list[NewNumber]) -> None:
    """Write the numbers nobody had."""
    copy_in(
        session,
        "phone_number",
        "e164, contact_id, position, is_textable, not_textable_because, note",
        ((n.e164, n.contact_id, n.position, not n.because, n.because, n.note) for n in numbers),
    )


def links_of(session: Session, house_ids: Set[int]) -> set[tuple[int, int]]:
    """Return who has to do with these houses already, as (contact, house)."""
    found = session.execute(
        text("select contact_id, property_id from contact_property where property_id = any(:ids)"),
        {"ids": list(house_ids)},
    )
    return {(contact_id, house_id) for contact_id, house_id in found}


def write_links(session: Session, links: Mapping[tuple[int, int], int]) -> None:
    """Write new owners: (contact, house) with 0 for the primary contact of the house."""
    copy_in(
        session,
        "contact_property",
        "contact_id, property_id, role, position",
        ((*pair, ContactRole.OWNER.value, position) for pair, position in links.items()),
    )


def members(session: Session, list_id: int) -> set[int]:
    """Return the contacts on a list."""
    found = session.execute(
        text("select contact_id from list_member where list_id = :id"), {"id": list_id}
    )
    return set(found.scalars())


def write_members(session: Session, list_id: int, houses: Mapping[int, int]) -> None:
    """Put contacts on a list, each with the house it is there for."""
    rows = ((list_id, contact_id, house_id) for contact_id, house_id in houses.items())
    copy_in(session, "list_member", "list_id, contact_id, property_id", rows)


def hold_back(session: Session, why: Mapping[str, str]) -> None:
    """Make numbers of this file not textable that another row of it doubts."""
    if why:
        session.execute(
            text(
                "update phone_number p set is_textable = false, not_textable_because = k.why"
                " from unnest(cast(:numbers as text[]), cast(:whys as text[])) as k(e164, why)"
                " where p.e164 = k.e164 and p.is_textable"
            ),
            {"numbers": list(why), "whys": list(why.values())},
        )
