"""The dated API (2026-03-30): the whole workspace's texts."""

from typing import Any

from tests.sandbox.conftest import OURS, PAT, Place

SAM = "+16175550102"


def test_failed_shows_as_undelivered_on_v1_only(place: Place) -> None:
    place.put("faults", failed=1)
    sent = place.send().json()["data"]
    place.later(5)
    dated = place.http.get("/messages", headers={"quo-api-version": "2026-03-30"}).json()

    assert place.http.get(f"/v1/messages/{sent['id']}").json()["data"]["status"] == "undelivered"
    assert (dated["data"][0]["status"], dated["data"][0]["media"]) == ("failed", [])


def test_dated_api_asks_for_its_version_before_the_key(place: Place) -> None:
    without = place.http.get("/messages", headers={"authorization": ""})
    assert without.status_code == 400
    assert "Quo-Api-Version" in without.json()["message"]
    keyless = place.http.get(
        "/messages", headers={"quo-api-version": "2026-03-30", "authorization": ""}
    )
    assert keyless.status_code == 401
    assert "code" not in keyless.json()


def test_dated_listing_is_filtered_and_paged(place: Place) -> None:
    version = {"quo-api-version": "2026-03-30"}
    for number in (PAT, SAM, PAT):
        place.send(to=number)
    place.say("Hi")

    def listed(**query: Any) -> Any:
        return place.http.get("/messages", params=query, headers=version).json()

    first = listed(limit=2, direction="outgoing")
    rest = listed(limit=2, direction="outgoing", after=first["nextCursor"])
    assert [text["to"] for text in first["data"] + rest["data"]] == [[PAT], [SAM], [PAT]]
    assert rest["nextCursor"] is None
    assert len(listed(**{"from": PAT})["data"]) == 1
    assert len(listed(**{"from": OURS, "to": SAM})["data"]) == 1
    assert len(listed(to=OURS)["data"]) == 1
    assert listed(phoneNumberId="PNother")["data"] == []


def test_the_old_host_has_no_dated_api(place: Place) -> None:
    place.put("switches", dated_api=False)
    for path in ("/messages", "/calls"):
        answer = place.http.get(path, headers={"quo-api-version": "2026-03-30"})
        assert answer.status_code == 404
    assert place.http.get("/v1/phone-numbers").status_code == 200
