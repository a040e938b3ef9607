"""The inbox list and an open thread at 1,000,000 texts, beside the same at 1,000."""

import random
import time
from collections.abc import Callable, Iterator
from statistics import median

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from benchmarks.figures import Figure, beside, p95
from benchmarks.importing import admin, own_settings
from crm_app import clock, db, house, migrations
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.inbox import queries
from crm_app.inbox.thread import thread
from crm_app.settings import SANDBOX_NUMBER

FEW, MANY, EACH, LOOKS = 1_000, 1_000_000, 50, 150
OWNER = Person(1, "Olivia", Role.OWNER)
# Threads of 50 texts, half of them theirs; every ninth thread is unread, every third nobody's.
FILL = """
insert into contact (id, name, first_name, last_name, is_company, email, other_emails, notes,
        tags, extras, edited, other_names, mail_zip, houses, version, created_at, updated_at)
    select n, 'Pat ' || n, 'Pat', n::text, false, '', '', '', '[]', '{}', '[]', '', '02169', '', 1,
        now(), now()
    from generate_series(%(first)s, %(last)s) n;
insert into phone_number (e164, contact_id, position, kind, is_textable, not_textable_because, note)
    select '+1978' || (2000000 + n), n, 0, 'mobile', true, '', ''
    from generate_series(%(first)s, %(last)s) n;
insert into conversation (id, own_number, e164, contact_id, is_in_inbox, is_unread, is_unanswered,
        last_at, last_text, last_is_ours, last_inbound_at, provider_id)
    select n, %(own)s, '+1978' || (2000000 + n), n, n %% 3 > 0, n %% 9 = 1, n %% 2 = 0,
        now() - n * interval '1 minute', 'Water in the cellar again', n %% 2 = 1, now(), ''
    from generate_series(%(first)s, %(last)s) n;
insert into message (provider_id, conversation_id, direction, body, status, error, media, at)
    select 'AC' || c.id || 'x' || m, c.id, case m %% 2 when 0 then 'in' else 'out' end,
        'Text ' || m || ' of a thread, about as long as people write them', case m %% 2
        when 0 then 'received' else 'delivered' end, '', '[]', c.last_at - m * interval '3 hours'
    from conversation c, generate_series(0, %(each)s - 1) m where c.id >= %(first)s;
"""


def measure(server: str, folder: str, runs: int) -> Iterator[Figure]:
    """Look at a database of 20 threads, then of 20,000."""
    with own_settings(SANDBOX="1", DATA_DIR=folder) as use:
        admin(server, "create database bench_lists")
        use(server.format("bench_lists"))
        try:
            migrations.migrate()
            with db.transaction() as session:
                house.be_born(session, sandbox=True, at=clock.wall())
            found = []
            for first, last in ((1, FEW // EACH), (FEW // EACH + 1, MANY // EACH)):
                _fill(server.format("bench_lists"), first, last)
                found.append([_looks(last, runs, look) for look in (_thread, _inbox)])
        finally:
            use("")
            admin(server, "drop database bench_lists with (force)")
    name = f"the same at {FEW:,}"
    for what, few, many in zip(("a thread opened", "the inbox list"), *found, strict=True):
        yield beside(f"{what} at {MANY:,} texts, p50", [median(run) for run in many],
                     name, [median(run) for run in few], "ms", "< 20 ms")  # fmt: skip
        yield beside("the same, p95", list(map(p95, many)), name, list(map(p95, few)), "ms")


def _fill(dsn: str, first: int, last: int) -> None:
    given = {"first": first, "last": last, "each": EACH, "own": SANDBOX_NUMBER}
    with psycopg.connect(dsn, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILL, given)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def _looks(
    last: int, runs: int, look: Callable[[Session, random.Random, int], None]
) -> list[list[float]]:
    """Return the milliseconds of each look, run by run; the first run warms up."""
    chance, took = random.Random(1), list[list[float]]()
    for _ in range(runs + 1):
        took.append([])
        for _ in range(LOOKS):
            began = time.perf_counter()
            with db.transaction() as session:
                session.execute(text("select 1"))
                look(session, chance, last)
            took[-1].append((time.perf_counter() - began) * 1000)
    return took[1:]


def _thread(session: Session, chance: random.Random, last: int) -> None:
    thread(session, chance.randint(1, last), OWNER)


def _inbox(session: Session, chance: random.Random, _last: int) -> None:
    view = chance.choice(list(queries.VIEWS))
    queries.inbox(session, OWNER, view)
    queries.line(session, SANDBOX_NUMBER, OWNER)
