"""What happened beside the texts of a thread: opt-outs, frozen numbers, consents, names."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from crm_app.settings import settings
from crm_app.tables import read_sql

SQL = read_sql(__file__)


def with_events(
    session: Session, asked: dict[str, Any], rows: Sequence[Any], *, is_whole: bool
) -> list[Any]:
    """Return a thread's rows, oldest first, with the events among them; no older ones but if whole.

    `asked` are its `e164s`, and the `contacts` and the `house` of which imports, merges and ended
    ties are told. What waits stays below: its row says now.
    """
    since = None if is_whole or not rows else rows[0].at
    told = session.execute(SQL["events"], asked | {"zone": settings().company_timezone})
    return sorted([*rows, *(one for one in told if not since or one.at >= since)],
                  key=lambda row: row.at)  # fmt: skip
