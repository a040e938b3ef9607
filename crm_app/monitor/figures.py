"""The figures of the last hour, and whether a busy hour passed without a sound. Wall clock."""

from datetime import datetime, timedelta

from sqlmodel import Session

from crm_app import clock, house
from crm_app.compliance.windows import holiday
from crm_app.conversations.models import Line
from crm_app.monitor.rules import WATCHED, Hour, is_busy, problems
from crm_app.settings import settings
from crm_app.tables import read_sql
from crm_app.times import local
from crm_app.webhooks.actions import WAITS_FOR_A_PERSON

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
LOOKED = "deliveries"  # the heartbeat of the looks; its detail is since when they had no gap
SQL = read_sql(__file__, waits_for_a_person=WAITS_FOR_A_PERSON)


def hour(session: Session) -> Hour:
    """Return the figures of the last hour; what waited while the worker was off is no fault."""
    now, row = clock.wall(), session.get(house.Heartbeat, LOOKED)
    awake = datetime.fromisoformat(row.detail) if row else now
    return Hour(**session.execute(SQL["figures"], {"now": now, "awake": awake}).mappings().one())


def awake_since(session: Session, now: datetime) -> datetime:
    """Return since when (wall clock) the worker looks without a gap; `now` if it does not."""
    row = session.get(house.Heartbeat, LOOKED, populate_existing=True)
    return datetime.fromisoformat(row.detail) if row and now - row.at <= WATCHED else now


def look(session: Session, before: str) -> dict[str, str]:
    """Return what is wrong by its cause, "" for nothing; `before`: said of the silence so far."""
    now = clock.wall()
    awake = awake_since(session, now)
    house.beat(session, LOOKED, now, awake.isoformat())
    session.expire_all()
    return problems(hour(session)) | {"silence": _silence(session, now, awake, before)}


def _silence(session: Session, now: datetime, awake: datetime, before: str) -> str:
    begins = local(now).replace(minute=0, second=0, microsecond=0) - HOUR
    heard, line = session.execute(SQL["heard"]).scalar(), session.get(Line, settings().own_number)
    if heard is None or heard >= begins:
        return ""
    is_stopped = line is not None and line.stopped_since is not None
    if before or is_stopped or awake > begins or holiday(begins.date()):
        return before
    same = {"begins": [begins - n * WEEK for n in (1, 2, 3, 4)]}
    weeks = list(session.execute(SQL["counts"], same).scalars())
    between, usual = f"{begins:%-I %p} and {begins + HOUR:%-I %p}", ", ".join(map(str, weeks))
    words = f"No webhook came between {between}; in the weeks before there were {usual}."
    return words if is_busy(weeks) else ""
