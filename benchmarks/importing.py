"""Import: rows a second by the command's own path, beside a bare COPY of the same parsed rows."""

import csv
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.figures import Figure, beside
from benchmarks.households import write_file
from crm_app import db, migrations
from crm_app.imports.commands import import_file
from crm_app.settings import Settings, settings


def measure(server: str, folder: Path, rows: int, runs: int) -> list[Figure]:
    """Import a file of so many rows into new databases of `server` (an address with `{}`)."""
    path = folder / f"{rows} houses.csv"
    write_file(path, rows)
    ours, again, bare = [], [], []
    with own_settings(SANDBOX="1", DATA_DIR=str(folder / "import")) as use:
        admin(server, "create database bench_template")
        use(server.format("bench_template"))
        migrations.migrate()
        for _ in range(runs):
            use("")
            admin(server, "create database bench_run template bench_template")
            use(server.format("bench_run"))
            ours.append(rows / _seconds(lambda: _whole(path, rows, "created")))
            again.append(rows / _seconds(lambda: _whole(path, rows, "unchanged")))
            bare.append(rows / _bare_copy(server.format("bench_run"), path))
            use("")
            admin(server, "drop database bench_run with (force)")
    admin(server, "drop database bench_template with (force)")
    name = "COPY of the parsed rows into a flat table"
    return [
        beside(f"import of {rows:,} new rows", ours, name, bare, "rows/s"),
        beside(f"the same {rows:,} rows again", again, name, bare, "rows/s"),
    ]


def _whole(path: Path, rows: int, verdict: str) -> None:
    found = import_file(path, "Bench")["properties"]
    if found[verdict] != rows:
        raise SystemExit(f"{rows} rows should be {verdict}, and they are {found}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _bare_copy(dsn: str, path: Path) -> float:
    """Return the seconds that COPY takes for rows that are parsed already, commit and all."""
    header, *rows = csv.reader(path.open(encoding="utf-8"))
    with psycopg.connect(dsn) as connection:
        columns = ", ".join(f"c{n} text" for n in range(len(header)))
        connection.execute(f"create table flat ({columns})".encode())
        connection.commit()
        return _seconds(lambda: _copy(connection, rows))


def _copy(connection: psycopg.Connection, rows: Sequence[Sequence[str]]) -> None:
    with connection.cursor().copy("copy flat from stdin") as copy:
        for row in rows:
            copy.write_row(row)
    connection.commit()


def admin(server: str, statement: str) -> None:
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def own_settings(**values: str) -> Iterator[Callable[[str], None]]:
    """Give this process settings of its own for the block; yields how to change the database."""

    def use(dsn: str) -> None:
        if db.engine.cache_info().currsize:
            db.engine().dispose()
        db.engine.cache_clear()
        os.environ["DATABASE_URL"] = dsn
        settings.cache_clear()

    before = dict(os.environ)
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.update(values)
    try:
        yield use
    finally:
        use("")
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
