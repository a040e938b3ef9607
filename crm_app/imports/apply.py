"""Plan and apply: the same statements, on copies or on the real tables, batch by batch.

A plan is what applying does, so it cannot say something else; only its outcomes stay.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.compliance.gate_rules import DAYS
from crm_app.contacts.models import Property
from crm_app.errors import CrmError
from crm_app.imports.batch import NEXT, Stop, run, take_batch
from crm_app.imports.models import Import

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


def plan(session: Session, found: Import, told: Callable[[int], None]) -> dict[str, Any]:
    """Write what applying would do into `import_outcome` and return the counts of it."""
    given = _given(session, found, is_done=False)
    session.execute(_FORGET, given)
    run(session, "copies", given)
    done = 0
    while rows := take_batch(session, given, "pg_temp", told=lambda: told(done)):  # noqa: B023
        done += rows
        told(done)
    counts = _finish(session, found, given, "pg_temp")
    run(session, "copies", given, just_first=True)
    return counts


def apply_batch(session: Session, found: Import, stop: Stop) -> dict[str, Any] | None:
    """Apply the next rows; return None, and after the last of them the counts of the import.

    `stop(session, e164, because, since)` opts somebody out whom we text; because None: it only
    keeps the number from being texted until the commit. Raises CrmError, and
    IntegrityError when somebody saved one of its numbers meanwhile: it may run again.
    """
    given = _given(session, found, is_done=True)
    rows = take_batch(session, given, "public", stop)
    found.rows_done, found.list_id = found.rows_done + rows, given["list_id"]
    if session.execute(NEXT, given).one()[1]:
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


def _finish(session: Session, found: Import, given: dict[str, Any], schema: str) -> dict[str, Any]:
    """Return the counts of what is written; raise CrmError when a row is unaccounted for."""
    run(session, "settle", given, schema)
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
    counts = dict(run(session, "counts", given, schema).mappings().one())
    if not any(counts["properties"][name] for name in ("created", "updated", "unchanged")):
        counts["properties"]["failed"] = 0  # a list of people: no house was refused
    return counts
