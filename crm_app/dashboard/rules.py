"""The rules that make to-dos: why somebody has to be called, heard, answered or judged."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.calls.automatic import BY_ITSELF
from crm_app.compliance.rules import firm
from crm_app.compliance.windows import Clock
from crm_app.oversight.queries import WAITS
from crm_app.settings import settings
from crm_app.tables import read_sql, read_table
from crm_app.work.actions import follow
from crm_app.work.models import OPEN

HOURS = 4  # open hours that an answer may take
RECENT = timedelta(days=7)  # older threads are history that was imported: they begin no to-do
TITLES: dict[str, str] = read_table(__file__, "rules")
SQL = read_sql(__file__, open=OPEN, by_itself=BY_ITSELF, waits=WAITS)
UNHEARD = SQL["unheard"].text


def open_since(ours: Clock, now: datetime, hours: float) -> datetime:
    """Return the latest time (UTC) since which the firm was open for `hours` until `now`.

    Its hours are those of cold texts in Settings, Monday to Friday, no holidays: what came on
    Friday an hour before closing has waited four hours on Monday, three after opening.
    """
    left, day, zone = timedelta(hours=hours), ours.local(now).date(), ZoneInfo(ours.zone)
    while True:
        opens, closes = (datetime.combine(day, time(hour), zone).astimezone(UTC)
                         for hour in (ours.start, ours.end))  # fmt: skip
        was_open = max(min(now, closes) - opens, timedelta())
        if ours.day_off(day) is None:
            if was_open >= left:
                return min(now, closes) - left
            left -= was_open
        day -= timedelta(days=1)


def reasons(session: Session) -> list[dict[str, Any]]:
    """Return every reason for a to-do that holds now, as `work.actions.follow` takes it."""
    now, today = clock.now(session), times.local(clock.now(session)).date()
    late = open_since(firm(session), now, HOURS)
    given = {"since": now - RECENT, "late": late, "own": settings().own_number}
    found = []
    for row in [*session.execute(SQL["reasons"], given), *session.execute(SQL["frozen"], given)]:
        found.append({
            "title": TITLES[row.rule].format(at=f"{times.local(row.at):%a %-I:%M %p}"),
            "cause": f"{row.rule} {row.subject}", "due": today, "assigned_to": row.assigned_to,
            "conversation_id": row.id, "contact_id": row.contact_id,
        })  # fmt: skip
    return found


def follow_rules(session: Session) -> None:
    """Make the to-dos that the rules ask for and end those whose reason has gone; one at a time."""
    if session.execute(text("select pg_try_advisory_xact_lock(1004, 1)")).scalar_one():
        follow(session, reasons(session))
