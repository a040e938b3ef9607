"""The gate: one pure decision, a claim with its facts, and an audience of 100,000 judged."""

import itertools
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from benchmarks import sending
from benchmarks.figures import Figure, beside, p95
from benchmarks.importing import admin, own_settings
from crm_app import clock, db, migrations
from crm_app.compliance.facts import Facts, Purpose
from crm_app.compliance.gate import may_send
from crm_app.conversations import slots
from crm_app.conversations.facts import Asked, facts_for
from crm_app.settings import SANDBOX_NUMBER
from tests.compliance.told import NOON, PACIFIC, in_california, ready

AUDIENCE, DECISIONS = 100_000, 5_000
BODY = "Attack-a-Crack here. Is your house dry? Reply STOP to end"
STEP = timedelta(minutes=7, seconds=1)  # no two decisions at one instant, as at claims
# What a judgement cannot do without: the same numbers with their contact, house and list.
ROWS = text(
    "select n.e164, n.is_textable, c.*, p.* from unnest(cast(:e164s as text[])) as a(e164)"
    " join phone_number n on n.e164 = a.e164 join contact c on c.id = n.contact_id"
    " join contact_property h on h.contact_id = c.id join property p on p.id = h.property_id"
)


def measure(server: str, folder: str, runs: int) -> Iterator[Figure]:
    """Measure all three; the last two on a database of 100,000 waiting texts."""
    ours, bare = [list(found) for found in zip(*(_decisions() for _ in range(runs)), strict=True)]
    name = "one astimezone and a copy of the facts"
    p50s, bases = [statistics.median(run) for run in ours], [statistics.median(b) for b in bare]
    yield beside("a pure decision, all purposes, p50", p50s, name, bases, "µs", "< 50 µs")
    yield beside("the same, p95", [p95(run) for run in ours], name, [p95(b) for b in bare], "µs")
    with own_settings(SANDBOX="1", DATA_DIR=folder) as use:
        admin(server, "create database bench_gate")
        use(server.format("bench_gate"))
        try:
            migrations.migrate()
            sending._fill(server.format("bench_gate"), AUDIENCE)
            yield from _judging(runs)  # while all of them wait
            yield from _claiming(runs)
        finally:
            use("")
            admin(server, "drop database bench_gate with (force)")


def _decisions() -> tuple[list[float], list[float]]:
    """Return the microseconds of decisions over some weeks, and of the baseline beside each."""
    mix = [ready(purpose, **more) for purpose in Purpose for more in ({}, in_california())]
    took, bare = list[float](), list[float]()
    for n, facts in zip(range(DECISIONS), itertools.cycle(mix), strict=False):
        at = NOON + n * STEP
        took.append(_micros(facts, at))
        started = time.perf_counter_ns()
        at.astimezone(ZoneInfo(PACIFIC))
        dict(vars(facts))
        bare.append((time.perf_counter_ns() - started) / 1000)
    return took, bare


def _micros(facts: Facts, at: datetime) -> float:
    started = time.perf_counter_ns()
    may_send(facts, at)
    return (time.perf_counter_ns() - started) / 1000


def _judging(runs: int) -> Iterator[Figure]:
    """Judge everybody in one go, as the start of a campaign does; the first run warms up."""
    with db.transaction() as session:
        found = session.execute(text("select e164, property_id from outbox order by id")).all()
    asked = [Asked(row.e164, row.property_id, 0, BODY) for row in found]
    whole, reading, bare = list[float](), list[float](), list[float]()
    for _ in range(runs + 1):
        with db.transaction() as session:
            started = time.perf_counter()
            facts = facts_for(session, Purpose.COLD, asked)
            read = time.perf_counter()
            now = clock.now(session)
            allowed = sum(may_send(one, now).allowed for one in facts.values())
            whole.append(time.perf_counter() - started)
            reading.append(read - started)
        if allowed != AUDIENCE:
            raise SystemExit(f"{allowed} of {AUDIENCE} may be texted")
        with db.transaction() as session:
            started = time.perf_counter()
            rows = session.execute(ROWS, {"e164s": [one.e164 for one in asked]}).all()
            bare.append(time.perf_counter() - started)
        if len(rows) != AUDIENCE:
            raise SystemExit(f"{len(rows)} rows of {AUDIENCE}")
    name = "the same people's rows read"
    yield beside(f"{AUDIENCE:,} people judged", whole[1:], name, bare[1:], "s", "< 10 s")
    yield beside("of that, reading their facts", reading[1:], name, bare[1:], "s")


def _claiming(runs: int) -> Iterator[Figure]:
    """Claim and commit, beside a transaction that takes the same locks and reads nothing."""
    ours = sending._claims(runs)
    bare = [[_locks(n) for n in range(sending.CLAIMS)] for _ in range(runs)]
    name, both = "the same locks and select 1", (ours, bare)
    p50s, bases = ([statistics.median(run) for run in found] for found in both)
    yield beside("a claim with its facts, p50", p50s, name, bases, "ms", "< 5 ms")
    p95s, bases = ([p95(run) for run in found] for found in both)
    yield beside("the same, p95", p95s, name, bases, "ms")


def _locks(n: int) -> float:
    started = time.perf_counter()
    with db.transaction() as session:
        slots.lock_line(session, SANDBOX_NUMBER)
        slots.try_lock(session, f"+1978200{n:04}", n)
        session.execute(text("select 1"))
    return (time.perf_counter() - started) * 1000
