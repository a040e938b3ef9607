"""Import and undo by the worker's own path, beside COPY of the same rows, and beside its peers."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks import peers
from benchmarks.figures import Figure, beside, spread
from benchmarks.households import write_file
from crm_app import db, migrations
from crm_app.settings import ROOT, Settings, settings


def measure(
    server: str, folder: Path, households: int, runs: int, *, slow_ones: bool
) -> Iterator[Figure]:
    """Import and undo a file of so many households on new databases of `server` (it has `{}`).

    `slow_ones`: the peers take the whole file, too; else their rate of before is what they have.
    """
    path = folder / f"{households} households.csv"
    write_file(path, households)
    found, bare = list[dict[str, Any]](), list[float]()
    with (
        own_settings(SANDBOX="1", DATA_DIR=str(folder / "import")) as use,
        _database(server, "bench_template", use),
    ):
        migrations.migrate()
        use("")
        for _ in range(runs):
            with _database(server, "bench_run", use, "bench_template"):
                found.append(_in_a_process(path))
                bare.append(_bare_copy(server.format("bench_run"), path))
        took = [one["seconds"] for one in found]
        yield Figure(f"{households:,} households, from bytes to applied", spread(took, "s"),
                     aim={5_000: "< 1.5 s", 100_000: "< 25 s"}.get(households, ""))  # fmt: skip
        yield Figure("of it, in seconds", _parts(found))
        memory = [one["memory"] for one in found]
        yield Figure("memory of the process, at most", spread(memory, "MB"), aim="< 300 MB")
        undone = [one["undoing"] for one in found]
        yield Figure("the undo of it", spread(undone, "s"), aim="< 15 s")
        if slow_ones or not _rates:
            for option in peers.OPTIONS:
                with _database(server, "bench_peer", use):
                    seconds = peers.import_export(
                        peers.django(folder), option, path, server.format("bench_peer")
                    )
                _rates[f"django-import-export, {option}"] = households / seconds
            with _database(server, "bench_run", use, "bench_template"):
                _rates["look up, then add, by SQLAlchemy"] = households / peers.loop(path)
    ours = [households / seconds for seconds in took]
    copied = [households / seconds for seconds in bare]
    name = "COPY of the parsed rows into a flat table"
    yield beside(f"households a second of {households:,}", ours, name, copied, "/s")
    best = max((name for name in _rates if "django" in name), key=lambda name: _rates[name])
    rate_of = "" if slow_ones else ", at its rate with fewer"
    for name, rate in _rates.items():
        yield beside(f"households a second of {households:,}", ours, name + rate_of, [rate], "/s",
                     "≥ × 10" if name == best else "")  # fmt: skip


_rates = dict[str, float]()  # of the peers: households a second


def _parts(found: list[dict[str, Any]]) -> str:
    """Say where the time went, by the medians; what is left of reading is COPY and JSON."""
    took = {key: median(one[key] for one in found) for key in found[0] if key != "counts"}
    took["copied"] = took["reading"] - took["parse"] - took["normalise"]
    names = ("uploaded", "parse", "normalise", "copied", "planning", "applying")
    return ", ".join(f"{name} {took[name]:.2f}" for name in names)


def _in_a_process(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_import", path],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@contextmanager
def _database(
    server: str, name: str, use: Callable[[str], None], template: str = "template1"
) -> Iterator[None]:
    use("")
    admin(server, f"create database {name} template {template}")
    use(server.format(name))
    try:
        yield
    finally:
        use("")
        admin(server, f"drop database {name} with (force)")


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
