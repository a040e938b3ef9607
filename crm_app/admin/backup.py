"""Backup, restore and reset: the whole database, by the wheel's own pg_dump and psql."""

import argparse
import os
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import inspect, text

from crm_app.db import dsn, engine
from crm_app.errors import CrmError
from crm_app.migrations import migrate
from crm_app.run import pgtools
from crm_app.run.database import only_run
from crm_app.settings import settings
from crm_app.terminal import say

EMPTY = "drop schema if exists queue cascade; drop schema public cascade; create schema public;\n"
# What a sandbox keeps beside its database: files, Reflex's states, the pretend world's memory.
BESIDE = ("imports", "media", "reflex/states", "sandbox.sqlite*")


def backup(args: list[str]) -> int:
    """Save the database to a file that only its owner may read."""
    parser = argparse.ArgumentParser(prog="crm_app backup")
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args(args).file
    part = file.with_name(file.name + ".part")
    try:
        with _private(part) as out:
            _run("pg_dump", "--format=custom", *_BARE, out=out)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    say(f"Saved to {file} ({file.stat().st_size:,} bytes).")
    return 0


def restore(args: list[str]) -> int:
    """Replace the database by a saved one, wholly or not at all; then bring it up to date."""
    parser = argparse.ArgumentParser(prog="crm_app restore")
    parser.add_argument("file", type=Path)
    parser.add_argument("--yes", action="store_true", help="also on a live system")
    asked = parser.parse_args(args)
    if not asked.file.is_file():
        raise CrmError(f"There is no file {asked.file}.")
    if not settings().is_sandbox and not asked.yes:
        raise CrmError("This is a live system: what is in it would be gone. Add --yes if so.")
    script = settings().data_path / "restore.sql"
    with only_run(settings().data_path):
        _refuse_while_used()
        try:
            with _private(script) as out, asked.file.open("rb") as saved:
                out.write(EMPTY.encode())
                out.flush()
                _run("pg_restore", "--file=-", *_BARE, stdin=saved, out=out, connects=False)
                out.write(_other_mode_fails().encode())
            with script.open("rb") as commands:
                _run("psql", *_STRICT, stdin=commands)
        finally:
            script.unlink(missing_ok=True)
        migrate()
    say(f"Restored from {asked.file}.")
    return 0


def reset(args: list[str]) -> int:
    """Empty a sandbox; refused for anything that is or was live, and while it runs."""
    argparse.ArgumentParser(prog="crm_app reset").parse_args(args)
    if not settings().is_sandbox:
        raise CrmError("This is a live system; only a sandbox can be reset.")
    with only_run(settings().data_path):
        _refuse_while_used()
        with engine().begin() as connection:
            if inspect(connection).has_table("house"):
                mode = connection.execute(text("select mode from house")).scalar()
                if mode == "live":
                    raise CrmError("This database was born live; only a sandbox can be reset.")
            connection.execute(text(EMPTY))
        engine().dispose()
        for path in [p for name in BESIDE for p in settings().data_path.glob(name)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("The sandbox is empty. `make run` fills it again.")
    return 0


_BARE = ("--no-owner", "--no-privileges")
_STRICT = ("-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null")


def _private(file: Path) -> BinaryIO:
    return open(file, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


def _other_mode_fails() -> str:
    """Return SQL that fails when what was restored was born in the other mode."""
    mode = "sandbox" if settings().is_sandbox else "live"
    return (
        f"do $$ begin if exists (select 1 from public.house where mode <> '{mode}') then"
        f" raise exception 'it was not born {mode}; real and pretend never meet'; end if; end $$;\n"
    )


def _refuse_while_used() -> None:
    """Raise CrmError when another program is connected to the database."""
    engine().dispose()
    with engine().connect() as connection:
        others = connection.execute(
            text(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and backend_type is distinct from 'autovacuum worker'"
            )
        ).scalar_one()
    engine().dispose()
    if others:
        raise CrmError("The database is in use. Stop the program (web, worker, commands) first.")


def _run(
    name: str,
    *arguments: str,
    out: BinaryIO | None = None,
    stdin: BinaryIO | None = None,
    connects: bool = True,
) -> None:
    """Run a program of the wheel on our database; the password is not seen in `ps`."""
    where = {name: str(value) for name, value in conninfo_to_dict(dsn()).items()}
    environment = os.environ | {"PGPASSWORD": where.pop("password", "")}
    command = [str(pgtools.program(name, settings().data_path)), *arguments]
    if connects:
        command += ["-d", make_conninfo(**where)]
    done = subprocess.run(
        command, stdin=stdin, stdout=out, stderr=subprocess.PIPE, env=environment, check=False
    )
    if done.returncode:
        raise CrmError(f"{name} failed, and nothing was changed: {done.stderr.decode().strip()}")
