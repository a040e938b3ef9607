"""What changes contacts: add, edit, delete softly, and what the search knows of their houses."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.contacts import names, phones
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.errors import CrmError

BETWEEN = " · "


def houses_text(places: Iterable[tuple[str, str]]) -> str:
    """Return what the search knows of a contact's houses; `places` are (address, town)."""
    return BETWEEN.join(f"{address} {town}" for address, town in places)


def refresh_houses(session: Session, contact_ids: Iterable[int]) -> None:
    """Write the addresses of these contacts' houses into their search again."""
    session.execute(
        text(
            "update contact c set houses = coalesce((select string_agg(p.address || ' ' || p.city,"
            " :between order by p.id) from property p where p.id in (select property_id from"
            " contact_property where contact_id = c.id)), '') where c.id = any(:ids)"
        ),
        {"ids": list(contact_ids), "between": BETWEEN},
    )


def _number_for(session: Session, written: str, contact_id: int | None = None) -> str:
    """Read a number as E.164; raise CrmError when it is none, or is somebody else's."""
    reading = phones.read_phone(written)
    if not reading.e164:
        raise CrmError(f"{written or 'A blank'} is no US number: {reading.refused or 'type one'}.")
    owner = session.exec(
        select(Contact).join(PhoneNumber).where(PhoneNumber.e164 == reading.e164)
    ).first()
    if owner and owner.id != contact_id:
        gone = ", who was deleted" if owner.deleted_at else ""
        raise TakenError(
            f"{phones.show(reading.e164)} already belongs to {owner.name}{gone}.", owner.id
        )
    return reading.e164


class TakenError(CrmError):
    """The number belongs to the contact `contact_id` already."""

    def __init__(self, message: str, contact_id: int) -> None:
        """Keep whose it is, for a link."""
        super().__init__(message)
        self.contact_id = contact_id
