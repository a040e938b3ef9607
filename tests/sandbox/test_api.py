"""OpenPhone's API as our client meets it."""

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import OURS, PAT, Place

SAM = "+16175550102"


def thread(place: Place, **query: Any) -> httpx.Response:
    line = place.http.get("/v1/phone-numbers").json()["data"][0]
    return place.http.get(
        "/v1/messages", params={"phoneNumberId": line["id"], "maxResults": 10, **query}
    )


def test_text_is_accepted_and_queued(place: Place) -> None:
    answer = place.send("Your quote is ready.")

    assert answer.status_code == 202
    data = answer.json()["data"]
    assert data["id"].startswith("AC")
    assert data["conversationId"].startswith("CN")
    assert (data["from"], data["to"], data["text"]) == (OURS, [PAT], "Your quote is ready.")
    assert (data["status"], data["direction"]) == ("queued", "outgoing")


def test_same_text_twice_is_two_messages_of_one_thread(place: Place) -> None:
    first, second = place.send().json()["data"], place.send().json()["data"]

    assert first["id"] != second["id"]
    assert first["conversationId"] == second["conversationId"]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"content": "  \n "}, "/content"),
        ({"content": "x" * 1601}, "/content"),
        ({"content": None}, "/content"),
        ({"from": "617-555-0100"}, "/from"),
        ({"to": []}, "/to"),
        ({"to": PAT}, "/to"),
        ({"to": ["6175550101"]}, "/to/0"),
        ({"setInboxStatus": "open"}, "/setInboxStatus"),
    ],
)
def test_senseless_text_is_refused(place: Place, wrong: dict[str, Any], path: str) -> None:
    body = {"content": "Hello", "from": OURS, "to": [PAT], **wrong}
    answer = place.http.post("/v1/messages", json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == path
    assert answer.json()["code"] == "0200400"
    assert place.get("sent") == []


def test_body_that_is_no_json_is_refused(place: Place) -> None:
    assert place.http.post("/v1/messages", content=b"{").status_code == 400


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"from": "+16175550199"}, 404, "0200404"),
        ({"userId": "USother"}, 403, "0202403"),
        ({"to": ["+442071838750"]}, 403, "0203403"),
    ],
)
def test_what_the_workspace_may_not_do(
    place: Place, wrong: dict[str, Any], status: int, code: str
) -> None:
    body = {"content": "Hello", "from": OURS, "to": [PAT], **wrong}
    answer = place.http.post("/v1/messages", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("key", ["", "Bearer key"])
def test_key_goes_raw_into_the_header(place: Place, key: str) -> None:
    answer = place.http.get("/v1/phone-numbers", headers={"authorization": key})

    assert answer.status_code == 401
    assert answer.json()["error"]["key"] == "Unauthorized"


def test_errors_are_flat_or_wrapped_by_switch(place: Place) -> None:
    place.put("faults", **{"402": 1})
    assert place.send().json()["code"] == "0200402"
    place.put("switches", error_shape="wrapped")
    assert place.send().json()["error"]["key"] == "NotEnoughCredits"
    place.put("switches", error_shape="flat")
    answer = place.http.get("/v1/conversations", headers={"authorization": "Bearer x"})
    assert answer.json()["code"] == "0200401"


def test_eleventh_request_in_a_second_is_too_many(place: Place) -> None:
    place.http.post("/__sandbox/reset")
    statuses = [place.send().status_code for _ in range(11)]

    assert statuses == [202] * 10 + [429]
    other = place.http.get("/v1/phone-numbers", headers={"authorization": "other"})
    assert other.status_code == 200


def test_thread_needs_its_participants(place: Place) -> None:
    assert thread(place).status_code == 400
    assert thread(place, participants="16175550101").status_code == 400
    assert thread(place, participants=PAT, maxResults=101).status_code == 400
    assert thread(place, participants=PAT, createdAfter="yesterday").status_code == 400
    assert thread(place, participants=PAT, phoneNumberId="PNother").status_code == 404


@pytest.mark.parametrize("name", ["participants", "participants[]"])
def test_thread_is_paged_newest_first(place: Place, name: str) -> None:
    ids = [place.send(f"Text {n}").json()["data"]["id"] for n in range(5)]
    place.send("To somebody else", to=SAM)
    first = thread(place, **{name: PAT}, maxResults=3).json()
    rest = thread(place, **{name: PAT}, maxResults=3, pageToken=first["nextPageToken"]).json()

    assert [text["id"] for text in first["data"] + rest["data"]] == ids[::-1]
    assert rest["nextPageToken"] is None
    assert first["totalItems"] != 5
    assert thread(place, **{name: PAT}, pageToken="%").status_code == 400


def test_thread_is_cut_by_time(place: Place) -> None:
    place.send("Early")
    place.later(3600)
    between = place.send("Late").json()["data"]["createdAt"]

    def texts(**query: str) -> list[str]:
        found = thread(place, participants=PAT, **query).json()["data"]
        return [text["text"] for text in found]

    assert texts(createdBefore=between) == ["Early"]
    assert texts(since=between) == ["Early"]
    assert texts(createdAfter=between[:17] + "00.000Z")[0] == "Late"
    assert texts(createdAfter="2100-01-01") == []


def test_one_message_is_found_by_id(place: Place) -> None:
    sent = place.send().json()["data"]

    assert place.http.get(f"/v1/messages/{sent['id']}").json()["data"]["text"] == "Hello"
    assert place.http.get("/v1/messages/ACnone").json()["code"] == "0200404"


def test_conversations_are_listed_by_last_activity(place: Place) -> None:
    place.send("One")
    place.send("Two", to=SAM)
    last = place.say("Three")
    found = place.http.get("/v1/conversations", params={"maxResults": 1}).json()
    rest = place.http.get(
        "/v1/conversations", params={"maxResults": 1, "pageToken": found["nextPageToken"]}
    ).json()

    assert (found["data"][0]["participants"], found["data"][0]["lastActivityId"]) == ([PAT], last)
    assert rest["data"][0]["participants"] == [SAM]
    assert rest["nextPageToken"] is None
    none = place.http.get("/v1/conversations", params={"phoneNumbers": "PNother"}).json()
    assert none["data"] == []
