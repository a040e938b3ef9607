"""A pretend OpenPhone in a process of its own that delivers over HTTP to the real route."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from crm_app import queue
from crm_app.openphone.webhook import router
from crm_app.subscriptions import client, keyring
from tests.sandbox.conftest import Ear, Hearing, Place, open_ear, place, running_place

__all__ = ["open_ear", "place", "running_place"]
DATED = {"quo-api-version": "2026-03-30"}
ELSEWHERE = "https://hooks.example.com/other"


class Door(Ear):
    """Hands what it hears to the program's own route; `path` and origin as OpenPhone knows them."""

    client: TestClient


class Passing(Hearing):
    server: Door  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.client.post(self.path, content=body, headers=headers)
        self.send_response(answer.status_code)
        self.send_header("content-length", "0")
        self.end_headers()


class World:
    """Both sides: the provider, and the program that is to be connected."""

    def __init__(self, place: Place, dsn: str, url: str) -> None:
        self.place, self.dsn, self.url = place, dsn, url
        self.slots: list[int] = []

    def api(self, method: str, path: str, **asked: Any) -> Any:
        """Ask OpenPhone as somebody else would."""
        headers = {} if path.startswith("/v1") else DATED
        answer = self.place.http.request(method, path, headers=headers, **asked)
        assert answer.status_code < 300, answer.text
        return answer.json()["data"] if answer.content else None

    def subscribed(self) -> list[Any]:
        """Return OpenPhone's subscriptions of both systems."""
        return [*self.api("GET", "/webhooks"), *self.api("GET", "/v1/webhooks")]

    def rows(self, sql: str) -> list[Any]:
        """Ask the program's database, as another process would."""
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(sql.encode()).fetchall()

    def heard(self, words: str) -> bool:
        """Let a homeowner text; return whether the program believes it."""
        self.place.say(words)
        self.place.later(1)
        return bool(self.rows(f"select 1 from delivery where body like '%{words}%'"))


@pytest.fixture(scope="session")
def open_door() -> Iterator[Door]:
    app = FastAPI()
    app.include_router(router)
    with TestClient(app) as client, Door() as listening:
        listening.RequestHandlerClass = Passing
        listening.client = client
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture
def world(
    place: Place, open_door: Door, fresh_database: str, environment: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> World:  # fmt: skip
    """An empty provider, and a program that nobody has connected yet."""
    url = open_door.url.removesuffix("/webhooks/openphone")
    environment(OPENPHONE_BASE_URL=place.url, PUBLIC_URL=url)
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    monkeypatch.setattr(keyring, "_noted", {})  # of another database's keys
    found = World(place, fresh_database, open_door.url)
    monkeypatch.setattr(
        client, "take_slot", lambda: found.slots.append(1)
    )  # a tenth of a second each
    return found


@pytest.fixture
def elsewhere(world: World) -> Any:
    """Somebody else's subscription."""
    asked = {"url": ELSEWHERE, "events": ["message.received"]}
    return world.api("POST", "/webhooks", json=asked)
