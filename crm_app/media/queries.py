"""Reads of files: of a thread's texts and calls, of a contact, and one, for who may see it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from crm_app import house as settled
from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.models import STILL
from crm_app.contacts.queries import card
from crm_app.errors import CrmError
from crm_app.properties.queries import house
from crm_app.settings import settings
from crm_app.tables import read_sql, read_table

WORDS: dict[str, Any] = read_table(__file__, "words")
SQL = read_sql(__file__, still=STILL)
TOLD = "callers are told"


@dataclass(frozen=True)
class FileRow:
    """One file as it is drawn: `kind` is image, audio, video, application, waiting, failed or said.

    `said` are the lines of a transcript; `words` says when, or of a file not shown why it is not.
    """

    id: int
    kind: str
    name: str
    words: str = ""
    title: str = ""
    lines: list[str] = field(default_factory=list)


def files_of(session: Session, keys: Sequence[str]) -> dict[str, list[FileRow]]:
    """Return the files of texts ("m" and an id) and calls ("c" and an id), those that have any."""
    ids = {kind: [int(key[1:]) for key in keys if key[0] == kind] for kind in "mc"}
    found, is_told = defaultdict[str, list[FileRow]](list), bool(told_callers(session))
    for row in session.execute(SQL["of_thread"], ids):
        found[row.key].append(_file(row, is_told))
    ours = ("US", settings().own_number)  # a user of OpenPhone, or our number
    for call_id, dialogue in session.execute(SQL["said"], ids):
        lines = [f"{'We' if who.startswith(ours) else 'They'}: {what}" for who, what in dialogue]
        if is_told:
            found[f"c{call_id}"].append(FileRow(call_id, "said", "Transcript", lines=lines))
        elif f"c{call_id}" not in found:
            found[f"c{call_id}"].append(FileRow(call_id, "note", "", WORDS["not_told"]))
    return found


def _file(row: Any, is_told: bool) -> FileRow:
    name = WORDS["names"][row.kind]
    if row.kind == "recording" and not is_told:
        return FileRow(row.id, "note", name, WORDS["not_told"])
    if row.state == "kept":
        kind = row.content_type.partition("/")[0]
        return FileRow(row.id, kind, WORDS["names"].get(kind, name), times.exact(row.at))
    words = f"{name}: {row.error}." if row.error else WORDS["waits"].format(name)
    if row.error and row.state == "waiting":
        words += WORDS["again"]
    return FileRow(row.id, row.state, name, words)


def one(session: Session, media_id: int, person: Person) -> Row[Any]:
    """Return what `person` may see of a file; `whose` is the contact of its thread or page.

    Raises CrmError for what they may not see, and for a recording when callers are not told.
    """
    person.must(Permission.SEE_PEOPLE)
    given = {"id": media_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}
    found = session.execute(SQL["one"], given).first()
    if found is None or (found.kind == "recording" and not told_callers(session)):
        raise CrmError("There is no such file, or it is not for you.")
    return found


def places(
    session: Session, person: Person, contact_id: int, place: str = "0"
) -> list[tuple[str, str]]:
    """Return with whom a photo can be kept: the contact ("0") and their houses (id, address).

    Without a contact (0) it is the house `place`. Raises CrmError for whom, or which house, there
    is not or not for this person.
    """
    if not contact_id:
        found = house(session, person, _id(place))
        if not found.id:
            raise CrmError("There is no such house, or it is not for you.")
        return [(str(found.id), found.address)]
    who = card(session, person, contact_id).who
    if not who:
        raise CrmError("There is no such contact, or it is not for you.")
    homes = session.execute(SQL["homes"], {"id": contact_id})
    return [("0", who["name"]), *((str(key), address) for key, address in homes)]


def _id(place: str) -> int:
    return int(place) if place.isdecimal() and len(place) < 10 else 0


def photos(
    session: Session, person: Person, contact_id: int, place: str = "0"
) -> tuple[list[tuple[str, str]], list[FileRow]]:
    """Return the `places` of a contact, or of a house, and the pictures there, newest first."""
    may = places(session, person, contact_id, place)
    given = {"id": contact_id, "house": 0 if contact_id else _id(place)}
    found = session.execute(SQL["photos"], given)
    about = [(f.id, [f.address, f.by, times.exact(f.at)]) for f in found]
    return may, [FileRow(i, "image", "Photo", " · ".join(filter(None, told))) for i, told in about]


def told_callers(session: Session) -> dict[str, Any]:
    """Return who attested, and when, that every caller is told of the recording; {}: nobody did.

    Massachusetts wants the knowledge of all who speak (G.L. c. 272 § 99, B 4 and C 1); without it
    no recording or transcript is fetched or shown.
    https://malegislature.gov/Laws/GeneralLaws/PartIV/TitleI/Chapter272/Section99
    """
    found: dict[str, Any] = settled.get_setting(session, TOLD, {})
    return found
