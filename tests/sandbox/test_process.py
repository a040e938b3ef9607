"""The pretend OpenPhone as a process: faults on the wire, kills, restarts, clean ends."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from crm_app.sandbox.openphone.server import build
from tests.sandbox.conftest import KEY, OURS, PAT, Ear, Place, until_true


@pytest.mark.parametrize(
    ("kind", "status", "accepted"),
    [
        ("429", 429, 0),
        ("401", 401, 0),
        ("402", 402, 0),
        ("403", 403, 0),
        ("400_a2p", 400, 0),
        ("500_before", 500, 0),
        ("500_after", 500, 1),
    ],
)
def test_fault_on_sending(place: Place, kind: str, status: int, accepted: int) -> None:
    place.put("faults", **{kind: 1})

    assert place.send().status_code == status
    assert len(place.get("sent")) == accepted


def test_silence_after_accepting_ends_without_an_answer(place: Place) -> None:
    place.put("faults", silent_after=1)
    place.put("switches", silence_seconds=0.2)

    with pytest.raises(httpx.RemoteProtocolError):
        place.send()
    assert len(place.get("sent")) == 1


def test_silence_may_last_longer_than_the_caller(place: Place) -> None:
    place.put("faults", silent_after=1)

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{place.url}/v1/messages",
            json={"content": "Hello", "from": "+16175550100", "to": [PAT]},
            headers={"authorization": "key"},
            timeout=0.3,
            trust_env=False,
        )
    assert place.get("health") == {"ok": True}


def test_fault_strikes_at_its_rate_and_the_same_after_a_reset(place: Place) -> None:
    runs: list[list[int]] = []
    for _ in range(2):
        place.http.post("/__sandbox/reset")
        place.put("switches", rate_limit=1000, answers=0)
        place.put("faults", **{"500_before": 0.3})
        runs.append([place.send().status_code for _ in range(100)])

    assert runs[0] == runs[1]
    assert 15 < runs[0].count(500) < 45


def test_killed_one_forgets_nothing(own_place: Place, open_ear: Ear) -> None:
    open_ear.status = 503
    own_place.put("faults", late_webhook=0.001)
    own_place.later(3600)
    own_place.say("STOP")
    sent = own_place.send("You are off our list.").json()["data"]["id"]
    before = own_place.get("faults"), own_place.get("switches"), own_place.url
    own_place.end(signal.SIGKILL)
    open_ear.status = 200
    own_place.start()

    assert (own_place.get("faults"), own_place.get("switches"), own_place.url) == before
    assert own_place.get("clock")["offset_seconds"] == 3600
    assert [text["id"] for text in own_place.get("sent")] == [sent]
    own_place.later(10)
    until_true(lambda: {"message.received", "message.delivered"} <= set(open_ear.kinds))
    assert own_place.get(f"phone/{PAT}")["opted_out"] is True
    own_place.send("One more thing")
    own_place.later(5)
    assert own_place.statuses() == ["delivered", "failed"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_asked(own_place: Place, how: signal.Signals) -> None:
    own_place.put("faults", silent_after=1)
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        own_place.http.post(
            "/v1/messages",
            json={"content": "Hello", "from": "+16175550100", "to": [PAT]},
            timeout=0.2,
        )

    assert own_place.end(how) == 0
    assert time.monotonic() - began < 15
    assert not own_place.url_file.exists()


def test_taken_port_is_another_time_another_port(own_place: Place) -> None:
    port = int(own_place.url.rsplit(":", 1)[1])
    own_place.end()
    with socket.create_server(("127.0.0.1", port)):
        own_place.start()
        assert not own_place.url.endswith(f":{port}")
    assert own_place.get("health") == {"ok": True}


def test_what_is_no_http_is_hung_up_on(place: Place) -> None:
    host, port = place.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 5) as wire:
        wire.sendall(b"EHLO example.com\r\n\r\n")
        try:
            assert wire.recv(100) == b""
        except ConnectionResetError:
            pass  # hung up all the same
    assert place.get("health") == {"ok": True}


def test_it_also_runs_inside_a_test(tmp_path: Path, open_ear: Ear) -> None:
    built = build(
        state_path=tmp_path / "op.sqlite",
        webhook_url=open_ear.url,
        key=KEY,
        own_number=OURS,
        api_key="the one key",
    )

    async def send(key: str) -> int:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(built.app), base_url="http://openphone.test"
        ) as client:
            body = {"content": "Hello", "from": OURS, "to": [PAT]}
            answer = await client.post("/v1/messages", json=body, headers={"authorization": key})
            return answer.status_code

    assert asyncio.run(send("another key")) == 401
    assert asyncio.run(send("the one key")) == 202
    built.world.store.close()


def test_pretend_world_knows_nothing_of_the_app() -> None:
    code = (
        "import sys, crm_app.sandbox.openphone.server;"
        "print([m for m in sys.modules if m.startswith('crm_app.')"
        " and not m.startswith('crm_app.sandbox.')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "['crm_app.sandbox']"
