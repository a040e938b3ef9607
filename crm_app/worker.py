"""What the Huey consumer runs: every module's tasks. Never imports reflex."""

import importlib
import logging
from pathlib import Path
from threading import Event, Thread

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from crm_app.errors import CrmError
from crm_app.openphone import tasks

BEAT_SECONDS = 5.0
logger = logging.getLogger(__name__)
_HERE = Path(__file__).parent

for _file in sorted(_HERE.glob("*/tasks.py")):
    importlib.import_module(f"crm_app.{_file.parent.name}.tasks")


def on_start() -> None:
    """Beat every five seconds as long as this process lives; the worker command calls it once."""
    Thread(target=keep_beating, args=(Event(),), name="heartbeat", daemon=True).start()


def keep_beating(stop: Event) -> None:
    """Beat until `stop` is set; a database that is away is told in the log and tried again."""
    while not stop.is_set():
        try:
            tasks.beat()
        except (SQLAlchemyError, psycopg.Error, CrmError) as problem:
            logger.warning("no heartbeat: %s", type(problem).__name__)
        stop.wait(BEAT_SECONDS)
