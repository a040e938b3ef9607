"""Subscriptions of the pretend OpenPhone: two systems, keys told once, deliveries as asked."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from crm_app.subscriptions.rules import WANTED
from tests.sandbox.conftest import PAT, Ear, Place

DATED = {"quo-api-version": "2026-03-30"}
RECEIVED = ["message.received"]


def ask(place: Place, method: str, path: str, status: int = 200, **asked: Any) -> Any:
    headers = {} if path.startswith("/v1") else DATED
    answer = place.http.request(method, path, headers=headers, **asked)
    assert answer.status_code == status, answer.text
    return answer.json().get("data") if answer.content else None


def made(place: Place, url: str, path: str = "/webhooks", events: list[str] = RECEIVED) -> Any:
    return ask(place, "POST", path, 201, json={"url": url, "events": events})


def test_each_subscription_has_its_own_delivery_generation_and_key(place: Place, ear: Ear) -> None:
    dated = made(place, f"{ear.url}?dated")
    v1 = made(place, f"{ear.url}?v1", "/v1/webhooks/messages")
    made(place, ear.url, events=["call.missed"])
    made(place, "https://hooks.example.com/never")
    place.say("Café?")
    place.later(1)

    assert len(ear.heard) == 2
    by_version = {one["apiVersion"]: one for one in ear.events}
    assert set(by_version) == {"v4", "2026-03-30"}
    assert len({one["id"] for one in ear.events}) == 1
    for headers, body in ear.heard:
        if "webhook-id" in headers:
            key, given = dated["key"].removeprefix("whsec_"), headers["webhook-signature"][3:]
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        else:
            _, _, stamp, given = headers["openphone-signature"].split(";")
            key, signed = v1["key"], stamp.encode() + b"." + body
        digest = hmac.digest(base64.b64decode(key), signed, hashlib.sha256)
        assert base64.b64encode(digest).decode() == given


def test_keys_are_told_once_and_ids_are_of_their_system(place: Place, ear: Ear) -> None:
    dated, v1 = made(place, ear.url), made(place, ear.url, "/v1/webhooks/messages")
    assert dated["id"].isdigit()
    assert v1["id"].startswith("WH")
    assert "key" not in ask(place, "GET", f"/webhooks/{dated['id']}")
    assert "key" not in ask(place, "GET", "/v1/webhooks")[0]
    new = ask(place, "POST", f"/webhooks/{dated['id']}/rotate")["key"]
    assert new not in ("", dated["key"])
    ask(place, "GET", f"/webhooks/{v1['id']}", 404)
    ask(place, "GET", f"/v1/webhooks/{dated['id']}", 404)
    assert ask(place, "GET", "/v1/webhooks?userId=USother") == []
    ask(place, "DELETE", f"/webhooks/{dated['id']}", 204)
    ask(place, "DELETE", f"/webhooks/{dated['id']}", 404)


def test_a_disabled_one_hears_nothing_and_none_at_all_is_as_before(place: Place, ear: Ear) -> None:
    one = made(place, f"{ear.url}?asked")
    ask(place, "PATCH", f"/webhooks/{one['id']}", json={"status": "disabled"})
    place.say("Nobody hears it")
    assert place.later(1)["next_due"] is None
    ask(place, "DELETE", f"/webhooks/{one['id']}", 204)
    place.say("As before")
    place.later(1)
    assert [event["data"]["resource"]["text"] for event in ear.events] == ["As before"]


def test_a_workspace_has_fifty_and_the_dated_list_has_pages(place: Place, ear: Ear) -> None:
    for _ in range(50):
        made(place, ear.url)
    ask(place, "POST", "/webhooks", 400, json={"url": ear.url, "events": RECEIVED})
    answer = place.http.get("/webhooks", headers=DATED).json()
    assert len(answer["data"]) == 10
    rest = place.http.get(f"/webhooks?after={answer['nextCursor']}", headers=DATED).json()["data"]
    assert rest[0]["id"] > answer["data"][-1]["id"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/webhooks", {"url": "https://a.example"}),
        ("/webhooks", {"url": "https://a.example", "events": ["message.sent"]}),
        ("/webhooks", {"url": "a.example", "events": RECEIVED}),
        ("/webhooks", {"url": "https://a.example", "events": RECEIVED, "status": "off"}),
        ("/v1/webhooks/messages", {"url": "https://a.example", "events": ["message.failed"]}),
        ("/v1/webhooks/calls", {"url": "https://a.example", "events": []}),
    ],
)
def test_what_openphone_would_refuse_is_refused(place: Place, path: str, asked: Any) -> None:
    ask(place, "POST", path, 400, json=asked)


def test_all_that_we_subscribe_to_exists(place: Place, ear: Ear) -> None:
    for system, place_of in (("dated", "/webhooks"), ("v1", "/v1/webhooks")):
        for path, events in WANTED[system].items():
            assert made(place, ear.url, place_of + path, events)["events"] == events
    answer = place.http.post("/v1/webhooks", json={"url": ear.url, "events": RECEIVED})
    assert answer.status_code == 405, "v1 makes none without a kind"


def test_a_test_is_a_signed_delivery_with_the_one_id_of_all_tests(place: Place, ear: Ear) -> None:
    one = made(place, ear.url)
    for _ in range(2):
        ask(place, "POST", f"/webhooks/{one['id']}/events/test", 202,
            json={"eventType": "contact.deleted"})  # fmt: skip
    place.later(1)
    assert ear.kinds == ["contact.deleted"] * 2
    assert len({event["id"] for event in ear.events}) == 1
    log = ask(place, "GET", f"/webhooks/{one['id']}/events")
    assert [entry["status"] for entry in log] == ["done"] * 2
    ask(place, "POST", f"/webhooks/{one['id']}/events/test", 400, json={"eventType": "x"})
    assert PAT not in str(ear.events)
