"""Webhooks: accepted a second and p95 over 16 connections, beside a route that only inserts."""

import asyncio
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg

from benchmarks import bare
from benchmarks.figures import Figure, beside, p95, spread
from crm_app.sandbox.openphone.events import Line
from crm_app.sandbox.openphone.signing import standard_headers
from crm_app.sandbox.openphone.store import Text
from crm_app.settings import ROOT, SANDBOX_NUMBER
from tests.journeys.stack import Stack, free_port, until

CONNECTIONS, DELIVERIES, PEOPLE = 16, 1_000, 400
KEY = b"only for the benchmark, 32 bytes"
KEY_SETTING = b64encode(KEY).decode()
PATH = "/webhooks/openphone"
_line, _numbers = Line(SANDBOX_NUMBER), count(1)


def person(n: int) -> str:
    """Return an invented number: nobody is ever texted."""
    return f"+1617{200 + n % PEOPLE // 100}55{n % 100:02}"


def request(sender: str, text: str) -> bytes:
    """Return a whole HTTP request: a text of `sender`, generation C, signed now."""
    n, at = next(_numbers), time.time()
    said = Text(n, f"ACbench{uuid4().hex}", "phone", "incoming", sender, text, "[]", "received",
                None, at, at, at, at)  # fmt: skip
    event_id = f"EVbench{uuid4().hex}"
    body = _line.event("C", "message.received", said, event_id, at)
    headers = {"host": "localhost", "content-type": "application/json"}
    headers |= {"content-length": f"{len(body)}"} | standard_headers(KEY, event_id, body, at)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body


async def _post_all(port: int, requests: Sequence[bytes]) -> list[float]:
    """Post everything over 16 connections; return the milliseconds each one took."""
    waiting, took = iter(requests), list[float]()

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for each in waiting:
            started = time.perf_counter()
            writer.write(each)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            took.append((time.perf_counter() - started) * 1000)
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"a delivery was refused: {head!r}")
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))
    return took


def _run(port: int) -> tuple[float, float]:
    """Return how many were accepted a second, and p95 in milliseconds."""
    requests = [request(person(n), f"Bench {n}: does it leak?") for n in range(DELIVERIES)]
    started = time.perf_counter()
    took = asyncio.run(_post_all(port, requests))
    return DELIVERIES / (time.perf_counter() - started), p95(took)


def measure(stack: Stack, runs: int) -> list[Figure]:
    """Post to the running program and to the bare route in turn."""
    ours, theirs, applied = [], [], []
    with psycopg.connect(stack.dsn(), autocommit=True) as connection, _bare_route(stack) as port:
        connection.execute(bare.TABLE.encode())
        for _ in range(runs + 1):
            theirs.append(_run(port))
            started = time.perf_counter()
            ours.append(_run(stack.port))
            until(lambda: _is_settled(connection), "the worker to apply them all", 120)
            applied.append(DELIVERIES / (time.perf_counter() - started))
    # The first of each warms up.
    (rates, late), (bare_rates, bare_late) = (
        zip(*ours[1:], strict=True),
        zip(*theirs[1:], strict=True),
    )
    name = "a route that only inserts the body"
    return [
        beside("webhooks accepted, 16 connections", rates, name, bare_rates, "/s"),
        beside("a webhook's answer, p95", late, name, bare_late, "ms"),
        Figure("accepted and applied by the worker", spread(applied[1:], "/s")),
    ]


def _is_settled(connection: psycopg.Connection) -> bool:
    row = connection.execute("select count(*) from delivery where state = 'stored'").fetchone()
    return row == (0,)


@contextmanager
def _bare_route(stack: Stack) -> Iterator[int]:
    """Serve the baseline as the program itself is served, on the program's own database."""
    port = free_port()
    granian = str(Path(sys.executable).parent / "granian")
    process = subprocess.Popen(
        [granian, "--interface", "asgi", "--factory", "--no-ws", "--workers", "1",
         "--host", "127.0.0.1", "--port", str(port), "benchmarks.bare:app"],
        cwd=ROOT, env=stack.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: _answers(port), "the bare route")
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
