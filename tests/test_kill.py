"""The worker is killed five times during a campaign on a bad line: nobody twice, nobody forgotten.

Everything is real: the worker process, the pretend OpenPhone's, and one that takes its webhooks.
What counts is what the provider saw.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from crm_app import clock, db, queue
from crm_app.campaigns import actions as campaigns
from crm_app.openphone import tasks as openphone
from crm_app.openphone import webhook
from crm_app.sandbox import clocks, play
from crm_app.sandbox import tasks as sandbox
from crm_app.settings import ROOT, settings
from crm_app.terminal import show
from tests.campaigns.people import BODY, neighbours, person_of
from tests.journeys.stack import PROGRAM, free_port, until
from tests.make import make_list, make_user
from tests.texting import at_full_speed, set_clock

PEOPLE, CAP, KILLS = 60, 40, 5
SEED = int(os.environ.get("SEED") or 1)  # of the bad line
COMPANY = ZoneInfo("America/New_York")
MONDAY = datetime(2027, 3, 1, 10, tzinfo=COMPANY)
BAD_LINE = {
    "429": 0.1, "500_before": 0.1, "500_after": 0.1, "silent_after": 0.05,
    "double_webhook": 0.3, "reorder_webhook": 0.2, "late_webhook": 0.2,
}  # fmt: skip
API = [
    str(Path(sys.executable).parent / "granian"), "--interface", "asgi", "--factory",
    "--no-ws", "--host", "127.0.0.1", "tests.test_kill:webhooks", "--port",
]  # fmt: skip


def webhooks() -> FastAPI:
    """Return the one route of the program that the provider needs."""
    app = FastAPI()
    app.include_router(webhook.router)
    return app


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process of ours for the block."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


class Provider:
    """The pretend OpenPhone, as it saw what we did."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=f"{url}/__sandbox", timeout=20, trust_env=False)

    def put(self, what: str, values: dict[str, Any]) -> None:
        assert self.http.put(what, json=values).status_code == 200

    def sent(self) -> list[dict[str, Any]]:
        return self.http.get("sent").json()


@pytest.fixture
def provider(fresh_database: str, environment: Callable[..., None]) -> Iterator[Provider]:
    """A world where nobody answers by chance, and a port that takes its webhooks."""
    port = str(free_port())
    environment(DATABASE_URL=fresh_database, COLD_DAILY_LIMIT=str(CAP), PORT=port)
    where = settings().data_path / "sandbox.url"
    with running(*PROGRAM, "sandbox"), running(*API, port):
        until(where.exists, "the pretend OpenPhone")
        environment(OPENPHONE_BASE_URL=where.read_text())
        world = Provider(where.read_text())
        world.put("switches", {"answers": 0, "silence_seconds": 0.2, "seed": SEED})
        show(f"seed {SEED}")
        yield world
        world.http.close()
        queue._bell.submit(queue.huey().storage.close).result()


def begin(monday: datetime, people: int, **pace: int) -> None:
    """Start a campaign to so many people on a Monday morning, as fast as it goes or by a pace."""
    with db.transaction() as session:
        set_clock(session, monday)
    play.tell_sandbox()
    with db.transaction() as session:
        owner = make_user(session)
        listed = make_list(session, *neighbours(session, people), attested_by=owner)
        person = person_of(owner)
        draft = campaigns.save_campaign(
            session, name="Spring", list_id=listed.id, body=BODY, person=person, **pace
        )
        campaigns.start(session, draft, person)
        if not pace:
            at_full_speed(session)


def killed_at(provider: Provider, texts: int) -> None:
    """Let a worker send until the provider saw so many texts in all, then kill it."""
    worker = subprocess.Popen([*PROGRAM, "worker"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        queue.ring(openphone.send_outbox)
        until(lambda: len(provider.sent()) >= texts, f"{texts} texts", pause=0.02)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
    doubt_leases()


def doubt_leases() -> None:
    """The minute after which a dead worker's claim is doubted is over."""
    with db.transaction() as session:
        session.execute(text("update outbox set lease_until = :past where state = 'sending'"),
                        {"past": clock.wall() - timedelta(seconds=1)})  # fmt: skip


def settle() -> None:
    """Let the next days pass with a worker that lives."""
    with running(*PROGRAM, "worker"):
        until(lambda: sandbox.lead(lambda _: MONDAY + timedelta(days=2))[1], "a worker that plays")

        def arrived() -> bool:
            with db.transaction() as session:
                return clocks.position(session).target is None

        until(arrived, "Wednesday", seconds=45)


def rows(statement: str) -> list[Any]:
    with db.transaction() as session:
        return list(session.execute(text(statement)).all())


def company_day(sent: dict[str, Any]) -> str:
    at = datetime.fromisoformat(sent["at"])
    assert at.tzinfo == UTC
    return at.astimezone(COMPANY).date().isoformat()


def test_a_killed_worker_texts_nobody_twice_and_forgets_nobody(provider: Provider) -> None:
    begin(MONDAY, PEOPLE)
    provider.put("faults", BAD_LINE)
    for number in range(1, KILLS + 1):
        killed_at(provider, number * 7)
    provider.put("faults", {})
    settle()

    sent = provider.sent()
    to = Counter(found["to"] for found in sent)
    everybody = {e164 for (e164,) in rows("select e164 from outbox where campaign_id is not null")}
    left = rows("select state, count(*) from outbox where state <> 'delivered' group by state")
    days = Counter(map(company_day, sent))
    counted = {f"{day}": used for day, used in rows("select day, used from day_cap")}

    assert [e164 for e164, times in to.items() if times > 1] == [], "texted twice"
    assert everybody - set(to) == set(), json.dumps([list(row) for row in left])
    assert len(everybody) == PEOPLE
    assert days == counted
    assert days[MONDAY.date().isoformat()] == CAP
