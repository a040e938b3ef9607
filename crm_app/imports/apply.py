"""Applying a file: every row gets a verdict, all in one transaction, safe to run again."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.contacts.actions import refresh_houses
from crm_app.errors import CrmError
from crm_app.imports.batch import KEEP, known_houses, known_people, new_ids, write
from crm_app.imports.models import Verdict
from crm_app.intake.fold import Houses, People
from crm_app.intake.readers import Record
from crm_app.intake.rows import Row, columns_of, read_row

File = tuple[list[str], list[Record]]
Links = dict[tuple[int, int], int]  # (contact, house): 0 for the main contact of the house
STEP = 500  # rows from one word of progress to the next


def apply(
    session: Session, import_id: int, list_id: int, file: File, told: Callable[[int, int], None]
) -> dict[str, Any]:
    """Apply header and rows of a file and return the counts; `told(rows, of)` hears of it.

    Raises CrmError when columns are missing or a row would be unaccounted for; IntegrityError when
    somebody saved the same number or house meanwhile: it may run again.
    """
    rows = list(_read(file, told))
    good = [row for row in rows if not row.failed]
    numbers = [n["e164"] for row in good for person in row.people for n in person.numbers]
    ids = new_ids(session, "property", len(good)), new_ids(session, "contact", len(numbers))
    houses = Houses(known_houses(session, [row.house for row in good]), ids[0])
    people, links = People(known_people(session, numbers), ids[1]), Links()
    for row in good:
        row.house_id, row.verdict = houses.take(row.house)
        for person in row.people:
            links.setdefault((people.take(person), row.house_id), person.position)
    added = _save(session, list_id, houses, people, links)
    _save_rows(session, import_id, rows, {house["id"] for house in houses.changed()})
    touched, new = {contact_id for contact_id, _house_id in links}, people.created
    return {
        "rows": len(rows),
        "properties": _written(session, import_id, len(file[1])),
        "contacts": {
            "created": len(new),
            "updated": len(people.changed.keys() - new),
            "unchanged": len(touched - people.changed.keys()),
        },
        "links": len(links),
        "refused_phones": sum(row.refused_phones for row in rows),
        "added": added,
    }


def _read(file: File, told: Callable[[int, int], None]) -> Iterator[Row]:
    header, records = file
    columns = columns_of(header)
    for done, record in enumerate(records, 1):
        yield read_row(record, columns, len(header))
        if done % STEP == 0 or done == len(records):
            told(done, len(records))


def _save(session: Session, list_id: int, houses: Houses, people: People, links: Links) -> int:
    """Write what is new or changed; return how many people are new on the list."""
    made, now = {"created_at": clock.now(session)}, {"updated_at": clock.now(session)}
    changed = [made | h | now | {"people": json.dumps(h["people"])} for h in houses.changed()]
    write(session, "property", changed)
    write(session, "contact", [made | contact | now for contact in people.changed.values()])
    write(session, "phone_number", list(people.numbers.values()))
    owners = [
        {"contact_id": contact, "property_id": house, "role": "owner", "position": position}
        for (contact, house), position in links.items()
    ]
    write(session, "contact_property", owners, KEEP)
    refresh_houses(session, {contact for contact, _house in links})
    first = {contact: house for contact, house in reversed(links)}
    members = [{"list_id": list_id, "contact_id": c, "property_id": h} for c, h in first.items()]
    return write(session, "list_member", members, KEEP)


def _save_rows(session: Session, import_id: int, rows: list[Row], changed: set[int]) -> None:
    """Write the verdicts; a house that a later row changed back was not updated."""
    for row in rows:
        if row.verdict == Verdict.UPDATED and row.house_id not in changed:
            row.verdict = Verdict.UNCHANGED
    found = [
        {
            "import_id": import_id, "line": row.line, "verdict": row.verdict,
            "reason": row.failed, "warnings": json.dumps(row.warnings),
            "raw": json.dumps(row.cells), "property_id": row.house_id,
        }
        for row in rows
    ]  # fmt: skip
    write(session, "import_row", found)


def _written(session: Session, import_id: int, records: int) -> dict[str, int]:
    """Count the verdicts that were written; raise CrmError when a record of the file has none."""
    found = session.execute(
        text("select verdict, count(*) from import_row where import_id = :id group by verdict"),
        {"id": import_id},
    )
    counts = dict.fromkeys(map(str, Verdict), 0) | {verdict: count for verdict, count in found}
    if sum(counts.values()) != records:
        raise CrmError(f"{records} rows were read and {counts} are accounted for.")
    return counts
