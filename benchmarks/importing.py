"""Import: rows a second by the command's own path, beside a bare COPY of the same parsed rows."""

import csv
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.figures import Figure, beside
from crm_app import db, migrations
from crm_app.imports.commands import import_file
from crm_app.settings import ROOT, Settings, settings

SAMPLE = ROOT / "tests" / "data" / "propertyradar_sample.csv"
FIRST = ["Margery", "Desmond", "Rupert", "Ida", "Otis", "Lenora", "Faith", "Ezra", "Seamus", "June"]
LAST = [
    start + end
    for start in ("Til", "Pen", "Quar", "Brim", "Har", "Whit", "Stan", "Ash")
    for end in ("lotson", "haligon", "combe", "tree", "worth", "dishe", "downe", "ridge")
]
TOWNS = [("QUINCY", "02169"), ("BRAINTREE", "02184"), ("WEYMOUTH", "02190"), ("SALEM", "01970")]
AREAS = (617, 781, 857, 508, 339, 774, 978, 401)


def write_file(path: Path, rows: int) -> None:
    """Write a PropertyRadar export of so many invented houses, every second one with two owners."""
    header = next(csv.reader(SAMPLE.open(encoding="utf-8-sig")))
    chance, numbers = random.Random(1), _numbers()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        for n in range(rows):
            (town, zip5), last = chance.choice(TOWNS), chance.choice(LAST)
            street = f"{n % 400 + 1} {chance.choice(LAST)}{n // 400} ST".upper()
            row = {
                "Type": "SFR", "Address": street, "City": town, "ZIP": zip5,
                "Longitude": "-71.002301", "Latitude": "42.251107", "APN": f"{town[:4]}-{n:07}",
                "Yr Built": 1900 + n % 100, "Purchase Date": "2004-06-18", "Sq Ft": 900 + n % 2000,
                "Beds": 3, "Baths": "2.5", "Est Value": 400_000 + n, "Est Equity $": 200_000,
                "Owner": last.upper(), "Mail Address": street, "Mail City": town,
                "Mail State": "MA", "Mail ZIP": zip5, "Owner Occ?": 1, "Listed for Sale?": 0,
                "Foreclosure?": 0, "Est Equity %": 50, "High Equity?": 1,
            }  # fmt: skip
            for who in ("Primary", "Secondary")[: 1 + n % 2]:
                name = f"{chance.choice(FIRST)} {last}"
                row |= {
                    f"{who} Name": name.upper(), f"{who} Mobile Phone1": next(numbers),
                    f"{who} Mobile 1 Status": "Active", f"{who} Email 1 Status": "Active",
                    f"{who} Email1": f"{name.replace(' ', '.')}{n}@example.com".lower(),
                }  # fmt: skip
            writer.writerow(row)


def _numbers() -> Iterator[str]:
    """Yield numbers that could exist: nothing here can text them."""
    for n in range(8 * 700 * 10_000):
        k = n // len(AREAS)
        yield f"{AREAS[n % len(AREAS)]}-{200 + k // 10_000}-{k % 10_000:04}"


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
