"""/admin/sandbox and what the second phone can do: over HTTP to a pretend OpenPhone."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from crm_app.errors import CrmError
from crm_app.sandbox import state
from crm_app.sandbox.openphone.store import WORDS
from crm_app.sandbox.panel import switchboard
from crm_app.sandbox.panel.page import sandbox_page
from crm_app.sandbox.panel.state import SandboxState
from crm_app.sandbox.panel.switchboard import Knob
from tests.sandbox.conftest import PAT, Place
from tests.states import open_state, run

Environment = Callable[..., None]


@pytest.fixture
def world(environment: Environment, place: Place) -> Place:
    """A pretend OpenPhone that the program is told to use."""
    environment(OPENPHONE_BASE_URL=place.url)
    return place


def knob(name: str) -> Knob:
    (found,) = [k for group in switchboard.switchboard() for k in group.knobs if k.name == name]
    return found


def test_every_fault_and_switch_is_there_once_with_words(session: Session, world: Place) -> None:
    groups = switchboard.switchboard()
    shown = [one for group in groups for one in group.knobs]

    assert sorted(k.name for k in shown) == sorted([*WORDS["faults"], *WORDS["switches"]])
    named = {name for group in switchboard.TABLE["group"] for name in group["of"]}
    assert named <= {k.name for k in shown}
    assert all(k.label for k in shown)


def test_turning_takes_effect_at_once(session: Session, world: Place) -> None:
    switchboard.turn("402", "1")
    assert world.send().status_code == 402
    assert (knob("402").value, knob("402").is_on) == ("1", True)

    world.put("faults", **{"429": 0.3})
    assert knob("429").options[-1] == ("0.3", "30%")
    switchboard.turn("402", "0")
    assert world.get("faults")["429"] == 0.3  # another one is left alone

    switchboard.turn("generation", "B")
    switchboard.turn("auto_reply", value=True)
    switchboard.turn("answers", "0,5")
    switchboard.turn("seed", "7")
    found = world.get("switches")
    assert [found[n] for n in ("generation", "auto_reply", "answers", "seed")] == [
        "B", True, 0.5, 7,
    ]  # fmt: skip
    assert [knob(n).kind for n in ("402", "generation", "auto_reply", "seed")] == [
        "rate", "choice", "flag", "number",
    ]  # fmt: skip

    switchboard.all_off()
    assert set(world.get("faults").values()) == {0}
    assert world.get("switches") == WORDS["switches"]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("429", "2", "rate from 0"), ("429", "often", "no number"), ("answers", "9", "rate from 0"),
     ("generation", "Z", "A, B, C"), ("colour", "1", "no switch"), ("seed", "1.5", "whole")],
)  # fmt: skip
def test_senseless_values_are_refused_with_a_sentence(
    session: Session, world: Place, name: str, value: str, why: str
) -> None:
    with pytest.raises(CrmError, match=why):
        switchboard.turn(name, value)


def test_another_server_has_no_switchboard(
    session: Session, environment: Environment, world: Place
) -> None:
    environment(OPENPHONE_BASE_URL=f"{world.url}/v1/elsewhere")

    with pytest.raises(CrmError, match="no phone to look at"):
        switchboard.switchboard()


def test_the_page_shows_turns_and_sends(session: Session, world: Place) -> None:
    shown = open_state(SandboxState, "/admin/sandbox")
    run(shown.load())
    assert shown.groups

    run(shown.turn("402", "1"))
    run(shown.flip("auto_reply", True))
    world.send()
    run(shown.refresh())
    assert dict(shown.lately.counts)["Requests refused"] == "1"
    assert shown.lately.refused == [("Not Enough Credits", "1")]

    run(shown.choose("call.missed"))
    run(shown.send())
    assert [one.kind for one in shown.lately.last] == ["call.missed"]
    run(shown.all_off())
    assert not any(one.is_on for group in shown.groups for one in group.knobs if one.kind == "rate")
    assert "knob-" in str(sandbox_page().render())


def test_the_second_phone_calls_and_hears_from_staff(session: Session, world: Place) -> None:
    shown = open_state(state.HomeownerState, "/homeowner")
    run(shown.show(PAT))
    run(shown.talk("20"))
    run(shown.call("answered"))
    run(shown.leave({"voicemail-words": "One two three four five six"}))
    run(shown.say_as_staff({"staff-text": "On my way"}))
    world.later(1300)
    run(shown.refresh())

    query = {"participants": PAT, "phoneNumberId": "", "maxResults": "9"}
    query["phoneNumberId"] = world.http.get("/v1/phone-numbers").json()["data"][0]["id"]
    calls = world.http.get("/v1/calls", params=query).json()["data"]
    assert [(call["status"], call["duration"]) for call in calls] == [
        ("missed", 0), ("completed", 1200),
    ]  # fmt: skip
    assert [(text.side, text.body) for text in shown.phone.texts] == [("in", "On my way")]
    run(shown.talk("0"))
    with pytest.raises(CrmError, match="seconds"):
        run(shown.call("answered"))
