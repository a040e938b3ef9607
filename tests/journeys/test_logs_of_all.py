"""The logs of the running program, after all that may carry secrets passed through it."""

import json

import httpx
import pytest

from tests.journeys.handlers import full_name
from tests.journeys.stack import Stack, until
from tests.journeys.wire import NAMESPACE, Wire

E164, TEXT = "+16175550184", "the otter counts to nine"
PASSWORD = "wrong-but-secret-Q7X"
STATE = "reflex___state____state"


@pytest.fixture
def cookie(stack: Stack, environment: object) -> str:
    """Do what may leave secrets in a log; return the cookie that was used."""
    httpx.post(f"{stack.url}/auth/sign-in", data={"login": "owner", "password": PASSWORD})
    cookie, add = stack.cookie("owner"), full_name("ContactsState", "add")
    stack.sandbox("POST", "say", {"from": E164, "text": TEXT})
    event = {"type": "message.received", "data": {"object": {"from": E164, "text": TEXT}}}
    forged = {"openphone-signature": "hmac;1;1;Zm9yZ2VkLVE3WA=="}
    stack.http.post("/webhooks/openphone", json=event, headers=forged)
    stack.http.post("/webhooks/openphone", content=TEXT.encode(), headers=forged)
    stack.http.get(f"/inbox?phone={E164}", headers={"cookie": cookie})
    with Wire(stack.url, cookie=cookie) as wire:
        wire.visit("/contacts")
        said = {"name": TEXT, "phone": E164}
        wire.emit(f"{STATE}.nobody_handles_this", said)
        wire.emit(f"{STATE}.no_such_state.load", said)
        wire.emit(add, {"form": said, TEXT: E164})
        wire.emit(add, {"form": {"phone": [E164, TEXT]}})
        wire.emit(full_name("ContactsState", "turn"), {"step": f"{E164} {TEXT}"})
        wire.send(f"42{NAMESPACE},{json.dumps(['event', json.dumps(said)])}")
        wire.send(f"42{NAMESPACE},{json.dumps(['event', [E164, TEXT]])}")
        wire.send(f"42{NAMESPACE},{json.dumps(['client_error', {'info': f'{TEXT} {E164}'}])}")
        wire.send(f"42{NAMESPACE},{json.dumps(['client_error', {'message': TEXT, 'stack': E164}])}")
        wire.listen(1.5)
    technician = stack.cookie("technician")
    with Wire(stack.url, cookie=technician) as wire:
        wire.emit(add, {"form": {"name": TEXT, "phone": E164}})
        wire.listen(1)
    return cookie


def test_no_number_text_key_or_cookie_is_in_any_log(stack: Stack, cookie: str) -> None:
    def written() -> str:
        logs = (stack.data / "logs").glob("*.log*")
        return "\n".join(file.read_text(errors="replace") for file in logs)

    until(lambda: "refused add for a technician" in written(), "the line of the refused handler")
    lines, key = written(), (stack.data / "secret").read_text()
    secrets = {
        "number": E164[2:], "its end": "555-0184", "text": TEXT, "password": PASSWORD,
        "cookie": cookie.split("=")[1], "the program's secret": key,
        "signature": "Zm9yZ2VkLVE3WA", "demo password": "owner-demo",
    }  # fmt: skip
    shown = {
        name: [line[:300] for line in lines.splitlines() if secret in line]
        for name, secret in secrets.items()
    }
    assert {name: found for name, found in shown.items() if found} == {}


def test_every_line_of_web_and_worker_is_json(stack: Stack, cookie: str) -> None:
    for name in ("web", "worker"):
        whole = (stack.data / "logs" / f"{name}.log").read_text()
        lines = whole.rpartition("[INFO] Spawning")[2].splitlines()[bool("[INFO]" in whole) :]
        own = [line for line in lines if not line.startswith("[INFO]")]
        assert [line[:200] for line in own if not line.startswith("{")] == [], name
        for line in own:
            assert {"at", "level", "name", "id", "text"} <= set(json.loads(line))
