"""One batch: its rows are expanded, met with what is there, and written in sets, wave by wave."""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, exc, text
from sqlmodel import Session, SQLModel

from crm_app.compliance.queries import attestation_of
from crm_app.errors import CrmError
from crm_app.imports.waves import give_turns

logger = logging.getLogger(__name__)
NEXT = text(
    "select max(line), count(*) from (select line, row_number() over w as n, sum(case when"
    " cast(people as text) like '%\"stop\": {%' then jsonb_array_length("
    "jsonb_path_query_array(people, '$[*].numbers[*]')) end) over w as stops from (select line,"
    " people from import_row where import_id = :import_id and line > :after order by line"
    " limit :batch) r window w as (order by line)) next where n = 1 or coalesce(stops, 0) <= :stops"
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


def run(
    session: Session, name: str, given: dict[str, Any], schema: str = "public",
    just_first: bool = False,
) -> Any:  # fmt: skip
    """Run the statements of a .sql file and return the result of the last one."""
    result: Any = None
    for statement in _statements(name, schema)[: 1 if just_first else None]:
        result = session.execute(statement, given)
    return result


def take_batch(
    session: Session, given: dict[str, Any], schema: str, stop: Stop | None = None,
    told: Callable[[], None] | None = None,
) -> int:  # fmt: skip
    """Do what the next rows say and return how many they are; 0 when there are no more."""
    upto, rows = session.execute(NEXT, given).one()
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
    run(session, "expand", given)
    run(session, "met", given)
    if stop:
        for one in session.execute(_STOPPED, given).all():
            stop(session, one.e164, one.said, one.since)
        run(session, "lock", given)
    else:
        run(session, "copy", given)
        run(session, "met", given, schema)
    groups = run(session, "waves", given, schema).scalars()
    for wave, turns in give_turns(session, groups):
        if told and wave % 10 == 0:
            told()
        run(session, "houses", given | {"wave": wave}, schema)
        for turn in range(1, turns + 1):
            run(session, "people", given | {"wave": wave, "turn": turn}, schema)
        run(session, "again", given | {"wave": wave}, schema)
        run(session, "ties", given | {"wave": wave}, schema)
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
