"""One batch of rows against the database: read what is known in sets, write by COPY."""

import json
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from crm_app.intake.fold import FIELDS, House, Houses
from crm_app.intake.rows import Row

_FIELDS = ", ".join(FIELDS)


def _cursor(session: Session) -> psycopg.Cursor[Any]:
    """A cursor of psycopg's own on this session's transaction, for COPY."""
    session.flush()
    connection: Any = session.connection().connection.driver_connection
    return connection.cursor()  # type: ignore[no-any-return]


def copy_in(session: Session, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table by COPY; names are ours, values are bound by the protocol.

    Raises psycopg's IntegrityError when somebody else saved the same number or house meanwhile.
    """
    statement = f"copy {table} ({columns}) from stdin".encode()
    with _cursor(session) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def new_ids(session: Session, table: str, number: int) -> Iterator[int]:
    """Take ids for rows that are about to be written."""
    found = session.execute(
        text("select nextval(pg_get_serial_sequence(:t, 'id')) from generate_series(1, :n)"),
        {"t": table, "n": number},
    )
    return iter(found.scalars().all())


def known_houses(session: Session, rows: list[Row]) -> Houses:
    """Return the houses in the database that these rows may mean."""
    wanted = [row.house for row in rows]
    found = session.execute(
        text(
            f"select id, {_FIELDS} from property where id in ("
            " select id from property where radar_id <> '' and radar_id = any(:radars)"
            " union all select p.id from unnest(cast(:apns as text[]), cast(:towns as text[]))"
            " as k(apn, town) join property p on p.apn = k.apn and lower(p.city) = lower(k.town)"
            " where p.apn <> ''"
            " union all select id from property where address_key = any(:keys)) order by id"
        ),
        {
            "radars": [house["radar_id"] for house in wanted if house["radar_id"]],
            "apns": [house["apn"] for house in wanted if house["apn"]],
            "towns": [house["city"] for house in wanted if house["apn"]],
            "keys": [house["address_key"] for house in wanted],
        },
    )
    houses = Houses()
    for house_id, *values in found:
        houses.know(house_id, dict(zip(FIELDS, values, strict=True)))
    return houses


def write_houses(
    session: Session, houses: Houses, new: Set[int], changed: Set[int], at: datetime
) -> None:
    """Write the new and the changed houses of a batch."""
    columns = f"id, {_FIELDS}, created_at, updated_at"

    def lines(ids: Set[int]) -> Iterator[Sequence[Any]]:
        return ((i, *_values(houses.by_id[i]), at, at) for i in sorted(ids))

    copy_in(session, "property", columns, lines(new))
    if not changed:
        return
    session.execute(text("create temp table changed_house (like property) on commit drop"))
    copy_in(session, "changed_house", columns, lines(changed))
    sets = ", ".join(f"{name} = c.{name}" for name in (*FIELDS, "updated_at"))
    session.execute(text(f"update property p set {sets} from changed_house c where c.id = p.id"))
    session.execute(text("drop table changed_house"))


def _values(house: House) -> list[Any]:
    return [json.dumps(house[n]) if n == "people" else house[n] for n in FIELDS]
