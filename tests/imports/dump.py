"""Everything that the database holds, to be compared before and after."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import db

# What an import leaves even when it is undone: its own record, and what the gate decided.
NOT = ("import", "import_row", "import_outcome", "decision")
Dump = dict[str, list[dict[str, Any]]]


def dump(session: Session, but: Sequence[str] = NOT) -> Dump:
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
