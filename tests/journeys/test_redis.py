"""With REDIS_URL the queue and Reflex's states live on a real Redis, and a reply still leaves."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
import redis

from crm_app import db
from crm_app.sandbox import demo
from crm_app.settings import ROOT, settings
from tests.journeys.handlers import full_name
from tests.journeys.stack import PROGRAM, Stack, free_port, until
from tests.journeys.wire import Wire
from tests.texting import set_clock

# `web` without a build: the bundle carries another port, and no browser is asked for it here.
SERVE = "from crm_app.run import frontend; frontend.build = lambda: None; frontend.serve()"
NOON = datetime(2027, 2, 28, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """The address of an empty Redis."""
    server = shutil.which("redis-server")
    if not server:
        pytest.fail("No redis-server was found. Install it (Debian: apt-get install redis-server).")
    port = free_port()
    with ended(server, "--port", f"{port}", "--bind", "127.0.0.1", "--save", "",
               "--dir", str(tmp_path)):  # fmt: skip
        with redis.Redis(port=port) as asked:
            until(lambda: answers(asked), "Redis")
        yield f"redis://127.0.0.1:{port}/0"


def answers(asked: redis.Redis) -> bool:
    try:
        return bool(asked.ping())
    except redis.ConnectionError:
        return False


def ended(*command: str) -> ExitStack:
    """Start a process that ends with the block."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    end = ExitStack()
    end.callback(process.wait, 15)
    end.callback(process.terminate)
    return end


@pytest.fixture
def world(
    stack: Stack, fresh_database: str, redis_url: str, environment: Callable[..., None]
) -> Iterator[str]:
    """Web, worker and the pretend OpenPhone on that Redis; the address of the web."""
    port = free_port()
    environment(
        DATABASE_URL=fresh_database, REDIS_URL=redis_url, PORT=str(port), OPENPHONE_BASE_URL="",
        REFLEX_WEB_WORKDIR=str(stack.web), ENV_FILE=os.devnull,
    )  # fmt: skip
    with db.transaction() as session:  # by day: at night a reply asks whether now or at 8
        set_clock(session, NOON)
        demo.load(session)
    url = f"http://localhost:{port}"
    with ended(*PROGRAM, "sandbox"), ended(*PROGRAM, "worker"), ended(sys.executable, "-c", SERVE):
        until((settings().data_path / "sandbox.url").exists, "the pretend OpenPhone")
        try:
            until(lambda: ills(url) == "", "all parts to be well", 60, 0.2)
        except AssertionError:
            pytest.fail(ills(url))
        yield url


def ills(url: str) -> str:
    """Return what the health route finds wrong."""
    try:
        answer = httpx.get(f"{url}/health", trust_env=False)
    except httpx.HTTPError as problem:
        return str(problem)
    return "" if answer.status_code == 200 else answer.text


def sent(url: str, cookie: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{url}/__sandbox/sent", headers={"cookie": cookie}, trust_env=False)
    return answer.json()


def test_a_reply_leaves_with_queue_and_states_on_redis(
    world: str, redis_url: str, fresh_database: str
) -> None:
    form = {"login": "owner", "password": "owner-demo"}
    signed = httpx.post(f"{world}/auth/sign-in", data=form, trust_env=False)
    cookie = signed.headers["set-cookie"].split(";")[0]
    with Wire(world, cookie=cookie) as tab:
        tab.visit("/inbox/1")
        reply = {"thread": "1", "nonce": "0", "reply": "Yes, we look at those."}
        tab.emit(full_name("ThreadState", "send"), {"form": reply}, path="/inbox/1")
        until(lambda: sent(world, cookie), "the reply to leave")
        heard = tab.listen(5, until="Yes, we look at those.")

    assert [text["text"] for text in sent(world, cookie)] == ["Yes, we look at those."]
    assert "Yes, we look at those." in heard, "the open tab shows it by itself"
    with redis.Redis.from_url(redis_url) as kept:
        keys = [key.decode() for key in kept.scan_iter()]
        calls: Any = kept.info("commandstats")
    assert any(tab.token in key for key in keys), "Reflex's state"
    assert {"cmdstat_lpush", "cmdstat_brpop"} <= set(calls), "the queue: rung, and answered"
    with psycopg.connect(fresh_database) as connection:
        schemas = connection.execute("select from pg_namespace where nspname = 'queue'").fetchall()
    assert schemas == []
