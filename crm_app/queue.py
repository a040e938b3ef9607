"""The bell: Huey only wakes somebody up; what must happen is a row in a table.

Tasks are registered by name and the queue itself is built on first use, so that importing a
module connects to nothing.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial, wraps
from threading import Event, Lock
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from huey import Huey, PostgresHuey, RedisHuey, crontab
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from crm_app import clock, house, logs
from crm_app.db import dsn, transaction
from crm_app.errors import CrmError
from crm_app.settings import settings

logger = logging.getLogger(__name__)
Work = Callable[..., object]
W = TypeVar("W", bound=Work)
tasks: dict[str, Work] = {}
periodic_tasks: dict[str, Work] = {}
nights: dict[str, str] = {}  # when each of the jobs below is due, as times.turns reads it
_ALONE = "select pg_try_advisory_lock(1010, hashtext(%s))"
_bell = ThreadPoolExecutor(1, "bell")
is_immediate = False  # tests run tasks inside the call that rings


def _name(work: Work) -> str:
    return f"{work.__module__}.{work.__name__}"


def task(work: W) -> W:
    """Register `work`; its arguments are ids and plain values, and it is safe to run twice."""
    tasks[_name(work)] = work
    return work


def periodic(work: W) -> W:
    """Register `work` to run every minute (UTC); it is safe when two schedulers run."""
    periodic_tasks[_name(work)] = work
    return work


def nightly(at: str) -> Callable[[W], W]:
    """Register `work` to run once from `at` on ("03:00", "Sun 04:00"; UTC), not when newborn.

    What fails, is killed, or returns False is due again in a minute; one worker at a time.
    """

    def register(work: W) -> W:
        @wraps(work)
        def once() -> None:
            name, began = _name(work).removeprefix("crm_app."), monotonic()
            ran = f"ran {name}"[:40]

            def is_owed() -> bool:
                with transaction() as session:
                    born = session.get_one(house.House, 1).born_at
                    return bool(house.owed(at, born, house.last_beat(session, ran)))

            if not is_owed():
                return
            # The connection's lock, in no transaction: the work may be long; it ends with a kill.
            with psycopg.connect(dsn(), autocommit=True, connect_timeout=5) as alone:
                is_mine = alone.execute(_ALONE, [name]).fetchone() == (True,)
                if is_mine and is_owed() and work() is not False:
                    with transaction() as session:
                        house.beat(session, ran, clock.wall(), f"{monotonic() - began:.1f} s, ")

        nights[_name(work)] = at
        periodic(once)
        return work

    return register


def take_turns(rung: Event, places: Sequence[Lock], work: Callable[[], object]) -> None:
    """Do `work` unless as many threads are at it as there are places; one then does it once more.

    So no bell is missed, and the worker's other threads stay free.
    """
    rung.set()
    for place in places:
        while rung.is_set() and place.acquire(blocking=False):
            try:
                rung.clear()
                work()
            finally:
                place.release()


def _run(name: str, *args: object) -> None:
    """Run the registered task `name` under an id of its own in the logs."""
    logs.context_id.set(uuid4().hex[:12])
    if name in tasks:
        tasks[name](*args)
        return
    began, ended, has_worked = monotonic(), "failed: look into logs/worker.log", False
    try:
        has_worked = periodic_tasks[name]() is True
        ended = ""
    finally:
        _note(name, f"{monotonic() - began:.1f} s, {ended}", has_worked=has_worked)


def _note(name: str, how: str, *, has_worked: bool) -> None:
    """Note for /admin/schedule how a periodic job went; without a database it is only logged.

    One that looks each minute, and seldom has something to do, returns True when it had.
    """
    try:
        with transaction() as session:
            for kind in ["job", "ran"][: 1 + has_worked]:
                called = f"{kind} {name.removeprefix('crm_app.')}"[:40]
                house.beat(session, called, clock.wall(), how)
    except (SQLAlchemyError, psycopg.Error, CrmError) as problem:
        logger.warning("a job could not be noted: %s", type(problem).__name__)


def ring(work: Work, *args: object) -> None:
    """Wake a worker for `work(*args)`; best effort, returns at once and never fails a request.

    Call it after the commit. A bell that was not heard costs at most the minute until the sweep.
    """
    if is_immediate:
        _run(_name(work), *args)
    else:
        _bell.submit(_enqueue, _name(work), *args)


def _enqueue(name: str, *args: object) -> None:
    try:
        _registered()[name](*args)
    except (psycopg.Error, RedisError, OSError) as problem:
        logger.warning("the bell did not ring: %s", type(problem).__name__)


def _connect() -> psycopg.Connection[Any]:
    # A schema of its own: in `public`, `alembic check` would want to drop Huey's tables.
    return psycopg.connect(dsn(), options="-c search_path=queue", connect_timeout=5)


@cache
def huey() -> Huey:
    """Return the queue: Redis when REDIS_URL is set, else PostgreSQL (schema `queue`)."""
    url = settings().redis_url.get_secret_value()
    if url:
        return RedisHuey("crm", url=url, results=False)
    with psycopg.connect(dsn(), autocommit=True, connect_timeout=5) as connection:
        connection.execute("create schema if not exists queue")
    return PostgresHuey("crm", connection=_connect, results=False)


@cache
def _registered() -> dict[str, Callable[..., object]]:
    return {name: huey().task(name=name)(partial(_run, name)) for name in [*tasks, *periodic_tasks]}


def consume_periodically() -> None:
    """Add the every-minute schedule to the queue, and ring for each; the worker's start calls it.

    Otherwise what a killed worker had begun would lie there until the next minute.
    """
    _registered()
    for name, work in periodic_tasks.items():
        every_minute = huey().periodic_task(crontab(minute="*"), name=f"every minute: {name}")
        every_minute(partial(_run, name))
        ring(work)
