"""What is exported, row by row from a server-side cursor: contacts, properties, messages."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts import phones
from crm_app.contacts.actions import BETWEEN
from crm_app.errors import CrmError
from crm_app.intake.ours import COLUMNS
from crm_app.lists.queries import members_of
from crm_app.tables import read_sql

WHAT = ("contacts", "properties", "messages")
_MESSAGES = ("Time (UTC)", "Time here", "Direction", "Number", "Name", "Text", "Status", "Error")
SQL = read_sql(__file__)


def rows(
    session: Session, person: Person | None, what: str, list_name: str = "", list_id: int = 0
) -> Iterator[Sequence[object]]:
    """Return the header and the rows of an export, of all or of a list's people.

    The list is `list_name`, else `list_id` (0: all people); `person` is None for the command line.
    Raises CrmError for what is no export, and for an unknown list.
    """
    if person:
        person.must(Permission.EXPORT)
    if what not in WHAT:
        raise CrmError(f"Export {', '.join(WHAT[:-1])} or {WHAT[-1]}.")
    given = dict[str, Any](ids=None)
    if list_name or list_id:
        found = session.execute(SQL["list"], {"name": list_name, "id": list_id}).scalar()
        if found is None:
            raise CrmError(f"There is no list {list_name or list_id}.")
        members, bound = members_of(session, found)
        given["ids"] = [row[0] for row in session.execute(text(members), bound)]
    return _messages(session, given) if what == "messages" else _people(session, what, given)


def _read(session: Session, what: str, given: dict[str, Any]) -> Any:
    return session.execute(SQL[what], given, execution_options={"yield_per": 1000}).mappings()


def _messages(session: Session, given: dict[str, Any]) -> Iterator[Sequence[object]]:
    yield _MESSAGES
    for m in _read(session, "messages", given):
        here = times.local(m["at"]).strftime("%Y-%m-%d %H:%M:%S")
        utc = m["at"].strftime("%Y-%m-%dT%H:%M:%SZ")
        yield (
            utc,
            here,
            m["direction"],
            phones.show(m["e164"]),
            m["name"],
            m["body"],
            *(m[name] for name in ("status", "error")),
        )


def _people(session: Session, what: str, given: dict[str, Any]) -> Iterator[Sequence[object]]:
    wide = session.execute(SQL[f"wide_{what}"], given).mappings().one()
    extras = [(of, f"{of}_extras", key) for of in ("person", "house") for key in wide[of]]
    fields = {of: list(COLUMNS[of]) for of in ("person", "phone", "tie", "house")}
    header = list(COLUMNS["person"].values())
    header += [c.format(n + 1) for n in range(wide["phones"]) for c in COLUMNS["phone"].values()]
    header += [*COLUMNS["tie"].values(), *COLUMNS["house"].values()]
    yield header + [f"{COLUMNS['extra'][of]}{key}" for of, _column, key in extras]
    for row in _read(session, what, given):
        numbers = row["numbers"] or []
        cells = [_cell(row[f"person_{name}"]) for name in fields["person"]]
        for one in (numbers + [{}] * wide["phones"])[: wide["phones"]]:
            cells += [phones.show(one.get(name) or "") for name in fields["phone"]]
        cells += [row[name] for name in fields["tie"]]
        cells += [_cell(row[f"house_{name}"]) for name in fields["house"]]
        yield cells + [(row[column] or {}).get(key) for _of, column, key in extras]


def _cell(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return BETWEEN.join(one if isinstance(one, str) else _other(one) for one in value)


def _other(one: dict[str, str]) -> str:
    return f"{one['name']} <{one['email']}>" if one.get("email") else one["name"]
