"""Logs: JSON lines with a request or task id, without numbers, texts, keys or cookies."""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from typing import Any

from crm_app.clock import wall

context_id: ContextVar[str] = ContextVar("context_id", default="")
_SECRETS = [
    (re.compile(r"DETAIL:.*", re.DOTALL), "DETAIL: ***"),
    # Headers that hold a secret have several parts: the rest of the line goes.
    (re.compile(r"(?i)(cookie|authorization|signature)(['\"]?\s*[:=]).*"), r"\1\2 ***"),
    (re.compile(r"(?i)(token|password|secret|session|link|key)(['\"]?\s*[:=]\s*)\S+"), r"\1\2***"),
    (re.compile(r"(\w://)[^\s/@]*@"), r"\1***@"),
    (re.compile(r"whsec_\S+"), "[key]"),
    (re.compile(r"\+\d{7,15}|(?<!\d)1?[\s.(-]*\d{3}[\s.)-]*\d{3}[\s.-]*\d{4}(?!\d)"), "[number]"),
]
# Reflex warns with whole payloads, httpx and granian with whole addresses: only their errors.
# engineio and socketio give a logger without a level a handler of their own, past ours.
_QUIET = "reflex reflex_base httpx httpcore _granian granian.access alembic huey watchfiles"
_QUIETER = "engineio engineio.server socketio socketio.server sqlalchemy.engine"
# Their errors quote what a browser sent: the type of the error and its place must do.
_QUOTING = ("reflex", "reflex_base", "engineio", "socketio")
_LEFT_OUT = "an error; its words are left out, they may hold what somebody sent"


def redact(line: str) -> str:
    """Return `line` without phone numbers, keys, cookies and database details."""
    for pattern, instead in _SECRETS:
        line = pattern.sub(instead, line)
    return line


class JsonLines(logging.Formatter):
    """Format a record as one JSON object without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        is_quoting = record.name.partition(".")[0] in _QUOTING
        entry: dict[str, Any] = {
            "at": wall().isoformat(timespec="milliseconds"), "level": record.levelname.lower(),
            "name": record.name, "id": context_id.get(),
            "text": _LEFT_OUT if is_quoting else redact(record.getMessage()),
        }  # fmt: skip
        if record.exc_info and record.exc_info[0]:
            # The message of an exception may hold a text; its type and its place do not.
            where = traceback.extract_tb(record.exc_info[2])
            entry["error"] = record.exc_info[0].__name__
            entry["where"] = [f"{f.filename}:{f.lineno} {f.name}" for f in where[-8:]]
        return json.dumps(entry)


def set_up() -> None:
    """Send every log of this process to stderr as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in f"{_QUIET} {_QUIETER}".split():
        logging.getLogger(name).setLevel(logging.ERROR)
