"""Webhooks: three generations, both signatures, and everything that goes wrong on the way."""

import base64
import hashlib
import hmac
import time

import pytest

from tests.sandbox.conftest import KEY, OURS, PAT, Ear, Place, until_true


def digest(signed: bytes) -> str:
    return base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()


def test_text_is_sent_and_delivered_and_says_so(place: Place, ear: Ear) -> None:
    sent = place.send("Hello 👋").json()["data"]
    assert place.later(0.2)["delivered"] == 0
    assert place.later(5) == {"delivered": 1, "next_due": None}

    assert place.statuses() == ["delivered"]
    assert ear.kinds == ["message.delivered"]
    resource = ear.events[0]["data"]["resource"]
    assert (resource["id"], resource["text"]) == (sent["id"], "Hello 👋")
    assert resource["status"] == "delivered"


def test_generation_a_has_body_and_one_recipient(place: Place, ear: Ear) -> None:
    place.put("switches", generation="A")
    place.say("Can you come at 5?", media=["https://files.example/a.jpg"])
    place.later(1)

    event = ear.events[0]
    found = event["data"]["object"]
    assert (event["apiVersion"], event["type"]) == ("v3", "message.received")
    assert (found["body"], found["from"], found["to"]) == ("Can you come at 5?", PAT, OURS)
    assert found["media"] == [{"url": "https://files.example/a.jpg", "type": "image/jpeg"}]
    assert found["conversationId"].startswith("CN")


def test_generation_b_has_text_and_a_list_but_no_thread(place: Place, ear: Ear) -> None:
    place.put("switches", generation="B")
    place.say("Café?")
    place.later(1)

    found = ear.events[0]["data"]["object"]
    assert (found["text"], found["to"]) == ("Café?", [OURS])
    assert not {"conversationId", "media", "body"} & set(found)


def test_generation_c_has_resource_and_context(place: Place, ear: Ear) -> None:
    place.say("Hi")
    place.later(1)

    data = ear.events[0]["data"]
    assert data["resource"]["text"] == "Hi"
    assert data["context"]["senderIdentifier"] == PAT
    assert data["context"]["recipientIdentifiers"] == [OURS]
    assert "object" not in ear.events[0]


def test_legacy_webhook_is_signed_on_its_bytes_with_the_wall_time(place: Place, ear: Ear) -> None:
    place.put("switches", generation="A")
    place.later(86400)
    place.say("Café?")
    place.later(1)

    headers, body = ear.heard[0]
    scheme, version, stamp, signature = headers["openphone-signature"].split(";")
    assert (scheme, version) == ("hmac", "1")
    assert abs(int(stamp) / 1000 - time.time()) < 60
    assert signature == digest(stamp.encode() + b"." + body)
    assert "webhook-signature" not in headers


def test_new_webhook_is_signed_by_standard_webhooks(place: Place, ear: Ear) -> None:
    place.say("Café?")
    place.later(1)

    headers, body = ear.heard[0]
    stamp, delivery = headers["webhook-timestamp"], headers["webhook-id"]
    assert abs(int(stamp) - time.time()) < 60
    assert delivery.startswith("msg_")
    signed = f"{delivery}.{stamp}.".encode() + body
    assert headers["webhook-signature"] == f"v1,{digest(signed)}"
    assert "openphone-signature" not in headers


@pytest.mark.parametrize(("generation", "kinds"), [("A", []), ("C", ["message.undelivered"])])
def test_only_the_newest_generation_tells_of_failure(
    place: Place, ear: Ear, generation: str, kinds: list[str]
) -> None:
    place.put("switches", generation=generation)
    place.put("faults", undelivered=1)
    place.send()
    place.later(5)

    assert place.statuses() == ["undelivered"]
    assert ear.kinds == kinds
    assert place.get(f"phone/{PAT}")["texts"] == []


def test_webhook_nobody_took_comes_again_under_the_same_id(place: Place, ear: Ear) -> None:
    ear.status = 503
    place.say("Are you there?")
    place.later(1)
    refused = len(ear.heard)
    assert refused >= 1
    ear.status = 200

    assert place.later(0)["delivered"] == 1  # a move of the clock does not wait for the next try
    first, last = ear.heard[0], ear.heard[-1]
    assert (first[0]["webhook-id"], first[1]) == (last[0]["webhook-id"], last[1])
    assert place.get("webhooks")[0]["state"] == "done"


def test_openphone_gives_up_after_eight_tries(place: Place, ear: Ear) -> None:
    ear.status = 500
    place.say("Are you there?")
    for _ in range(9):
        place.later(36001)

    webhook = place.get("webhooks")[0]
    assert (webhook["state"], webhook["attempts"], webhook["answer"]) == ("failed", 8, "500")


def test_late_webhook_is_two_minutes_late(place: Place, ear: Ear) -> None:
    place.put("faults", late_webhook=1)
    place.say("Late")
    assert place.later(60)["delivered"] == 0
    assert place.later(61)["delivered"] == 1


def test_doubled_webhook_is_the_same_twice(place: Place, ear: Ear) -> None:
    place.put("faults", double_webhook=1)
    place.say("Twice")
    place.later(1)

    (first, one), (second, two) = ear.heard
    assert first["webhook-id"] == second["webhook-id"]
    assert one == two


def test_dropped_webhook_never_comes(place: Place, ear: Ear) -> None:
    place.put("faults", drop_webhook=1)
    place.say("Lost")

    assert place.later(86400) == {"delivered": 0, "next_due": None}
    assert ear.heard == []


def test_receipt_may_never_come(place: Place, ear: Ear) -> None:
    place.put("faults", no_receipt=1)
    place.send("Arrives")
    place.later(3600)

    assert place.statuses() == ["sent"]
    assert ear.heard == []
    assert [text["text"] for text in place.get(f"phone/{PAT}")["texts"]] == ["Arrives"]


def test_reordered_receipt_comes_before_the_answer(place: Place, ear: Ear) -> None:
    place.put("faults", reorder_webhook=1)
    answer = place.send()

    assert ear.kinds == ["message.delivered"]
    assert answer.json()["data"]["status"] == "queued"
    assert ear.events[0]["data"]["resource"]["id"] == answer.json()["data"]["id"]


def test_reordered_texts_of_a_homeowner_come_in_the_wrong_order(place: Place, ear: Ear) -> None:
    place.put("faults", reorder_webhook=1)
    place.say("First")
    place.put("faults")
    place.say("Second")
    place.later(10)

    assert [event["data"]["resource"]["text"] for event in ear.events] == ["Second", "First"]


def test_webhook_comes_by_itself(place: Place, ear: Ear) -> None:
    place.say("Hi")
    until_true(lambda: ear.heard)
    place.send()
    until_true(lambda: "message.delivered" in ear.kinds)


def test_clock_set_back_takes_what_is_to_come_with_it(place: Place, ear: Ear) -> None:
    place.later(86400)
    place.send()
    place.later(-86400)

    assert place.later(5)["delivered"] == 1
