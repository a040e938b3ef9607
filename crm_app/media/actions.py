"""The life of a file: taken in by its link, kept or failed, tried again, put with somebody."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from crm_app import clock, house, live
from crm_app.auth.permissions import Permission, Person
from crm_app.errors import CrmError
from crm_app.media.models import Media, MediaKind, MediaState
from crm_app.media.queries import TOLD, one, places, told_callers
from crm_app.tables import read_sql

TRIES = 6  # at once, then after 1, 2, 4, 8 and 16 minutes; the last one waits for a person
BROKEN = "Fetching it was broken off"
SQL = read_sql(__file__, tries=TRIES)


def take_files(
    session: Session, kind: MediaKind, links: Iterable[str], *,
    message_id: int | None = None, call_id: int | None = None,
) -> None:  # fmt: skip
    """Note the files of a text or a call, due at once; a fresh link revives a failed one."""
    owner = "message_id" if message_id else "call_id"
    for link in filter(None, links):
        name = hashlib.md5(link.partition("?")[0].encode(), usedforsecurity=False).hexdigest()
        due: dict[str, Any] = {"url": link, "state": MediaState.WAITING, "attempts": 0}
        due |= {"next_at": clock.wall(), "error": ""}
        told: dict[str, Any] = {"kind": kind, "message_id": message_id, "call_id": call_id}
        told |= {"name": name, "sha256": "", "content_type": "", "size": 0}
        new = insert(Media).values(**due, **told, at=clock.now(session))
        is_fresh = (col(Media.state) != MediaState.KEPT) & (col(Media.url) != link)
        key = [owner, "name"]
        session.execute(new.on_conflict_do_update(index_elements=key, set_=due, where=is_fresh))


def claim(session: Session, at: datetime) -> tuple[int, str] | None:
    """Return id and link of the next file that is due, one try more noted; None when none is."""
    found = session.execute(SQL["claim"], _asked(session, at) | {"broken": BROKEN}).first()
    return (found.id, found.url) if found else None


def is_due(session: Session, at: datetime) -> bool:
    """Return whether a file is to be fetched by `at` (wall clock)."""
    return bool(session.execute(SQL["is_due"], _asked(session, at)).scalar())


def _asked(session: Session, at: datetime) -> dict[str, Any]:
    return {"at": at, "told": bool(told_callers(session))}


def note_kept(session: Session, media_id: int, kept: dict[str, Any]) -> None:
    """Note that a file is kept: its sha256, content_type and size."""
    found = session.get_one(Media, media_id, with_for_update=True)
    found.sqlmodel_update(kept | {"state": MediaState.KEPT, "error": ""})
    tell(session, found)


def note_failed(session: Session, media_id: int, because: str, *, is_final: bool) -> None:
    """Note why a try failed; after the last, or when another is no use, it waits for a person."""
    found = session.get_one(Media, media_id, with_for_update=True)
    found.error, found.state = because, MediaState.FAILED if is_final else found.state
    tell(session, found)


def try_again(session: Session, media_id: int, person: Person) -> None:
    """Make a failed file due, as if new."""
    found = session.get_one(Media, one(session, media_id, person).id)
    if found.state is MediaState.FAILED:
        found.state, found.attempts, found.next_at = MediaState.WAITING, 0, clock.wall()
        tell(session, found)


def keep_with(session: Session, media_id: int, person: Person, place: str) -> None:
    """Put a photo of a thread with one of the `places` of its contact."""
    seen = one(session, media_id, person)
    _put(session, session.get_one(Media, seen.id), person, seen.whose, place)


def add_photo(
    session: Session, kept: dict[str, Any], person: Person, contact_id: int, place: str
) -> None:
    """Note a photo that a person took, with one of the `places` of a contact."""
    at: Any = {"at": clock.now(session), "next_at": clock.wall(), "state": MediaState.KEPT}
    found = Media(kind=MediaKind.PHOTO, by_user=person.id, **at, **kept)
    session.add(found)
    _put(session, found, person, contact_id, place)


def _put(session: Session, found: Media, person: Person, contact_id: int, place: str) -> None:
    if place not in dict(places(session, person, contact_id, place)):
        raise CrmError("This house is not theirs any more. Load the page again.")
    found.property_id = int(place) or None
    found.contact_id = None if found.property_id else contact_id
    tell(session, found)


def tell(session: Session, found: Media) -> None:
    """Let the thread and the contact's page that show a file read again."""
    session.flush()
    live.publish(session, "contact")
    if thread := session.execute(SQL["thread"], {"id": found.id}).scalar():
        live.publish(session, "thread", thread)


def attest(session: Session, person: Person, *, is_so: bool) -> None:
    """Keep that callers are told, by whom and since when; or that it is so no more."""
    person.must(Permission.ATTEST)
    at = clock.now(session).isoformat()
    house.put_setting(session, TOLD, {"by": person.name, "at": at} if is_so else {})
