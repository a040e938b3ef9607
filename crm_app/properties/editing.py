"""Editing a contact or a house in place: what was typed is written, and nobody's word is lost."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from crm_app import clock, live, times
from crm_app.auth.models import User
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import phones
from crm_app.contacts.actions import add_number, refresh_houses, spelled
from crm_app.contacts.addresses import address_key, read_zip
from crm_app.contacts.models import Contact, Property
from crm_app.errors import CrmError
from crm_app.intake.cells import cents, flag, number, whole
from crm_app.tables import read_table

FIELDS: dict[str, dict[str, list[str]]] = read_table(__file__, "fields")
LONGEST, TAGS, TAG = 20_000, 50, 40  # letters of notes; tags of one contact; letters of a tag
_OF_HOUSE = text("select contact_id from contact_property where property_id = :id")


class EditedMeanwhileError(CrmError):
    """Somebody changed it since the form was filled; `version` is the present one."""

    def __init__(self, message: str, version: str) -> None:
        """Keep the version that may be written over once the person has read the message."""
        super().__init__(message)
        self.version = version


def read_day(typed: str) -> date | None:
    """Read a day of a calendar field, None when it is empty; raise CrmError for anything else."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise CrmError("Choose the day from the calendar.") from None


# How each kind of field is read, and said; what is no such thing is read as None or "".
_READ: dict[str, Callable[[str], Any]] = {
    "line": lambda typed: " ".join(typed.split()), "text": str, "date": read_day,
    "tags": lambda typed: list(dict.fromkeys(filter(None, map(str.strip, typed.split(","))))),
    "email": phones.read_email, "zip": read_zip, "year": whole, "whole": whole, "number": number,
    "dollars": cents, "yes": flag,
}  # fmt: skip
_SAID: dict[str, Callable[[Any], str]] = {
    "dollars": lambda cents: f"${cents / 100:,.2f}".removesuffix(".00"), "tags": ", ".join,
    "whole": "{:,}".format, "number": "{:g}".format, "yes": lambda is_so: "yes" if is_so else "no",
}  # fmt: skip


def filled(row: Contact | Property) -> dict[str, str]:
    """Return what the form of a row holds, as it is typed, and its `version`."""
    form = {"version": str(row.version)}
    for name, (_, kind, *_) in FIELDS[str(row.__tablename__)].items():
        value = getattr(row, name)
        form[name] = "" if value is None else _SAID.get(kind, str)(value)
    return form


def facts(row: Property) -> list[tuple[str, str]]:
    """Return what is known of a house, by its form's words; address and notes stand elsewhere."""
    fields, form = list(FIELDS["property"].items())[4:], filled(row)
    form["purchased_on"] = f"{row.purchased_on:%b %-d, %Y}" if row.purchased_on else ""
    return [(words, form[n]) for n, (words, kind, *_) in fields if form[n] and kind != "text"]


def edit(
    session: Session, person: Person, table: type[Contact] | type[Property], row_id: int,
    form: dict[str, str], was: dict[str, str],
) -> None:  # fmt: skip
    """Write the fields of `form` that are not as they `was` when it was filled.

    No file overwrites them from then on, but for tags. `phone` is one more number of a contact.
    Raises EditedMeanwhileError when somebody else changed a field, CrmError for what will not do.
    """
    person.must(Permission.EDIT_CONTACTS)
    row: Any = session.get(table, row_id, with_for_update=True, populate_existing=True)
    into = row
    while getattr(into, "merged_into", None):
        into = session.get_one(Contact, into.merged_into)
    if into is not row:
        raise CrmError(f"They were merged into {into.name}: change them on that page.")
    if row is None or getattr(row, "deleted_at", None):
        raise CrmError("It is not there any more. Go back to the list.")
    fields, now, at = FIELDS[str(table.__tablename__)], filled(row), clock.now(session)
    typed = {name: form[name].strip() for name in fields if name in form}
    mine = {name: said for name, said in typed.items() if said != was[name]}
    theirs = [name for name in fields if now[name] != was[name]]
    if theirs and now["version"] != was["version"]:
        user = session.get(User, row.edited_by) if row.edited_at == row.updated_at else None
        told = [f"{fields[name][0]} is now “{now[name]}”" + (
            f", yours is “{mine[name]}”" if name in mine else "") for name in theirs]  # fmt: skip
        said = f"{user.name if user else 'An import'} changed this {times.ago(row.updated_at, at)}:"
        said = f"{said} {'; '.join(told)}. Save again to keep what you typed."
        raise EditedMeanwhileError(said, now["version"])
    if form.get("phone", "").strip():
        add_number(session, person, row_id, form["phone"])
    if not mine:
        return
    values: dict[str, Any] = {name: _value(table, name, said) for name, said in mine.items()}
    values["edited"] = sorted({*row.edited, *mine} - {"tags"})
    if "tags" in values:
        values["tags"] = spelled(session, values["tags"], row_id)
    row.sqlmodel_update(values | {"edited_by": person.id, "edited_at": at, "updated_at": at})
    row.version += 1
    if isinstance(row, Property) and mine.keys() & {"address", "city", "zip5"}:
        row.address_key = address_key(row.address, row.zip5, row.city)
        try:
            with session.begin_nested():
                session.flush()
        except IntegrityError:
            raise CrmError("Another house has this address. Search for it.") from None
        refresh_houses(session, session.execute(_OF_HOUSE, {"id": row_id}).scalars())
    session.flush()
    live.publish(session, str(table.__tablename__), row_id)


def _value(table: Any, name: str, typed: str) -> Any:
    """Read what was typed in a field; raise CrmError when it will not do."""
    label, kind, *needed = FIELDS[table.__tablename__][name]
    longest = getattr(table.__table__.c[name].type, "length", None) or len(typed)
    value = (
        _READ[kind](typed) if typed or kind in ("line", "text", "email", "zip", "tags") else None
    )
    if kind == "text" and len(typed) > LONGEST:
        raise CrmError(f"{label}: at most {LONGEST:,} letters. This has {len(typed):,}.")
    if kind == "tags" and value and (len(value) > TAGS or max(map(len, value)) > TAG):
        raise CrmError(f"At most {TAGS} tags, of at most {TAG} letters each.")
    if needed and not value:
        raise CrmError(needed[0])
    if (typed and value in (None, "", [])) or len(typed) > longest:
        raise CrmError(f"{label}: “{typed[:60]}” will not do. Write it otherwise.")
    return value
