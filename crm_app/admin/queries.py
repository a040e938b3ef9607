"""Reads for the health route and the admin page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, house
from crm_app.conversations.models import Line
from crm_app.settings import ROOT, settings

LATE = timedelta(seconds=90)  # the worker beats at least every minute


@dataclass(frozen=True)
class Part:
    """One part of the program: whether it works, and what is known of it."""

    name: str
    is_ok: bool
    detail: str


def newest_migration() -> str:
    """Return the revision that the code expects, read from the folder of migrations."""
    return max(path.name.split("_")[0] for path in (ROOT / "alembic/versions").glob("[0-9]*.py"))


def health(session: Session) -> list[Part]:
    """Return every part; the database is known to answer when this returns."""
    at = clock.wall()
    version = session.execute(text("select version_num from alembic_version")).scalar()
    beat = house.last_beat(session, "worker")
    line = session.get(Line, settings().own_number)
    last = session.execute(text("select max(received_at) from delivery")).scalar()
    refused = session.execute(text("select coalesce(sum(count), 0) from refused_count")).scalar()
    can_hear = bool(settings().webhook_keys)
    stopped = line.stopped_because if line and line.stopped_since else ""
    return [
        Part("database", True, "answers"),
        Part("migrations", version == newest_migration(), f"at {version}"),
        Part("queue", _queue_is_there(session), "rows are the queue; Huey is the bell"),
        Part("worker", beat is not None and at - beat < LATE, _ago(beat, at)),
        Part("provider", not stopped, stopped or settings().provider_url),
        Part("last_webhook", can_hear, _ago(last, at) if can_hear else
             "OPENPHONE_WEBHOOK_KEYS is missing: nothing can arrive"),
        Part("refused_webhooks", True, str(refused)),
    ]  # fmt: skip


def _queue_is_there(session: Session) -> bool:
    if settings().redis_url.get_secret_value():
        return True
    found = session.execute(text("select to_regclass('queue.huey_task')")).scalar()
    return found is not None


def _ago(then: datetime | None, at: datetime) -> str:
    return "never" if then is None else f"{int((at - then).total_seconds())} s ago"


@dataclass(frozen=True)
class DeliveryRow:
    """One kept or refused delivery, ready to show."""

    id: int
    kind: str
    state: str
    detail: str
    at: str


def deliveries_to_look_at(session: Session, limit: int = 50) -> list[DeliveryRow]:
    """Return deliveries of unknown kind and those that could not be applied, newest first."""
    found = session.execute(
        text(
            "select id, kind, state, error, received_at from delivery"
            " where state in ('unknown', 'failed') order by id desc limit :n"
        ),
        {"n": limit},
    )
    return [_row(row) for row in found]


def refused(session: Session, limit: int = 50) -> list[DeliveryRow]:
    """Return the newest refused deliveries."""
    found = session.execute(
        text(
            "select id, provider, 'refused', reason, at from refused_delivery"
            " order by id desc limit :n"
        ),
        {"n": limit},
    )
    return [_row(row) for row in found]


def _row(row: Any) -> DeliveryRow:
    return DeliveryRow(row[0], row[1] or "?", row[2], row[3], row[4].strftime("%d %b %H:%M UTC"))
