"""Sending: the next text is claimed with 200,000 waiting; the requests a second that are used."""

import statistics
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import httpx
import psycopg
from sqlalchemy import text

from benchmarks.figures import Figure, beside, p95
from benchmarks.households import FIRST, LAST
from benchmarks.importing import admin, own_settings
from benchmarks.searching import FILL
from crm_app import clock, db, migrations, queue
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import Contact
from crm_app.conversations.models import Pace
from crm_app.openphone import tasks
from crm_app.outbox.actions import NewText, queue_many, set_pace
from crm_app.outbox.sending import Claimed, claim_next
from crm_app.settings import SANDBOX_NUMBER
from tests.campaigns.people import number
from tests.journeys.stack import Stack, until
from tests.make import make_contact, make_list, make_user
from tests.texting import set_clock

FEW, MANY, MOST, CLAIMS = 1_000, 200_000, 1_000_000, 60
LEFT = 0.95  # of them, when most are sent
TEXTS, WARM = 120, 20
TUESDAY = datetime(2027, 6, 8, 14, 30, tzinfo=UTC)  # 10:30 in Quincy, no holiday
# Every contact of FILL gets a text about their house, in one of two campaigns.
QUEUE = """
insert into app_user (login, name, role, password_hash, created_at)
    values ('bench', 'Bench', 'owner', '!', now());
insert into contact_list (name, created_at) values ('One', now()), ('Two', now());
insert into attestation (list_id, user_id, sentence, at)
    select l.id, u.id, 'I may.', now() from contact_list l, app_user u;
insert into list_member (list_id, contact_id, property_id)
    select (select min(id) from contact_list) + c.contact_id %% 2, c.contact_id, c.property_id
    from contact_property c;
insert into pace (campaign_id, name, list_id, seconds, next_at, because, is_paused)
    select row_number() over (), name, id, 0, %(now)s, '', false from contact_list;
insert into outbox (own_number, e164, contact_id, property_id, campaign_id, version, purpose,
        priority, body, state, because, is_for_person, not_before, attempts, lookups, was_absent,
        receipt_checks, created_at)
    select %(own)s, p.e164, p.contact_id, h.property_id, 1 + p.contact_id %% 2, 1, 'cold', 6,
        rpad('Attack-a-Crack. Reply STOP to end. ', 140, 'x'), 'waiting', '', false,
        %(now)s, 0, 0, false, 0, %(now)s
    from phone_number p join contact_property h on h.contact_id = p.contact_id;
"""
SENT = """
update outbox set state = 'delivered', attempts = 1, provider_id = 'AC' || id,
    started_at = %(now)s - interval '1 hour' - id * interval '1 minute',
    finished_at = %(now)s - interval '1 hour' - id * interval '1 minute'
    where id <= (select percentile_disc(%(left)s) within group (order by id) from outbox)
"""


def claiming(server: str, folder: str, runs: int, *, large: bool) -> Iterator[Figure]:
    """Claim on databases of so many waiting texts, and again when most of them are sent."""
    with own_settings(SANDBOX="1", DATA_DIR=folder) as use:
        few = None
        for many in (FEW, MANY, *([MOST] if large else [])):
            admin(server, "create database bench_sending")
            use(server.format("bench_sending"))
            try:
                migrations.migrate()
                _fill(server.format("bench_sending"), many)
                none_sent = _claims(runs)
                few = few or none_sent
                if many == FEW:
                    continue
                _run(server.format("bench_sending"), SENT, {"left": LEFT, "now": TUESDAY})
                most_sent = _claims(runs)
            finally:
                use("")
                admin(server, "drop database bench_sending with (force)")
            name = f"{FEW:,} waiting"
            for what, found in (("none", none_sent), (f"{LEFT:.0%}", most_sent)):
                start = f"the next of {many:,} texts, {what} of them sent"
                yield beside(f"{start}, p50", [statistics.median(run) for run in found], name,
                             [statistics.median(run) for run in few], "ms", "< 50 ms")  # fmt: skip
                yield beside("the same, p95", [p95(run) for run in found], name,
                             [p95(run) for run in few], "ms")  # fmt: skip


