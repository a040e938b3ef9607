"""Who lives tells of who does not: the web process looks whether the worker and its jobs work."""

import asyncio
import logging
from datetime import datetime, timedelta

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from crm_app import clock, db, house, live
from crm_app.admin.schedule import jobs
from crm_app.alarms import watch
from crm_app.errors import CrmError
from crm_app.times import exact

logger = logging.getLogger(__name__)
EVERY_SECONDS, DEAD = 60.0, timedelta(minutes=5)


async def keep_looking() -> None:
    """Look each minute for as long as the web process lives; a database away is only logged."""
    since, ill = clock.wall(), frozenset[str]()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            ill = await asyncio.to_thread(look, since, ill)
        except (SQLAlchemyError, psycopg.Error, CrmError) as problem:
            logger.warning("nobody could look after the worker: %s", type(problem).__name__)


def look(since: datetime, before: frozenset[str]) -> frozenset[str]:
    """Tell of a worker silent for five minutes, else of jobs that are ill and were `before`.

    `since`: when this process began to look (wall clock). Return the jobs that are ill now.
    """
    with db.transaction() as session:
        beats = [house.last_beat(session, name) or since for name in ("worker", "scheduler")]
        found = [job for job in jobs(session) if not job.is_well]
        live.publish(session, "health")  # of a job that time alone made late nobody else tells
    last = max(since, min(beats))
    is_dead = clock.wall() - last > DEAD
    watch("worker", f"The worker has been silent since {exact(last)}." if is_dead else "")
    told = "" if is_dead else "; ".join(f"{j.what}: {j.result}" for j in found if j.name in before)
    watch("jobs", told)
    return frozenset() if is_dead else frozenset(job.name for job in found)
