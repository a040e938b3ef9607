"""Applying a file: a verdict on every row, in one transaction; read in sets, written by COPY."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.contacts.actions import refresh_houses
from crm_app.errors import CrmError
from crm_app.imports.models import Verdict
from crm_app.intake.fold import Contact, House, Houses, People
from crm_app.intake.old_rows import Row, columns_of, read_row
from crm_app.intake.readers import Record

File = tuple[list[str], list[Record]]
Links = dict[tuple[int, int], int]  # (contact, house): 0 for the main contact of the house
STEP = 500  # rows from one word of progress to the next
KEEP = "on conflict do nothing"
_KNOWN_HOUSES = text("""
select * from property where id in (
    select id from property where radar_id <> '' and radar_id = any(:radars)
    union all select p.id from unnest(cast(:apns as text[]), cast(:towns as text[])) as k(apn, town)
        join property p on p.apn = k.apn and lower(p.city) = lower(k.town) where p.apn <> ''
    union all select id from property where address_key = any(:keys)
) order by id for no key update
""")
_KNOWN_PEOPLE = text("""
select p.e164, c.id, c.name, c.first_name, c.last_name, c.is_company, c.email, c.notes,
    c.other_names, c.mail_zip, c.houses, c.created_at, c.updated_at
from phone_number p join contact c on c.id = p.contact_id where p.e164 = any(:numbers)
order by c.id for no key update of c
""")
_IDS = text("select nextval(pg_get_serial_sequence(:t, 'id')) from generate_series(1, :n)")
_WRITTEN = text("select verdict, count(*) from import_row where import_id = :id group by verdict")


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
    houses = Houses(_known_houses(session, good), _new_ids(session, "property", len(good)))
    people = People(_known_people(session, numbers), _new_ids(session, "contact", len(numbers)))
    links = Links()
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


def _new_ids(session: Session, table: str, number: int) -> Iterator[int]:
    return iter(session.execute(_IDS, {"t": table, "n": number}).scalars().all())


def _known_houses(session: Session, rows: list[Row]) -> list[House]:
    parcels = [(row.house["apn"], row.house["city"]) for row in rows if row.house["apn"]]
    given = {
        "radars": [row.house["radar_id"] for row in rows if row.house["radar_id"]],
        "apns": [apn for apn, _town in parcels],
        "towns": [town for _apn, town in parcels],
        "keys": [row.house["address_key"] for row in rows],
    }
    return [dict(house) for house in session.execute(_KNOWN_HOUSES, given).mappings()]


def _known_people(session: Session, numbers: list[str]) -> dict[str, Contact]:
    by_id, by_number = dict[int, Contact](), dict[str, Contact]()
    for row in session.execute(_KNOWN_PEOPLE, {"numbers": numbers}).mappings():
        contact = dict(row)
        by_number[contact.pop("e164")] = by_id.setdefault(row["id"], contact)
    return by_number


def _save(session: Session, list_id: int, houses: Houses, people: People, links: Links) -> int:
    """Write what is new or changed; return how many people are new on the list."""
    at = clock.now(session)
    made, now = {"created_at": at}, {"updated_at": at}
    changed = [made | h | now | {"people": json.dumps(h["people"])} for h in houses.changed()]
    _write(session, "property", changed)
    _write(session, "contact", [made | contact | now for contact in people.changed.values()])
    _write(session, "phone_number", list(people.numbers.values()))
    owners = [
        {"contact_id": contact, "property_id": house, "role": "owner", "position": position}
        for (contact, house), position in links.items()
    ]
    _write(session, "contact_property", owners, KEEP)
    first = {contact: house for contact, house in reversed(links)}
    refresh_houses(session, first)
    members = [{"list_id": list_id, "contact_id": c, "property_id": h} for c, h in first.items()]
    return _write(session, "list_member", members, KEEP)


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
    _write(session, "import_row", found)


def _write(session: Session, table: str, rows: list[dict[str, Any]], known: str = "") -> int:
    """Write rows by COPY and one INSERT; return how many. Names are ours, values are bound.

    A row whose id is there is replaced; for other tables `known` says what to do.
    """
    if not rows:
        return 0
    names = ", ".join(rows[0])
    session.execute(text(f"create temp table incoming as select {names} from {table} limit 0"))
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(f"copy incoming ({names}) from stdin") as copy:
        for row in rows:
            copy.write_row([row[name] for name in rows[0]])
    sets = ", ".join(f"{name} = excluded.{name}" for name in rows[0])
    then = f"on conflict (id) do update set {sets}" if "id" in rows[0] else known
    insert = f"insert into {table} ({names}) select {names} from incoming {then}"
    done: Any = session.execute(text(insert))
    session.execute(text("drop table incoming"))
    return int(done.rowcount)


def _written(session: Session, import_id: int, records: int) -> dict[str, int]:
    """Count the verdicts that were written; raise CrmError when a record of the file has none."""
    written = {verdict: count for verdict, count in session.execute(_WRITTEN, {"id": import_id})}
    counts = dict.fromkeys(map(str, Verdict), 0) | written
    if sum(counts.values()) != records:
        raise CrmError(f"{records} rows were read and {counts} are accounted for.")
    return counts
