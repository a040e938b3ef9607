"""`doctor`: looks at each part and says ok, or what to do."""

import argparse
import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from crm_app.admin.queries import health
from crm_app.db import transaction
from crm_app.errors import CrmError
from crm_app.run import frontend
from crm_app.run.database import database, only_run
from crm_app.run.supervisor import check_port
from crm_app.settings import settings
from crm_app.terminal import show

ADVICE = {
    "migrations": "Run `make migrate`.",
    "queue": "Start the worker once: `make run`.",
    "worker": "It does not run, or hangs: `make run`; its log is logs/worker.log in DATA_DIR.",
    "provider": "See the banner and /admin; the account at OpenPhone needs a person.",
    "last_webhook": "Set OPENPHONE_WEBHOOK_KEYS to the signing key that OpenPhone shows.",
}
Report = list[dict[str, object]]


def command(args: list[str]) -> int:
    """Check every part; 0 when all are well, else 1. `--json` is one line of JSON on stdout."""
    parser = argparse.ArgumentParser(prog="crm_app doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--only", metavar="PART", help="this part alone, for health checks")
    given = parser.parse_args(args)
    report: Report = []
    for name, look in _LOOKS.items():
        if given.only in (None, name):
            _note(report, name, look)
    if given.only not in _LOOKS and all(p["ok"] for p in report if p["part"] == "settings"):
        _note_running_parts(report)
    report = [part for part in report if given.only in (None, part["part"])]
    show(json.dumps(report) if given.json else "\n".join(_line(part) for part in report))
    return 0 if report and all(part["ok"] for part in report) else 1


def _note(report: Report, name: str, look: Callable[[], str]) -> None:
    """Add a part; what goes wrong is a CrmError whose sentence says what to do."""
    try:
        report.append({"part": name, "ok": True, "detail": look(), "do": ""})
    except CrmError as problem:
        report.append({"part": name, "ok": False, "detail": "not well", "do": str(problem)})


def _note_running_parts(report: Report) -> None:
    """Add what `/health` looks at, on the database that runs or is started for the moment."""
    try:
        with database(), transaction() as session:
            parts = health(session)
    except (CrmError, SQLAlchemyError) as problem:
        advice = str(problem) if isinstance(problem, CrmError) else "Check DATABASE_URL."
        report.append({"part": "database", "ok": False, "detail": "no answer", "do": advice})
        return
    for part in parts:
        advice = "" if part.is_ok else ADVICE.get(part.name, "See /admin.")
        report.append({"part": part.name, "ok": part.is_ok, "detail": part.detail, "do": advice})


def _line(part: dict[str, object]) -> str:
    mark = "ok  " if part["ok"] else "NO  "
    return f"{mark}{part['part']!s:<17}{part['detail']}" + (f": {part['do']}" if part["do"] else "")


def _python() -> str:
    return sys.version.split()[0]  # an older one does not get here


def _settings() -> str:
    kind = "sandbox" if settings().is_sandbox else "live"
    return f"{kind}, data in {settings().data_path}, provider {settings().provider_url}"


def _node() -> str:
    node = shutil.which("node", path=str(frontend.BIN)) or shutil.which("node")
    if node is None:
        raise CrmError("Node is missing. `make run` installs it into the venv.")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _front_end() -> str:
    if not frontend.is_built():
        raise CrmError("It is missing or older than the code. `make run` builds it.")
    return "built from this code"


def _port() -> str:
    try:
        with only_run(settings().data_path):
            check_port(settings().port)
    except FileNotFoundError:  # no data folder yet, so no run
        check_port(settings().port)
    except CrmError as problem:
        if str(problem).startswith("Already running"):
            return f"{settings().port}, ours"
        raise
    return f"{settings().port} is free"


def _web() -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings().port}/health", timeout=5):
            return "healthy"
    except urllib.error.HTTPError:
        return "answers, and says that a part is ill"
    except OSError:
        raise CrmError("It does not run: `make run`; its log is logs/web.log.") from None


_LOOKS = {
    "python": _python,
    "settings": _settings,
    "node": _node,
    "front_end": _front_end,
    "port": _port,
    "web": _web,
}
