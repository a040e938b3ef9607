"""The homeowners: what they get, what they answer, and how they opt out."""

import pytest

from crm_app.sandbox.homeowners.answering import FASTEST, SLOWEST, answer
from tests.sandbox.conftest import OURS, PAT, Ear, Place

SAM = "+16175550102"


def test_homeowner_texts_our_number(place: Place, ear: Ear) -> None:
    said = place.say("Is this the crack firm?")
    place.later(1)

    assert ear.events[0]["data"]["resource"]["id"] == said
    phone = place.get(f"phone/{PAT}")
    assert [(text["direction"], text["to"]) for text in phone["texts"]] == [("incoming", OURS)]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"from": "617-555-0101", "text": "Hi"}, "E.164"),
        ({"text": "Hi"}, "E.164"),
        ({"from": OURS, "text": "Hi"}, "own number"),
        ({"from": PAT, "text": "  "}, "characters"),
        ({"from": PAT, "text": "Hi", "media": "x"}, "addresses"),
    ],
)
def test_senseless_texting_is_refused_with_a_sentence(
    place: Place, asked: dict[str, object], word: str
) -> None:
    refused = place.http.post("/__sandbox/say", json=asked)

    assert refused.status_code == 400
    assert word in refused.json()["error"]
    assert place.http.get("/__sandbox/phone/Pat").status_code == 400


def test_nobody_writes_unless_somebody_acts(place: Place, ear: Ear) -> None:
    place.put("switches", answers=1)

    assert place.later(30 * 86400) == {"delivered": 0, "next_due": None}
    assert ear.heard == []


def test_homeowner_answers_a_text_that_arrived(place: Place, ear: Ear) -> None:
    place.put("switches", answers=1)
    place.send()
    place.later(5)
    assert ear.kinds == ["message.delivered"]
    place.later(SLOWEST)

    assert ear.kinds == ["message.delivered", "message.received"]
    sent, said = place.get(f"phone/{PAT}")["texts"]
    assert (sent["from"], said["from"]) == (OURS, PAT)
    assert sent["at"] < said["at"]


def test_who_got_nothing_answers_nothing(place: Place, ear: Ear) -> None:
    place.put("switches", answers=1)
    place.put("faults", undelivered=1)
    place.send()
    place.later(86400)

    assert ear.kinds == ["message.undelivered"]


def test_answers_depend_on_seed_and_person_only() -> None:
    people = [f"+1617555{n:04}" for n in range(2000)]
    answers = [answer(1, 0.25, person, 1) for person in people]
    said = [one for one in answers if one is not None]

    assert answers == [answer(1, 0.25, person, 1) for person in people]
    assert answers != [answer(2, 0.25, person, 1) for person in people]
    assert 400 < len(said) < 600
    assert all(FASTEST <= wait <= SLOWEST for wait, _ in said)
    assert {"STOP", "Wrong number", "No thanks"} < {text for _, text in said}
    assert answer(1, 1, PAT, 2) is not None


@pytest.mark.parametrize("word", ["STOP", " stop\n", "Unsubscribe", "QUIT", "end", "StopAll"])
def test_one_word_opts_out_and_one_confirmation_gets_through(
    place: Place, ear: Ear, word: str
) -> None:
    place.say(word)
    place.send("You are off our list.")
    place.send("One more thing")
    place.later(5)

    assert place.statuses() == ["delivered", "failed"]
    assert [text["text"] for text in place.get(f"phone/{PAT}")["texts"]][1:] == [
        "You are off our list."
    ]
    assert place.get(f"phone/{PAT}")["opted_out"] is True
    failed = next(event for event in ear.events if event["type"] == "message.failed")
    assert failed["data"]["resource"]["errorCode"] == "21610"
    assert "media" not in failed["data"]["resource"]


def test_confirmation_comes_too_late_after_five_minutes(place: Place) -> None:
    place.say("STOP")
    place.later(301)
    place.send()
    place.later(5)

    assert place.statuses() == ["failed"]


@pytest.mark.parametrize("text", ["stop please", "STOP.", "Don't stop"])
def test_more_than_one_word_is_no_opt_out(place: Place, text: str) -> None:
    place.say(text)

    assert place.get(f"phone/{PAT}")["opted_out"] is False


@pytest.mark.parametrize("word", ["START", "unstop"])
def test_start_opts_in_again(place: Place, word: str) -> None:
    place.say("STOP")
    place.later(400)
    place.say(word)
    place.send()
    place.later(5)

    assert place.statuses() == ["delivered"]


def test_text_to_who_opted_out_is_refused_at_once_by_switch(place: Place) -> None:
    place.say("STOP")
    place.later(400)
    place.put("faults", opted_out_error=1)

    assert place.send().status_code == 400
    assert place.send(to=SAM).status_code == 202


def test_openphone_confirms_itself_by_switch(place: Place, ear: Ear) -> None:
    place.put("switches", auto_reply=True)
    place.say("STOP")
    place.say("START")
    place.later(1)

    assert ear.kinds == ["message.received", "message.delivered"] * 2
    assert "unsubscribed" in place.get(f"phone/{PAT}")["texts"][1]["text"]
    assert place.get("sent") == []


def test_group_is_one_thread(place: Place, ear: Ear) -> None:
    place.put("switches", answers=1)
    body = {"content": "Hello both", "from": OURS, "to": [SAM, PAT]}
    sent = place.http.post("/v1/messages", json=body).json()["data"]
    place.later(86400)

    assert sent["to"] == [PAT, SAM]
    for number in (PAT, SAM):
        assert [text["id"] for text in place.get(f"phone/{number}")["texts"]] == [sent["id"]]
    assert ear.kinds == ["message.delivered"]
