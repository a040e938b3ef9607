"""What the Huey consumer runs: every module's tasks. Never imports reflex."""

import importlib
import logging
from pathlib import Path
from threading import Event, Thread

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from crm_app import logs, queue
from crm_app.errors import CrmError
from crm_app.openphone import tasks

BEAT_SECONDS, SHORTEST_SECONDS = 5.0, 0.25
WORKERS = 6  # threads that mostly wait: two send, one reconciles, one fetches files, two apply
logger = logging.getLogger(__name__)
_HERE = Path(__file__).parent

for _file in sorted(_HERE.glob("*/tasks.py")):
    importlib.import_module(f"crm_app.{_file.parent.name}.tasks")


def run() -> None:
    """Run tasks and the scheduler until SIGTERM; tasks that are running then may end."""
    logs.set_up()
    queue.consume_periodically()
    Thread(target=keep_beating, args=(Event(),), name="heartbeat", daemon=True).start()
    queue.huey().create_consumer(workers=WORKERS, graceful_signal="TERM", shutdown_timeout=8).run()


def keep_beating(stop: Event) -> None:
    """Beat, and ring when a text comes due, until `stop` is set; a database away is only logged."""
    while not stop.is_set():
        pause = BEAT_SECONDS
        try:
            tasks.beat("worker")
            due = tasks.seconds_to_next()
            pause = BEAT_SECONDS if due is None else min(max(due, SHORTEST_SECONDS), BEAT_SECONDS)
        except (SQLAlchemyError, psycopg.Error, CrmError) as problem:
            logger.warning("no heartbeat: %s", type(problem).__name__)
        if not stop.wait(pause) and pause < BEAT_SECONDS:
            queue.ring(tasks.send_outbox)
