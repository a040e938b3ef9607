"""The owner's commands: `backup`, `restore` of the whole database; `doctor`."""

import argparse
import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from psycopg.pq import Conninfo
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from crm_app import clock
from crm_app.admin.queries import Part, health
from crm_app.conversations.optout import opt_out
from crm_app.db import dsn, engine, transaction
from crm_app.errors import CrmError, ProviderError
from crm_app.migrations import migrate
from crm_app.run import frontend, postgres, supervisor
from crm_app.run.database import database, only_run
from crm_app.settings import NOWHERE, settings
from crm_app.subscriptions.tasks import look
from crm_app.terminal import say, show

KEPT = 14  # nights
EMPTY = "drop schema if exists queue cascade; drop schema public cascade; create schema public"
OTHER_MODE_FAILS = (
    "do $$ begin if exists (select 1 from public.house where mode <> '{mode}') then"
    " raise exception 'it was not born {mode}; real and pretend never meet'; end if; end $$"
)


def backup(args: list[str]) -> int:
    """Save the database to a file that only its owner may read; without one, as each night."""
    parser = argparse.ArgumentParser(prog="crm_app backup")
    parser.add_argument("file", type=Path, nargs="?")
    file = save(parser.parse_args(args).file)
    say(f"Saved to {file} ({file.stat().st_size:,} bytes).")
    return 0


def save(file: Path | None = None) -> Path:
    """Save the database, read the copy to its end, and return its file: `backups/` by the day.

    Raises CrmError; then the file is as it was. Of `backups/` the newest 14 are kept.
    """
    folder = settings().data_path / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = file or folder / f"{clock.wall():%Y-%m-%d}.dump"
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)  # a foreign one may be open to others
    _run("pg_dump", "--format=custom", f"--file={part}")
    _run("pg_restore", f"--file={os.devnull}", str(part))
    part.replace(file)
    for old in sorted(folder.glob("*.dump"))[:-KEPT]:
        old.unlink()
    return file


def restore(args: list[str]) -> int:
    """Replace the database by a saved one, wholly or not at all; then bring it up to date."""
    parser = argparse.ArgumentParser(prog="crm_app restore")
    parser.add_argument("file", type=Path)
    parser.add_argument("--yes", action="store_true", help="also on a live system")
    asked = parser.parse_args(args)
    if not settings().is_sandbox and not asked.yes:
        raise CrmError("This is a live system: what is in it would be gone. Add --yes if so.")
    mode = "sandbox" if settings().is_sandbox else "live"
    data_path = settings().data_path
    with only_run(data_path), TemporaryDirectory(dir=data_path) as folder:
        refuse_while_used()
        stops = _opt_outs()
        script = f"{folder}/restore.sql"
        _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(asked.file))
        strict = ("-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull)
        steps = ("-c", EMPTY, "-f", script, "-c", OTHER_MODE_FAILS.format(mode=mode))
        _run("psql", *strict, *steps)
        migrate()
        with transaction() as session:  # an older backup frees nobody who said stop since
            for e164, because, at in stops:
                opt_out(session, e164, source="person", because=because, at=at)
    say(f"Restored from {asked.file}; {len(stops):,} opt-outs of before are kept.")
    return 0


def _opt_outs() -> list[Any]:
    """Return the opt-outs in force (number, their words, when) of the database as it is."""
    with transaction() as session:
        if session.execute(text("select to_regclass('public.suppression')")).scalar() is None:
            return []
        kept = "select e164, because, at from suppression where lifted_at is null order by at"
        return list(session.execute(text(kept)))


def doctor(args: list[str]) -> int:
    """Check every part; 0 when all are well, else 1. `--json` is one line of JSON on stdout."""
    parser = argparse.ArgumentParser(prog="crm_app doctor")
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


def refuse_while_used() -> None:
    """Raise CrmError when another program is connected to the database."""
    others = (
        "select count(*) from pg_stat_activity where datname = current_database() and pid <>"
        " pg_backend_pid() and backend_type is distinct from 'autovacuum worker'"
    )
    engine().dispose()  # our own that are idle
    with engine().connect() as connection:
        if connection.execute(text(others)).scalar_one():
            raise CrmError("The database is in use. Stop web, worker and commands first.")


def _run(name: str, *arguments: str) -> None:
    """Run a program of the wheel on our database; the password is not seen in `ps`."""
    told = Conninfo.parse(dsn().encode())
    where = {each.envvar.decode(): each.val.decode() for each in told if each.envvar and each.val}
    command = [str(postgres.program(name, settings().data_path)), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | where, umask=0o077, check=False
    )
    if done.returncode:
        raise CrmError(f"{name} failed, and nothing was changed: {done.stderr.strip()}")


def _looked() -> list[Part]:
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
    try:
        with database():
            with suppress(CrmError, ProviderError):  # the look notes why it could not
                if settings().provider_url != NOWHERE:
                    look()
            with transaction() as session:
                return health(session)
    except CrmError as problem:
        return [Part("database", False, "no answer", str(problem))]
    except SQLAlchemyError:
        return [Part("database", False, "no answer", "Check DATABASE_URL; `make migrate`.")]
