"""Each fault and switch of the pretend OpenPhone does what its words say."""

import json
from typing import Any

import pytest

from crm_app import clock
from crm_app.openphone.signatures import OLD, WRONG, refusal
from crm_app.sandbox.telling.tell import TEST_EVENT
from tests.sandbox.conftest import KEY, OURS, PAT, Ear, Place

SAM = "+16175550102"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("402", 402, "0200402"), ("402_expired", 402, "0201402"), ("403", 403, "0204403"),
     ("403_user", 403, "0202403"), ("400_a2p", 400, "0206400")],
)  # fmt: skip
def test_the_account_may_be_refused(place: Place, fault: str, status: int, code: str) -> None:
    place.put("faults", **{fault: 1})
    answer = place.send()

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert place.statuses() == []
    assert place.get("lately")["refused"] == {"user" if fault == "403_user" else fault: 1}


@pytest.mark.parametrize(
    ("shape", "body"),
    [("as others", '"code":"0200429"'), ("empty", ""), ("text", "Too many requests")],
)
def test_a_429_may_look_otherwise(place: Place, shape: str, body: str) -> None:
    place.put("switches", too_fast_shape=shape)
    place.put("faults", **{"429": 1})
    answer = place.send()

    assert answer.status_code == 429
    assert body in answer.text
    assert bool(answer.text) == bool(body)


def test_the_202_may_say_sent_and_take_long(place: Place) -> None:
    place.put("switches", first_status="sent", silence_seconds=0)
    place.put("faults", slow_after=1)
    answer = place.send()

    assert (answer.status_code, answer.json()["data"]["status"]) == (202, "sent")


def test_texts_abroad_may_be_allowed(place: Place) -> None:
    assert place.send(to="+442079460000").status_code == 403
    place.put("switches", international=True)
    assert place.send(to="+442079460000").status_code == 202


def test_reading_may_fail(place: Place) -> None:
    place.put("faults", **{"500_reading": 1})

    for path in ("/v1/phone-numbers", "/v1/conversations", "/v1/calls"):
        assert place.http.get(path).status_code == 500
    assert place.send().status_code == 202


def test_the_last_page_may_bear_a_token_that_leads_nowhere(place: Place) -> None:
    place.send()
    line = place.http.get("/v1/phone-numbers").json()["data"][0]["id"]
    query = {"phoneNumberId": line, "participants": PAT}
    assert place.http.get("/v1/messages", params=query).json()["nextPageToken"] is None

    place.put("switches", last_page="string")
    first = place.http.get("/v1/messages", params=query).json()
    more = {**query, "pageToken": first["nextPageToken"]}
    assert len(first["data"]) == 1
    after = place.http.get("/v1/messages", params=more).json()
    assert (after["data"], after["nextPageToken"]) == ([], None)


@pytest.mark.parametrize("generation", "AC")
@pytest.mark.parametrize(
    ("fault", "verdict"), [("wrong_key", WRONG), ("stale_stamp", OLD), ("two_signatures", "")]
)
def test_signatures_may_be_odd(
    place: Place, ear: Ear, generation: str, fault: str, verdict: str
) -> None:
    place.put("switches", generation=generation)
    place.put("faults", **{fault: 1})
    place.say("Hi")
    place.later(1)

    headers, body = ear.heard[0]
    assert refusal(headers, body, [KEY], clock.wall()) == verdict


def test_shapes_may_be_odd(place: Place, ear: Ear) -> None:
    place.put("switches", generation="A", to_shape="array", text_field="text",
              conversation_id="never", incoming_status="delivered")  # fmt: skip
    place.put("faults", extra_fields=1, wrapped_event=1, escaped_json=1, foreign_letters=1)
    place.say("Hi")
    place.later(1)

    body = ear.heard[0][1]
    event: Any = json.loads(body)["object"]
    said = event["data"]["object"]
    assert b", " in body
    assert b"\\u" in body
    assert (said["to"], said["status"], said["text"][:2]) == ([OURS], "delivered", "Hi")
    assert not {"conversationId", "body"} & set(said)
    assert said["xNew"]
    assert len(said["text"]) > 10


