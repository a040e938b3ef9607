"""Everything that the database holds, to be compared before and after."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import db

# What an import leaves even when it is undone: its own record, and what the gate decided.
NOT = ("import", "import_row", "import_outcome", "decision")
Dump = dict[str, list[dict[str, Any]]]


def dump(session: Session, but: Collection[str] = NOT) -> Dump:
    """Return the rows of every table `but` these, by their primary keys; sequences are no rows."""
    session.flush()
    return {
        table.name: [
            json.loads(row)
            for row in session.execute(
                text(
                    f'select to_jsonb(t)::text from "{table.name}" t'
                    f" order by {', '.join(column.name for column in table.primary_key)}"
                )
            ).scalars()
        ]
        for table in db.metadata().sorted_tables
        if table.name not in but
    }


def leveled(found: Dump) -> Dump:
    """Return the rows with their ids counted from 1 and without their import.

    A statement that failed used up some ids.
    """
    ranks = {
        table: {id: rank for rank, id in enumerate(sorted(row["id"] for row in rows), 1)}
        for table, rows in found.items()
        if rows and isinstance(rows[0].get("id"), int)
    }

    def level(value: Any, kind: str) -> Any:
        return ranks[kind].get(value) if kind in ranks else value  # None: it is not there

    def one(table: str, row: dict[str, Any]) -> dict[str, Any]:
        row = {key: level(value, KINDS.get(key, "")) for key, value in row.items()}
        if table == "import_outcome":
            row["contact_ids"] = [level(id, "contact") for id in row["contact_ids"]]
            row["changes"] = [c | {"id": level(c["id"], c["entity"])} for c in row["changes"]]
            return row
        row.pop("import_id", None)
        return row | ({"id": level(row["id"], table)} if "id" in row else {})

    return {table: [one(table, row) for row in rows] for table, rows in found.items()}


KINDS = {
    "contact_id": "contact", "property_id": "property", "list_id": "contact_list",
    "merged_into": "contact",
}  # fmt: skip
