"""The pretend OpenPhone's calls, by both surfaces."""

import json
import sqlite3
import time
from contextlib import closing
from typing import Any

from tests.sandbox.conftest import OURS, PAT, Place

SAM = "+16175550102"
DATED = {"quo-api-version": "2026-03-30"}


def call(place: Place, call_id: str, person: str = PAT, **more: Any) -> None:
    """Keep a call in the provider's own rows, a minute long unless `more` says otherwise."""
    at = time.time() - 600
    row: dict[str, Any] = {"id": call_id, "direction": "incoming", "people": person}
    row |= {"status": "completed", "created": at, "answered": at + 5, "completed": at + 65}
    row |= {"duration": 60, "updated": at + 65} | more
    marks = ", ".join("?" * len(row))
    with closing(sqlite3.connect(place.state)) as rows, rows:
        rows.execute(f"INSERT INTO call ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def test_v1_lists_the_calls_with_one_person_paged(place: Place) -> None:
    number = place.http.get("/v1/phone-numbers").json()["data"][0]["id"]
    for n in range(3):
        call(place, f"AC{n}")
    call(place, "ACsam", SAM)

    def listed(**query: Any) -> Any:
        asked = {"phoneNumberId": number, "participants": PAT, "maxResults": 2, **query}
        return place.http.get("/v1/calls", params=asked).json()

    first = listed()
    rest = listed(pageToken=first["nextPageToken"])
    assert [one["id"] for one in first["data"] + rest["data"]] == ["AC2", "AC1", "AC0"]
    assert rest["nextPageToken"] is None
    assert (rest["totalItems"], rest["data"][0]["participants"]) == (4, [PAT, OURS])
    assert listed(participants=[PAT, SAM])["code"] == "0101400"
    assert listed(phoneNumberId="PNother")["status"] == 404
    assert listed(phoneNumberId="")["status"] == 400
    assert listed(createdAfter="2999-01-01T00:00:00Z")["data"] == []
    assert listed(userId="USother")["status"] == 403
    assert listed(pageToken="Im5vIg==")["status"] == 400


def test_the_dated_listing_shows_every_call(place: Place) -> None:
    call(place, "AC1")
    call(place, "AC2", SAM, direction="outgoing", answered=None, status="no-answer")

    def listed(**query: Any) -> Any:
        return place.http.get("/calls", params=query, headers=DATED).json()

    first = listed(limit=1)
    assert [one["id"] for one in first["data"]] == ["AC2"]
    assert first["data"][0]["participants"][1] == {"phoneNumber": SAM, "actorId": None}
    assert [one["id"] for one in listed(after=first["nextCursor"])["data"]] == ["AC1"]
    assert [one["id"] for one in listed(direction="incoming")["data"]] == ["AC1"]
    assert listed(phoneNumberId="PNother")["data"] == []
    assert listed(**{"createdAt[gt]": "2999-01-01T00:00:00Z"})["data"] == []
    assert place.http.get("/calls").status_code == 400


def test_what_was_left_of_a_call_is_read_by_its_id(place: Place) -> None:
    mail = {"id": "VM1", "status": "completed", "duration": 9, "transcript": "Hi",
            "recordingUrl": "https://files.example/1.mp3"}  # fmt: skip
    call(place, "AC1", answered=None, voicemail=json.dumps(mail))
    said = [{"content": "Hello", "start": 0, "end": 1, "identifier": PAT, "userId": None}]
    call(place, "AC2", recordings=json.dumps([{"id": "CR1", "url": "https://files.example/2.mp3"}]),
         summary=json.dumps({"summary": ["A crack"], "nextSteps": []}),
         dialogue=json.dumps(said))  # fmt: skip

    def read(path: str) -> Any:
        answer = place.http.get(path, headers=DATED)
        return answer.json()["data"] if answer.is_success else answer.status_code

    assert read("/v1/calls/AC1")["answeredAt"] is None
    assert read("/v1/call-voicemails/AC1") == mail
    assert [read("/v1/call-voicemails/AC2"), read("/v1/calls/ACnone")] == [404, 404]
    assert [len(read(f"/v1/call-recordings/AC{n}")) for n in (1, 2)] == [0, 1]
    assert [read(f"/v1/call-summaries/AC{n}")["status"] for n in (1, 2)] == ["absent", "completed"]
    assert read("/v1/call-transcripts/AC2")["dialogue"] == said
    assert read("/calls/AC1")["voicemail"] == mail
    assert read("/calls/AC2/transcripts")["dialogue"] == said
    assert len(read("/calls/AC2/recordings")) == 1


def test_a_call_moves_its_conversation(place: Place) -> None:
    place.say("Hello", PAT)
    place.say("Hello", SAM)
    call(place, "AC1", created=time.time() + 60)
    call(place, "AC2", "+16175550103", created=time.time() - 60)

    def listed(**query: Any) -> Any:
        return place.http.get("/v1/conversations", params={"maxResults": 2, **query}).json()

    first = listed()
    rest = listed(pageToken=first["nextPageToken"])
    people = [one["participants"] for one in first["data"] + rest["data"]]
    assert people == [[PAT], [SAM], ["+16175550103"]]
    assert (first["data"][0]["lastActivityId"], rest["nextPageToken"]) == ("AC1", None)
    assert listed(pageToken="MTI=")["status"] == 400
