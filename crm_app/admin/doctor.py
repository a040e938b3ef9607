"""`doctor`: looks at each part and says ok, or what to do."""

import argparse
import json

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
    found = [part for part in _looked() if given.only in (None, part.name)]
    rows, lines = [], []
    for part in found:
        do = "" if part.is_ok else part.do
        rows.append({"part": part.name, "ok": part.is_ok, "detail": part.detail, "do": do})
        told = f"{part.detail}. {do}" if do else part.detail
        lines.append(f"{'ok' if part.is_ok else 'NO':<4}{part.name:<17}{told}")
    show(json.dumps(rows) if given.json else "\n".join(lines))
    return 0 if found and all(part.is_ok for part in found) else 1


def _looked() -> list[Part]:
    """Return every part; the database is the one that runs, or is started for the moment."""
    try:
        ours = settings()
    except CrmError as problem:
        return [Part("settings", False, "not well", str(problem))]
    kind, build = "sandbox" if ours.is_sandbox else "live", frontend.is_built()
    where = f"{kind}, data in {ours.data_path}, provider {ours.provider_url}"
    status, _ = supervisor.health(ours.port)
    return [
        Part("settings", True, where),
        Part("front_end", build, "from this code" if build else "none, or older than the code",
             "`make run` builds it."),
        Part("web", status in (200, 503), f"answers {status}" if status else "does not answer",
             "`make run`; its log is logs/web.log in DATA_DIR."),
        *_in_database(),
    ]  # fmt: skip


def _in_database() -> list[Part]:
    """Return what `/health` looks at."""
    try:
        with database(), transaction() as session:
            return health(session)
    except CrmError as problem:
        return [Part("database", False, "no answer", str(problem))]
    except SQLAlchemyError:
        return [Part("database", False, "no answer", "Check DATABASE_URL; `make migrate`.")]
