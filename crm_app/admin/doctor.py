"""`doctor`: looks at each part and says ok, or what to do."""

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from crm_app.admin.queries import Part, health
from crm_app.db import transaction
from crm_app.errors import CrmError
from crm_app.run import frontend, supervisor
from crm_app.run.database import database
from crm_app.settings import settings
from crm_app.terminal import show


def command(args: list[str]) -> int:
    """Check every part; 0 when all are well, else 1. `--json` is one line of JSON on stdout."""
    parser = argparse.ArgumentParser(prog="crm_app doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--only", metavar="PART", help="this part alone, for health checks")
    given = parser.parse_args(args)
    looks = {"settings": _settings, "node": _node, "front_end": _front_end, "web": _web}
    found = [_looked(name, look) for name, look in looks.items() if given.only in (None, name)]
    if given.only not in looks and all(part.is_ok for part in found if part.name == "settings"):
        found += [part for part in _in_database() if given.only in (None, part.name)]
    rows, lines = [], []
    for part in found:
        do = "" if part.is_ok else part.do
        rows.append({"part": part.name, "ok": part.is_ok, "detail": part.detail, "do": do})
        told = f"{part.detail}. {do}" if do else part.detail
        lines.append(f"{'ok' if part.is_ok else 'NO':<4}{part.name:<17}{told}")
    show(json.dumps(rows) if given.json else "\n".join(lines))
    return 0 if found and all(part.is_ok for part in found) else 1


def _looked(name: str, look: Callable[[], str]) -> Part:
    """Return a part; what goes wrong is a CrmError whose sentence says what to do."""
    try:
        return Part(name, True, look())
    except CrmError as problem:
        return Part(name, False, "not well", str(problem))


def _in_database() -> list[Part]:
    """Return what `/health` looks at, on the database that runs or is started for the moment."""
    try:
        with database(), transaction() as session:
            return health(session)
    except CrmError as problem:
        return [Part("database", False, "no answer", str(problem))]
    except SQLAlchemyError:
        return [Part("database", False, "no answer", "Check DATABASE_URL; `make migrate`.")]


def _settings() -> str:
    kind = "sandbox" if settings().is_sandbox else "live"
    return f"{kind}, data in {settings().data_path}, provider {settings().provider_url}"


def _node() -> str:
    node = shutil.which("node", path=frontend.environment()["PATH"])
    if node is None:
        raise CrmError("Node is missing. `make run` installs it into the venv.")
    return subprocess.check_output([node, "--version"], text=True).strip()


def _front_end() -> str:
    if not frontend.is_built():
        raise CrmError("It is missing or older than the code. `make run` builds it.")
    return "built from this code"


def _web() -> str:
    status, _ = supervisor.health(settings().port)
    if status in (200, 503):
        return "healthy" if status == 200 else "answers, and says that a part is ill"
    supervisor.check_port(settings().port)
    raise CrmError("It does not run: `make run`; its log is logs/web.log.")