def _fill(dsn: str, many: int) -> None:
    given = {"first": FIRST, "firsts": len(FIRST), "last": LAST, "lasts": len(LAST)}
    _run(dsn, FILL, given | {"contacts": many})
    _run(dsn, QUEUE, {"now": TUESDAY, "own": SANDBOX_NUMBER})
    with db.transaction() as session:
        change_rules(session, Rules(2000, a_second=0, a_minute=0))
        set_clock(session, TUESDAY)


def _run(dsn: str, statements: LiteralString, given: Mapping[str, object]) -> None:
    with psycopg.connect(dsn, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(statements, given)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")  # or the claims would pay for the filling


def _claims(runs: int) -> list[list[float]]:
    """Return the milliseconds of claims that commit, run by run; the first run warms up."""
    return [[_claim() for _ in range(CLAIMS)] for _ in range(runs + 1)][1:]


def _claim() -> float:
    with db.transaction() as session:  # the provider's ten a second are no matter here
        session.execute(text("delete from rate_slot"))
    started = time.perf_counter()
    with db.transaction() as session:
        found = claim_next(session)
    took = (time.perf_counter() - started) * 1000
    if not isinstance(found, Claimed):
        raise SystemExit(f"nothing was claimed: {found}")
    return took


def throughput(stack: Stack, runs: int) -> list[Figure]:
    """Send campaigns with the line's speed off; count what came to the provider in a second."""
    url = (stack.data / "sandbox.url").read_text()
    rates, busiest = list[float](), list[float]()
    with (
        own_settings(SANDBOX="1", DATA_DIR=str(stack.data)) as use,
        httpx.Client(base_url=f"{url}/__sandbox", timeout=30, trust_env=False) as provider,
    ):
        use(stack.dsn())
        for run in range(runs):
            before = len(provider.get("sent").json())
            _begin(run)
            queue.ring(tasks.send_outbox)
            until(
                lambda b=before: len(provider.get("sent").json()) >= b + TEXTS, "all texts", 120, 1
            )
            sent = provider.get("sent").json()[before:]
            at = sorted(datetime.fromisoformat(one["wall_at"]) for one in sent)[WARM:]
            rates.append((len(at) - 1) / (at[-1] - at[0]).total_seconds())
            busiest.append(float(max(_in_a_second(at, start) for start in at)))
        speed = provider.get("speed").json()
        queue._bell.submit(queue.huey().storage.close).result()
    name, limit = "what OpenPhone takes", [10.0] * runs
    return [
        beside("requests a second that are used", rates, name, limit, "/s", "≥ 8"),
        beside("most of them in any second", busiest, name, limit, "", "≤ 10"),
        Figure("the same, reads included", f"{speed['most_in_a_second']}", aim="≤ 10"),
        Figure("requests that were refused as too many", f"{speed['too_fast']}", aim="0"),
    ]  # fmt: skip


def _in_a_second(moments: list[datetime], start: datetime) -> int:
    return sum(start <= at < start + timedelta(seconds=1) for at in moments)


def _begin(run: int) -> None:
    """A campaign of its own for each run, as fast as it goes, at an open hour."""
    with db.transaction() as session:
        change_rules(session, Rules(2000, a_second=0, a_minute=0))
        set_clock(session, TUESDAY + timedelta(days=run))
    with db.transaction() as session:
        owner = make_user(session, login=f"bench{run}")
        people = list[tuple[str, Contact]]()
        for n in range(run * TEXTS + 1, (run + 1) * TEXTS + 1):
            people.append((number(n), make_contact(session, name=f"Pat {n}", phone=number(n))))
        listed = make_list(session, *(one for _, one in people), name=f"Bench {run}",
                           attested_by=owner)  # fmt: skip
        set_pace(session, Pace(campaign_id=100_000 + run, name=listed.name, list_id=listed.id,
                               seconds=0, next_at=clock.now(session)))  # fmt: skip
        queue_many(session, 100_000 + run, [
            NewText(e164, one.id, None, f"{one.name}, Attack-a-Crack. Reply STOP to end")
            for e164, one in people
        ])  # fmt: skip
