"""The rows of a file against the database: what is known is read in sets, the rest by COPY."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.intake.fold import Contact, House

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


def new_ids(session: Session, table: str, number: int) -> Iterator[int]:
    """Take ids for rows that are about to be written."""
    found = session.execute(
        text("select nextval(pg_get_serial_sequence(:t, 'id')) from generate_series(1, :n)"),
        {"t": table, "n": number},
    )
    return iter(found.scalars().all())


def known_houses(session: Session, wanted: list[House]) -> list[House]:
    """Return the houses in the database that the houses of a file may mean."""
    given = {
        "radars": [house["radar_id"] for house in wanted if house["radar_id"]],
        "apns": [house["apn"] for house in wanted if house["apn"]],
        "towns": [house["city"] for house in wanted if house["apn"]],
        "keys": [house["address_key"] for house in wanted],
    }
    return [dict(house) for house in session.execute(_KNOWN_HOUSES, given).mappings()]


def known_people(session: Session, numbers: list[str]) -> dict[str, Contact]:
    """Return the contacts that have one of these numbers, by number."""
    by_id, by_number = dict[int, Contact](), dict[str, Contact]()
    for row in session.execute(_KNOWN_PEOPLE, {"numbers": numbers}).mappings():
        contact = dict(row)
        by_number[contact.pop("e164")] = by_id.setdefault(row["id"], contact)
    return by_number


def write(session: Session, table: str, rows: Sequence[dict[str, Any]], known: str = "") -> int:
    """Write rows by COPY and one INSERT; return how many. Names are ours, values are bound.

    A row whose id is there is replaced; for other tables `known` says what to do. Raises
    IntegrityError when somebody saved the same number or house meanwhile.
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
