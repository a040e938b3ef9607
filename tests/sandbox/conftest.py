"""A pretend OpenPhone as its own process on loopback, and an ear that hears its webhooks."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

OURS = "+16175550100"
PAT = "+16175550101"
MONITOR = "+15085550190"
KEY = b"a signing key of the sandbox tests"
START = (
    "import json, sys; from pathlib import Path;"
    "from crm_app.sandbox.openphone.server import serve; a = json.loads(sys.argv[1]);"
    "serve(port=a['port'], state_path=Path(a['state']), webhook_url=a['hook'],"
    f" key={KEY!r}, own_number='{OURS}', monitor_number='{MONITOR}', url_file=Path(a['url']))"
)


class Ear(ThreadingHTTPServer):
    """Hears webhooks on loopback; `status` is what it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Hearing)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/webhooks/openphone"

    @property
    def events(self) -> list[Any]:
        return [json.loads(body) for _, body in self.heard]

    @property
    def kinds(self) -> list[str]:
        return [event["type"] for event in self.events]


class Hearing(BaseHTTPRequestHandler):
    """One webhook."""

    server: Ear  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        heard = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((heard, body))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Place:
    """A running pretend OpenPhone."""

    def __init__(self, folder: Path, hook: str) -> None:
        self.state, self.url_file, self.hook = folder / "op.sqlite", folder / "op.url", hook
        self.start()

    def start(self, port: int = 0) -> None:
        given = {
            "port": port,
            "state": str(self.state),
            "hook": self.hook,
            "url": str(self.url_file),
        }
        self.url_file.unlink(missing_ok=True)
        self.process = subprocess.Popen([sys.executable, "-c", START, json.dumps(given)])
        until_true(self.url_file.exists)
        self.url = self.url_file.read_text()
        self.http = httpx.Client(
            base_url=self.url, headers={"authorization": "key"}, timeout=20, trust_env=False
        )

    def end(self, how: int = signal.SIGTERM) -> int:
        self.http.close()
        os.kill(self.process.pid, how)
        return self.process.wait(20)

    def send(self, text: str = "Hello", to: str = PAT, **more: object) -> httpx.Response:
        body = {"content": text, "from": OURS, "to": [to], **more}
        return self.http.post("/v1/messages", json=body)

    def say(self, text: str, person: str = PAT, **more: object) -> str:
        answer = self.http.post("/__sandbox/say", json={"from": person, "text": text, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    def put(self, what: str, **values: object) -> httpx.Response:
        return self.http.put(f"/__sandbox/{what}", json=values)

    def get(self, path: str) -> Any:
        return self.http.get(f"/__sandbox/{path}").json()

    def later(self, seconds: float) -> dict[str, Any]:
        """Move the clock on, and do all that is due by then."""
        offset = self.get("clock")["offset_seconds"] + seconds
        return self.http.post("/__sandbox/clock", json={"offset_seconds": offset}).json()

    def statuses(self) -> list[str]:
        return [sent["status"] for sent in self.get("sent")]


def until_true(done: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `done`; fail when it takes too long."""
    end = time.monotonic() + seconds
    waiting = threading.Event()
    while not done():
        assert time.monotonic() < end, "it never happened"
        waiting.wait(0.01)


@pytest.fixture(scope="session")
def open_ear() -> Iterator[Ear]:
    """An ear for all tests."""
    with Ear() as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def running_place(tmp_path_factory: pytest.TempPathFactory, open_ear: Ear) -> Iterator[Place]:
    """A pretend OpenPhone for all tests but those that end it."""
    running = Place(tmp_path_factory.mktemp("openphone"), open_ear.url)
    yield running
    running.end()


@pytest.fixture
def place(running_place: Place) -> Place:
    """An empty pretend OpenPhone where nobody answers by chance and nobody is too fast."""
    running_place.http.post("/__sandbox/reset")
    running_place.http.post("/__sandbox/clock", json={"offset_seconds": 0})
    running_place.put("switches", answers=0, rate_limit=1000)
    return running_place


@pytest.fixture
def ear(open_ear: Ear, place: Place) -> Ear:
    """What hears the webhooks of `place`; it has heard nothing yet."""
    open_ear.heard.clear()
    open_ear.status = 200
    return open_ear


@pytest.fixture
def own_place(tmp_path: Path, open_ear: Ear) -> Iterator[Place]:
    """A pretend OpenPhone that the test may end and start again."""
    open_ear.heard.clear()
    open_ear.status = 200
    running = Place(tmp_path, open_ear.url)
    running.put("switches", answers=0, rate_limit=1000)
    yield running
    if running.process.poll() is None:
        running.end()
