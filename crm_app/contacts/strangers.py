"""A contact for a number that nobody knew until it wrote or was written to."""

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.contacts.models import Contact
from crm_app.contacts.phones import show

_CONTACT_OF = text("select contact_id from phone_number where e164 = :e164")
_ADD_NUMBER = text(
    "insert into phone_number (e164, contact_id, position, is_textable, not_textable_because, note)"
    " values (:e164, :contact_id, 0, true, '', '') on conflict (e164) do nothing returning id"
)


def contact_for_stranger(session: Session, e164: str) -> int:
    """Return the id of the contact that has this number; make one named by it when none has."""
    known = session.execute(_CONTACT_OF, {"e164": e164}).scalar()
    if known is not None:
        return int(known)
    at = clock.now(session)
    stranger = Contact(name=show(e164), created_at=at, updated_at=at)
    session.add(stranger)
    session.flush()
    if session.execute(_ADD_NUMBER, {"e164": e164, "contact_id": stranger.id}).scalar() is None:
        session.delete(stranger)  # somebody else was quicker
        session.flush()
        return int(session.execute(_CONTACT_OF, {"e164": e164}).scalar_one())
    return stranger.id
