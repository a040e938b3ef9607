"""Verbs of the health check: send one, hear its webhook, judge it, forget it. Wall-clock times.

Hourly by the wall clock: it is the real line that is looked at, so a sandbox's moved clock sends
no burst of checks and makes none late.
"""

import logging
from datetime import timedelta
from secrets import token_hex

from sqlmodel import Session, col, delete, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Purpose
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import Line, Outbox, OutboxState
from crm_app.conversations.threads import Said
from crm_app.errors import CrmError
from crm_app.house import House
from crm_app.monitor.figures import awake_since
from crm_app.monitor.models import HealthCheck
from crm_app.monitor.rules import WORDS, verdict
from crm_app.settings import settings
from crm_app.tables import read_sql

logger = logging.getLogger(__name__)
EVERY, KEPT = timedelta(hours=1), timedelta(days=30)
PATIENCE = timedelta(minutes=10)  # a check that has not left by then is called back
SQL = read_sql(__file__)


def begin(session: Session, person: Person | None = None) -> bool:
    """Queue the hour's check if it is due, or one for a person; return whether one is queued.

    A person is told by CrmError why none can be. A newborn waits an hour for its first.
    """
    own, monitor, wall = settings().own_number, settings().monitor_number, clock.wall()
    is_alone, line = session.execute(SQL["alone"]).scalar_one(), session.get(Line, own)
    last = session.exec(select(HealthCheck).order_by(col(HealthCheck.id).desc())).first()
    because = "" if monitor else "The health check is off: MONITOR_PHONE_NUMBER is not set."
    if not is_alone or (last and last.state == "open"):
        because = "One is under way: it ends within minutes."
    elif line and line.stopped_since:  # that has an e-mail and a banner of its own
        because = f"No text can leave: {line.stopped_because}"
    if person:
        person.must(Permission.READ_ALL_THREADS)
    if person and because:
        raise CrmError(because)
    since = last.asked_at if last else session.get_one(House, 1).born_at
    if because or (person is None and wall - since < EVERY):
        return False
    word = token_hex(4)
    row = session.get_one(Outbox, queue_text(session, own, WORDS + word, Purpose.MONITOR))
    row.own_number, row.send_before = monitor, clock.now(session) + PATIENCE
    session.add(HealthCheck(word=word, outbox_id=row.id, asked_at=wall))
    session.flush()
    live.publish(session, "health")
    return True


def hear(session: Session, said: Said) -> None:
    """Note that a check's text arrived, as its webhook is stored; the first time counts."""
    word = said.body.removeprefix(WORDS).partition(" ")[0].strip()
    query = select(HealthCheck).where(HealthCheck.word == word)
    check = session.exec(query.with_for_update()).first()
    if check and not check.received_at:
        check.received_at = clock.wall()
        _settle(session, check)


def judge(session: Session) -> None:
    """End the check whose time is over."""
    is_open = select(HealthCheck).where(HealthCheck.state == "open")
    if check := session.exec(is_open.with_for_update()).first():
        _settle(session, check)


def _settle(session: Session, check: HealthCheck) -> None:
    row = session.get_one(Outbox, check.outbox_id, populate_existing=True)
    wall, now = clock.wall(), clock.now(session)
    has_left = row.state is not OutboxState.SENDING or check.received_at  # else nobody knows yet
    if row.started_at and has_left and not check.sent_at:  # business time, which may be moved
        check.sent_at = min(wall, max(check.asked_at, wall - (now - row.started_at)))
        logger.info("health_check.sent %s", check.id)
    line = session.get(Line, settings().own_number)
    was_off = awake_since(session, wall) > check.asked_at or (line and line.stopped_since)
    found, why = verdict(check, row, wall, was_off=bool(was_off))
    if check.state != "open":  # it failed; now it is known how late it came
        check.because = why or check.because
    elif found != "open":
        check.state, check.because = found, why
        check.failed_at = wall if found == "failed" else None
        session.execute(SQL["call_back"], {"id": row.id, "now": now})
        logger.info("health_check.%s %s", found, check.id)
        live.publish(session, "line")
    session.flush()
    live.publish(session, "health")


def forget(session: Session) -> None:
    """Delete the checks of more than 30 days ago."""
    session.execute(delete(HealthCheck).where(col(HealthCheck.asked_at) < clock.wall() - KEPT))
