"""All history imported from the pretend OpenPhone: texts a second beside what its limit allows."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from benchmarks.figures import Figure, beside
from benchmarks.importing import admin, own_settings
from crm_app import clock, db, house, migrations
from crm_app.reconciliation import actions, listing, tasks
from crm_app.reconciliation.models import Reconciliation, RunState
from tests.sandbox.conftest import Place

# Conversations, texts: of a usual run by either way, and of the whole (`--large`).
LIST, WALK, WHOLE = (700, 6_000), (150, 1_275), (7_000, 60_000)
YEARS = timedelta(days=3 * 365).total_seconds()
SAID = ("Water in the cellar again", "Can you come on Tuesday?", "Ok", "What would that cost?",
        "Thank you", "STOP", "Yes please, in the morning", "Who is this?")  # fmt: skip
ROW = (
    "INSERT INTO message (id, origin, direction, people, text, media, status, created, updated,"
    " arrived, wall) VALUES (?, 'phone', ?, ?, ?, '[]', ?, ?, ?, ?, ?)"
)


def fill(path: Path, people: int, texts: int) -> None:
    """Let so many people have written and been written to, over three years."""
    chance, now = random.Random(1), time.time()
    at = sorted(now - 3600 - YEARS * chance.random() for _ in range(texts))
    rows = list[tuple[Any, ...]]()
    for n, when in enumerate(at):
        who = n if n < people else chance.randrange(people)
        is_ours = n >= people and chance.random() < 0.5
        words = "Attack-a-Crack here, we can come." if is_ours else chance.choice(SAID)
        told = ("outgoing", "delivered") if is_ours else ("incoming", "received")
        rows.append((f"AC{n}", told[0], f"+1978{2_000_000 + who}", words, told[1], *[when] * 4))
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(ROW, rows)


def measure(server: str, folder: Path, *, large: bool) -> Iterator[Figure]:
    """Import by the dated API's list, then by v1's conversations."""
    folder.mkdir()
    place = Place(folder, "http://127.0.0.1:9")
    try:
        for name, sizes in (("list", WHOLE if large else LIST), ("walk", WALK)):
            place.http.post("/__sandbox/reset")
            place.put("switches", answers=0, dated_api=name == "list")
            fill(place.state, *sizes)
            yield from _import(server, str(folder / name), place, name, sizes)
    finally:
        place.end()


def _import(
    server: str, folder: str, place: Place, name: str, sizes: tuple[int, int]
) -> Iterator[Figure]:
    requests, waited = [0], listing.take_slot
    with own_settings(SANDBOX="1", DATA_DIR=folder, OPENPHONE_BASE_URL=place.url) as use:
        admin(server, "create database bench_history")
        use(server.format("bench_history"))
        try:
            migrations.migrate()
            with db.transaction() as session:
                house.be_born(session, sandbox=True, at=clock.wall())
                actions.begin(session, None, is_all=True)

            def counted() -> None:
                requests[0] += 1
                waited()

            listing.take_slot = counted
            ours = psutil.Process()
            before, began = ours.memory_info().rss, time.perf_counter()
            tasks.go_on()
            took, grown = time.perf_counter() - began, ours.memory_info().rss - before
            _check(sizes[1])
        finally:
            listing.take_slot = waited
            use("")
            admin(server, "drop database bench_history with (force)")
    limit = f"what 10 requests/s allow ({requests[0]:,} of them)"
    what = f"history of {sizes[1]:,} texts, {'the list' if name == 'list' else 'v1'}"
    yield beside(what, [sizes[1] / took], limit, [sizes[1] / (requests[0] / 10)], "texts/s")
    yield Figure("memory it takes more of", f"{grown / 2**20:.0f} MB", aim="< 100 MB")


def _check(texts: int) -> None:
    with db.transaction() as session:
        run = session.get_one(Reconciliation, 1)
        found = session.execute(text("select count(*) from message")).scalar()
        if (run.state, found) != (RunState.DONE, texts):
            raise SystemExit(f"{run.state} {run.error}: {found} of {texts} texts")