def test_a_homeowner_may_text_a_group(place: Place, ear: Ear) -> None:
    place.put("switches", generation="A")
    place.put("faults", group_text=1)
    place.say("Hi both")
    place.later(1)

    assert ear.events[0]["data"]["object"]["from"] == PAT
    assert ear.events[0]["data"]["object"]["to"] == f"{OURS},+19895550199"


def test_staff_text_from_openphones_own_app(place: Place, ear: Ear) -> None:
    assert place.http.post("/__sandbox/staff", json={"to": PAT, "text": "On my way"}).json()["id"]
    place.later(5)

    assert ear.kinds == ["message.delivered"]
    assert place.get("sent") == []  # nobody asked the API for it
    assert [text["text"] for text in place.get(f"phone/{PAT}")["texts"]] == ["On my way"]
    for wrong in ({"to": OURS, "text": "x"}, {"to": PAT, "text": " "}, {"to": "5", "text": "x"}):
        assert place.http.post("/__sandbox/staff", json=wrong).status_code == 400


def test_a_call_rings_is_answered_and_leaves_what_was_said(place: Place, ear: Ear) -> None:
    asked = {"from": PAT, "how": "answered", "seconds": 60}
    call_id = place.http.post("/__sandbox/call", json=asked).json()["id"]
    place.later(100)

    assert ear.kinds == [f"call.{kind}" for kind in (
        "ringing", "answered", "completed", "recording.completed", "summary.completed",
        "transcript.completed",
    )]  # fmt: skip
    call = place.http.get(f"/v1/calls/{call_id}").json()["data"]
    assert (call["status"], call["duration"], call["participants"]) == (
        "completed",
        60,
        [PAT, OURS],
    )


def test_a_voicemail_is_within_the_call_or_an_event_or_asked_for(place: Place, ear: Ear) -> None:
    left = {"from": PAT, "how": "voicemail", "seconds": 7, "words": "Please call"}
    ids = []
    for generation in "ABC":
        place.put("switches", generation=generation)
        ids.append(place.http.post("/__sandbox/call", json=left).json()["id"])
        place.later(60)

    assert ear.kinds == [
        "call.ringing", "call.completed", "call.ringing", "call.completed",
        "call.ringing", "call.missed", "call.completed", "call.voicemail.completed",
    ]  # fmt: skip
    data = [event["data"] for event in ear.events]
    assert data[1]["object"]["voicemail"]["duration"] == 7
    assert "voicemail" not in data[3]["object"]
    asked = place.http.get(f"/v1/call-voicemails/{ids[1]}").json()["data"]
    assert (asked["transcript"], data[7]["resource"]["transcript"]) == ("Please call",) * 2


@pytest.mark.parametrize(
    "asked",
    [{"from": "5"}, {"from": PAT, "how": "sung"}, {"from": PAT, "seconds": 0},
     {"from": PAT, "seconds": "9"}, {"from": OURS}],
)  # fmt: skip
def test_senseless_calls_are_refused(place: Place, asked: dict[str, object]) -> None:
    assert place.http.post("/__sandbox/call", json=asked).status_code == 400


def test_a_test_event_is_signed_and_has_the_one_id(place: Place, ear: Ear) -> None:
    for kind in ("message.failed", "integration.connected"):
        assert place.http.post("/__sandbox/event", json={"kind": kind}).status_code == 200
        place.later(1)
    assert [(e["id"], e["type"]) for e in ear.events] == [
        (TEST_EVENT, "message.failed"), (TEST_EVENT, "integration.connected"),
    ]  # fmt: skip

    place.put("switches", generation="B")
    for kind in ("message.failed", "no such"):
        assert place.http.post("/__sandbox/event", json={"kind": kind}).status_code == 400


def test_what_happened_lately_is_counted(place: Place, ear: Ear) -> None:
    place.send(to=SAM)
    place.say("Hi")
    place.later(5)
    place.put("faults", drop_webhook=1)
    place.say("Lost")

    lately = place.get("lately")
    assert lately["texts"] == {"incoming": 2, "outgoing": 1}
    assert lately["webhooks"] == {"done": 2, "dropped": 1}
    assert [one["state"] for one in lately["last"]] == ["dropped", "done", "done"]
