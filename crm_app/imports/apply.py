"""Plan and apply: the same statements, on copies or on the real tables, batch by batch.

A plan is what applying does, so it cannot say something else; only its outcomes stay.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, exc, text
from sqlmodel import Session, SQLModel

from crm_app import clock, times
from crm_app.compliance.gate_rules import DAYS
from crm_app.compliance.queries import attestation_of
from crm_app.contacts.models import Property
from crm_app.errors import CrmError
from crm_app.imports.models import Import
from crm_app.imports.waves import give_turns

logger = logging.getLogger(__name__)
BATCH = 5_000  # rows of one transaction
STOPS = 2_000  # numbers of it that said stop: each takes a lock, of the server's 6,400
# A later file knows these better: the market moves, owners change. All else is only filled in mode
# fill, since it does not change, or somebody here knows better.
FOLLOW = [
    "value_cents", "equity_cents", "equity_percent", "is_owner_occupied", "is_listed",
    "listing_status", "is_in_foreclosure", "purchased_on", "owner", "mail_address", "mail_city",
    "mail_state", "mail_zip",
]  # fmt: skip
# Thousands of look-ups by index, each time: a plan for tables that were empty a moment ago, or a
# compiled one, costs more than it saves.
_TUNED = text("set local jit = off; set local enable_mergejoin = off; set local work_mem = '32MB'")
_NEXT = text(
    "select max(line), count(*) from (select line, row_number() over w as n, sum(case when"
    " cast(people as text) like '%\"stop\": {%' then jsonb_array_length("
    "jsonb_path_query_array(people, '$[*].numbers[*]')) end) over w as stops from (select line,"
    " people from import_row where import_id = :import_id and line > :after order by line"
    " limit :batch) r window w as (order by line)) next where n = 1 or coalesce(stops, 0) <= :stops"
)
_DONE = text(
    "select coalesce(max(line), 0) from import_outcome where import_id = :import_id and is_done"
)
_FORGET = text("delete from import_outcome where import_id = :import_id and not is_done")
_LIST = text(
    "insert into contact_list (name, created_at, created_by, import_id)"
    " values (:name, :at, :user_id, :import_id) on conflict (name) do nothing"
)
_NAMED = text(  # by its id as soon as it has one: somebody may call it something else meanwhile
    "select id, filter from contact_list where id = :list_id or :list_id is null and name = :name"
)
_STOPPED = text(  # with a reason those whom we have texted, or are about to
    "select distinct on (m.e164) m.e164, cast(nullif(m.stop ->> 'since', '') as timestamptz)"
    " as since, case when exists (select from outbox o where o.e164 = m.e164)"
    " then coalesce(nullif(m.stop ->> 'source', ''), :file) end as said"
    " from step_number m where m.stop is not null and not exists (select from suppression s"
    " where s.e164 = m.e164 and s.lifted_at is null) order by m.e164, m.line"
)
Stop = Callable[[Session, str, str | None, Any], object]


@cache
def _statements(name: str, schema: str = "public") -> list[TextClause]:
    """The statements of a .sql file, which name the tables of `public`; a plan has its own."""
    columns = dict[str, list[str]]()
    for table in ("property", "contact"):
        found = SQLModel.metadata.tables[table].columns
        columns[table] = [column.name for column in found if column.computed is None]
    sql = Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
    sql = sql.replace("public.", f"{schema}.")
    for alias in ("p", "k", "n"):
        theirs = (f"{alias}.{column}" for column in columns["property"])
        sql = sql.replace(f"${alias}.property", ", ".join(theirs))
    for table, names in columns.items():
        sql = sql.replace(f"${table}", ", ".join(names))
    return [text(one) for one in sql.split(";\n")]


def plan(session: Session, found: Import, told: Callable[[int], None]) -> dict[str, Any]:
    """Write what applying would do into `import_outcome` and return the counts of it."""
    given = _given(session, found, is_done=False)
    session.execute(_FORGET, given)
    _run(session, "copies", given)
    done = 0
    while rows := _take_batch(session, given, "pg_temp", told=lambda: told(done)):  # noqa: B023
        done += rows
        told(done)
    counts = _finish(session, found, given, "pg_temp")
    _run(session, "copies", given, just_first=True)
    return counts


def apply_batch(session: Session, found: Import, stop: Stop) -> dict[str, Any] | None:
    """Apply the next rows; return None, and after the last of them the counts of the import.

    `stop(session, e164, because, since)` opts somebody out whom we text; because None: it only
    keeps the number from being texted until the commit. Raises CrmError, and
    IntegrityError when somebody saved one of its numbers meanwhile: it may run again.
    """
    given = _given(session, found, is_done=True)
    rows = _take_batch(session, given, "public", stop)
    found.rows_done, found.list_id = found.rows_done + rows, given["list_id"]
    if session.execute(_NEXT, given).one()[1]:
        return None
    return _finish(session, found, given, "public")


def _given(session: Session, found: Import, *, is_done: bool) -> dict[str, Any]:
    """What all statements are told. The list is made when its first rows are applied."""
    at = clock.now(session)
    given = {"import_id": found.id, "name": found.list_name, "at": at, "user_id": found.created_by}
    given["list_id"] = found.list_id
    if is_done and not found.list_id:
        session.execute(_LIST, given)
    named = session.execute(_NAMED, given).first()
    if named and named.filter is not None:
        raise CrmError(f"{found.list_name} is a saved search. Give this list another name.")
    days = DAYS.get(found.basis, 0)
    blank = Property(
        address_key="", address="", city="", import_id=found.id, created_at=at, updated_at=at
    )
    session.execute(_TUNED)
    return given | {
        "is_done": is_done, "list_id": named.id if named else 0, "mode": found.mode.value,
        "tag": found.tag, "basis": found.basis, "until": at + timedelta(days) if days else None,
        "file": found.file_name, "today": times.local(at).date(), "follow": FOLLOW,
        "blank": blank.model_dump_json(exclude={"search"}), "batch": BATCH, "stops": STOPS,
        "after": session.execute(_DONE, given).scalar_one() if is_done else 0,
    }  # fmt: skip


def _run(
    session: Session, name: str, given: dict[str, Any], schema: str = "public",
    just_first: bool = False,
) -> Any:  # fmt: skip
    result: Any = None
    for statement in _statements(name, schema)[: 1 if just_first else None]:
        result = session.execute(statement, given)
    return result


def _take_batch(
    session: Session, given: dict[str, Any], schema: str, stop: Stop | None = None,
    told: Callable[[], None] | None = None,
) -> int:  # fmt: skip
    """Do what the next rows say and return how many they are; 0 when there are no more."""
    upto, rows = session.execute(_NEXT, given).one()
    if not rows:
        return 0
    given["upto"] = upto
    try:
        _do_batch(session, given, schema, stop, told)
    except (exc.DataError, exc.ProgrammingError) as problem:
        logger.error("import %s: %s", given["import_id"], type(problem.orig).__name__)
        raise CrmError(
            f"A value in the lines {given['after'] + 1} to {upto} of the file cannot be kept."
            " Mend these lines, or leave them out, and import the file anew."
        ) from problem
    given["after"] = upto
    return int(rows)


def _do_batch(
    session: Session, given: dict[str, Any], schema: str, stop: Stop | None,
    told: Callable[[], None] | None,
) -> None:  # fmt: skip
    _run(session, "expand", given)
    _run(session, "met", given)
    if stop:
        for one in session.execute(_STOPPED, given).all():
            stop(session, one.e164, one.said, one.since)
        _run(session, "lock", given)
    else:
        _run(session, "copy", given)
        _run(session, "met", given, schema)
    groups = _run(session, "waves", given, schema).scalars()
    for wave, turns in give_turns(session, groups):
        if told and wave % 10 == 0:
            told()
        _run(session, "houses", given | {"wave": wave}, schema)
        for turn in range(1, turns + 1):
            _run(session, "people", given | {"wave": wave, "turn": turn}, schema)
        _run(session, "again", given | {"wave": wave}, schema)
        _run(session, "ties", given | {"wave": wave}, schema)
    added, *others = _statements("outcome", schema)
    listed: Any = session.execute(added, given)
    if stop and listed.rowcount:
        refuse_attested(session, given["list_id"], given["name"], listed.rowcount)
    for statement in others:
        session.execute(statement, given)


def refuse_attested(session: Session, list_id: int, name: str, added: int) -> None:
    """Raise CrmError when a list that somebody attested would get people they never saw."""
    if added and attestation_of(session, list_id):
        raise CrmError(
            f"The list {name} is attested already, and this file would add {added}"
            " people to it. Import it under another name."
        )


def _finish(session: Session, found: Import, given: dict[str, Any], schema: str) -> dict[str, Any]:
    """Return the counts of what is written; raise CrmError when a row is unaccounted for."""
    _run(session, "settle", given, schema)
    counts = _counts(session, given, schema)
    if counts["rows"] != found.rows_total:
        raise CrmError(f"{found.rows_total} rows were read and {counts['rows']} are accounted for.")
    return counts


def written(session: Session, found: Import) -> dict[str, Any]:
    """Return the counts of what is written so far; {} when nothing is."""
    given = {"import_id": found.id, "list_id": found.list_id or 0, "is_done": True}
    counts = _counts(session, given, "public")
    return counts if counts["rows"] else {}


def _counts(session: Session, given: dict[str, Any], schema: str) -> dict[str, Any]:
    counts = dict(_run(session, "counts", given, schema).mappings().one())
    if not any(counts["properties"][name] for name in ("created", "updated", "unchanged")):
        counts["properties"]["failed"] = 0  # a list of people: no house was refused
    return counts
