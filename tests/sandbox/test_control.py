"""The strings behind the pretend world, and what they refuse."""

import pytest

from tests.sandbox.conftest import PAT, Place


@pytest.mark.parametrize(
    ("what", "asked", "word"),
    [
        ("faults", {"flood": 1}, "flood"),
        ("faults", {"429": 1.5}, "rate"),
        ("faults", {"429": True}, "rate"),
        ("faults", {"429": "often"}, "rate"),
        ("switches", {"colour": 1}, "colour"),
        ("switches", {"generation": "D"}, "A, B, C"),
        ("switches", {"answers": 2}, "rate"),
        ("switches", {"auto_reply": 1}, "true or false"),
        ("switches", {"seed": 1.5}, "whole number"),
        ("switches", {"rate_limit": -1}, "0 or more"),
    ],
)
def test_senseless_control_is_refused_with_a_sentence(
    place: Place, what: str, asked: dict[str, object], word: str
) -> None:
    before = place.get(what)
    refused = place.put(what, **asked)

    assert refused.status_code == 400
    assert word in refused.json()["error"]
    assert place.get(what) == before


def test_clock_and_bodies_are_checked(place: Place) -> None:
    for body in (b'{"offset_seconds": "1h"}', b"{}", b"[1]", b"?"):
        refused = place.http.post("/__sandbox/clock", content=body)
        assert refused.status_code == 400
        assert refused.json()["error"]


def test_reset_empties_everything_but_the_clock(place: Place) -> None:
    place.later(3600)
    place.put("faults", drop_webhook=0.5)
    place.put("switches", generation="A")
    place.say("STOP")
    place.send()
    place.http.post("/__sandbox/reset")

    assert place.get("sent") == []
    assert place.get(f"phone/{PAT}") == {"number": PAT, "opted_out": False, "texts": []}
    assert set(place.get("faults").values()) == {0}
    assert (place.get("switches")["generation"], place.get("switches")["answers"]) == ("C", 0.25)
    assert place.get("clock")["offset_seconds"] == 3600
