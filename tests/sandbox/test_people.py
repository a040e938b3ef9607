"""The pretend OpenPhone's contacts and marks: shapes, paging, and the events of two generations."""

from typing import Any

import pytest

from tests.sandbox.conftest import PAT, Ear, Place

PART = {"firstName": "Pat", "lastName": "Example"}
PHONES = [{"name": "mobile", "value": PAT}]


def add(place: Place, **more: Any) -> Any:
    asked = {"defaultFields": PART | {"phoneNumbers": PHONES}, **more}
    return place.http.post("/v1/contacts", json=asked)


def told(place: Place, ear: Ear) -> Any:
    place.later(1)
    return [(event["type"], event["data"]) for event in ear.events]


def test_a_contact_is_added_read_changed_and_deleted(place: Place) -> None:
    made = add(place, externalId="cust-1", source="my-app")
    assert made.status_code == 201
    found = made.json()["data"]
    assert place.http.get(f"/v1/contacts/{found['id']}").json()["data"] == found
    assert (found["externalId"], found["defaultFields"]["company"]) == ("cust-1", None)

    other = {"defaultFields": {"phoneNumbers": [{"name": "work", "value": "+16175550199"}]}}
    changed = place.http.patch(f"/v1/contacts/{found['id']}", json=other).json()["data"]
    numbers = [one["value"] for one in changed["defaultFields"]["phoneNumbers"]]
    assert (numbers, changed["defaultFields"]["firstName"]) == (["+16175550199"], "Pat")

    assert place.http.delete(f"/v1/contacts/{found['id']}").status_code == 204
    assert place.http.get(f"/v1/contacts/{found['id']}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"defaultFields": {"lastName": "Example"}}, 400),
        ({"defaultFields": PART | {"phoneNumbers": PAT}}, 400),
        ({"defaultFields": PART, "customFields": [{"key": "unheard-of", "value": 1}]}, 400),
        ({"defaultFields": PART, "externalId": "cust-1"}, 409),
        ({"defaultFields": PART, "customFields": [{"key": "inbound-lead", "value": True}]}, 201),
    ],
)
def test_a_contact_that_makes_no_sense_is_refused(
    place: Place, asked: dict[str, Any], status: int
) -> None:
    add(place, externalId="cust-1")
    assert place.http.post("/v1/contacts", json=asked).status_code == status


def test_contacts_are_paged_by_fifty_and_found_by_their_outside_id(place: Place) -> None:
    for number in range(3):
        add(place, externalId=f"cust-{number}", source="a" if number else "b")

    def listed(**query: Any) -> Any:
        return place.http.get("/v1/contacts", params={"maxResults": 2, **query}).json()

    first = listed()
    second = listed(pageToken=first["nextPageToken"])
    assert (len(first["data"]), len(second["data"]), second["nextPageToken"]) == (2, 1, None)
    assert [one["externalId"] for one in listed(externalIds="cust-1")["data"]] == ["cust-1"]
    assert len(listed(sources=["b"])["data"]) == 1
    assert place.http.get("/v1/contacts", params={"maxResults": 51}).status_code == 400
    assert place.http.get("/v1/contact-custom-fields").json()["data"][0]["key"] == "inbound-lead"


def test_a_contact_named_in_the_app_is_told_by_the_new_system(place: Place, ear: Ear) -> None:
    named = {"number": PAT, **PART}
    assert place.http.post("/__sandbox/rename", json=named).status_code == 200
    place.http.post("/__sandbox/rename", json=named | {"firstName": "Trish"})
    place.http.post("/__sandbox/forget", json={"number": PAT})

    events = told(place, ear)

    assert [kind for kind, _ in events] == ["contact.updated"] * 2 + ["contact.deleted"]
    resource = events[1][1]["resource"]
    assert (resource["firstName"], resource["lastName"]) == ("Trish", "Example")
    assert resource["phoneNumbers"] == [{"value": PAT, "type": "mobile"}]


@pytest.mark.parametrize(
    ("shape", "fields"),
    [("object", {"Phone": PAT}),
     ("list", [{"name": "Phone", "type": "phone-number", "value": PAT}])],
)  # fmt: skip
def test_the_old_app_tells_of_it_in_either_shape(
    place: Place, ear: Ear, shape: str, fields: Any
) -> None:
    place.put("switches", answers=0, generation="A", contact_fields=shape, rate_limit=1000)
    place.http.post("/__sandbox/rename", json={"number": PAT, **PART})
    place.http.post("/__sandbox/forget", json={"number": PAT})

    (_, updated), (_, deleted) = told(place, ear)

    assert updated["object"]["fields"] == fields
    assert updated["object"]["id"].startswith("CT")
    assert "fields" not in deleted["object"]


def test_v1s_own_webhooks_know_no_contacts(place: Place, ear: Ear) -> None:
    place.put("switches", answers=0, generation="B")
    place.http.post("/__sandbox/rename", json={"number": PAT, **PART})
    assert told(place, ear) == []


def test_a_thread_is_marked_and_answered_bare(place: Place) -> None:
    place.say("Hi")
    thread = place.http.get("/v1/conversations").json()["data"][0]["id"]

    answer = place.http.post(f"/v1/conversations/{thread}/mark-as-done")

    assert answer.json()["id"] == thread
    assert [(one["people"], one["verb"]) for one in place.get("marks")] == [(PAT, "done")]
    for path in (f"/v1/conversations/{thread}/mark-as-odd", "/v1/conversations/CN1/mark-as-read"):
        assert place.http.post(path).status_code == 404


def test_both_can_be_absent_and_odd_strings_are_refused(place: Place) -> None:
    place.put("switches", answers=0, has_contacts=False, has_actions=False)
    place.say("Hi")
    thread = place.http.get("/v1/conversations").json()["data"][0]["id"]
    assert place.http.get("/v1/contacts").status_code == 404
    assert place.http.post(f"/v1/conversations/{thread}/mark-as-done").status_code == 404
    for path, asked in (
        ("rename", {"number": "617", "firstName": "Pat"}),
        ("rename", {"number": PAT}),
        ("rename", {"number": PAT, "firstName": 7}),
        ("forget", {"number": PAT}),
    ):
        assert place.http.post(f"/__sandbox/{path}", json=asked).status_code == 400
