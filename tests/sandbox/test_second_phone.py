"""The second phone: what arrived on it, texting back, for whom, and its states and routes."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import reflex as rx
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from crm_app import clock, house, queue
from crm_app.api import say as say_problem
from crm_app.auth import actions
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.auth.routes import router as auth
from crm_app.errors import CrmError, ForbiddenError
from crm_app.sandbox import phones, ribbon_state, state
from crm_app.sandbox.page import homeowner_page
from crm_app.sandbox.routes import router
from tests.inbox.rows import make_thread
from tests.make import make_user
from tests.sandbox.conftest import PAT, Ear, Place, until_true
from tests.states import be

PASSWORD = "correct horse"
Environment = Callable[..., None]


@pytest.fixture
def world(environment: Environment, place: Place) -> Place:
    """A pretend OpenPhone that the program is told to use."""
    environment(OPENPHONE_BASE_URL=place.url)
    return place


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """The routes, with an owner and an office user who can sign in."""
    api = FastAPI()
    api.include_router(auth)
    api.include_router(router)
    api.add_exception_handler(CrmError, say_problem)
    for role in (Role.OWNER, Role.OFFICE):
        actions.add_user(
            session, login=role, name=role, role=role, password=PASSWORD, at=clock.wall()
        )
    with TestClient(api, follow_redirects=False) as found:
        yield found


def sign_in(client: TestClient, role: Role) -> None:
    client.post("/auth/sign-in", data={"login": role, "password": PASSWORD})


def run(event: Any) -> Any:
    return asyncio.run(event)


def opened(kind: Any) -> Any:
    root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
    return asyncio.run(root.get_state(kind))


def test_phone_shows_what_arrived_and_what_was_said(session: Session, world: Place) -> None:
    world.send("Is your basement dry?")
    world.later(5)
    phones.say(PAT, "STOP")

    seen = phones.see(PAT)

    assert [(text.side, text.body) for text in seen.texts] == [
        ("in", "Is your basement dry?"),
        ("out", "STOP"),
    ]
    assert (seen.number, seen.has_opted_out, seen.problem) == ("(617) 555-0101", True, "")


def test_texting_back_reaches_the_firm(session: Session, world: Place, ear: Ear) -> None:
    phones.say(PAT, "It leaks")

    until_true(lambda: "message.received" in ear.kinds)


def test_what_the_world_refuses_is_said(session: Session, world: Place) -> None:
    with pytest.raises(CrmError, match="1 to"):
        phones.say(PAT, " ")


def test_silent_world_is_a_sentence_and_not_a_crash(session: Session) -> None:
    assert phones.see(PAT).problem == phones.NOBODY
    with pytest.raises(CrmError, match="does not answer"):
        phones.say(PAT, "Hello")


def test_other_server_has_no_phones(
    session: Session, environment: Environment, world: Place
) -> None:
    environment(OPENPHONE_BASE_URL=f"{world.url}/v1/elsewhere")

    assert phones.see(PAT).problem == phones.OTHER
    with pytest.raises(CrmError, match="no phone to look at"):
        phones.say(PAT, "Hello")


def test_people_texted_lately_are_those_one_may_read(session: Session) -> None:
    theo = make_user(session, login="theo", role=Role.TECHNICIAN)
    make_thread(session, "+16175550140", name="Pat Example")
    make_thread(session, "+16175550141", name="Anna Example", assigned_to=theo.id, minutes_ago=9)

    owner, technician = Person(0, "O", Role.OWNER), Person(theo.id, "T", Role.TECHNICIAN)
    assert phones.lately(session, owner) == [
        ("+16175550140", "Pat Example, (617) 555-0140"),
        ("+16175550141", "Anna Example, (617) 555-0141"),
    ]
    assert len(phones.lately(session, technician)) == 1
    with pytest.raises(ForbiddenError):
        phones.lately(session, Person(9, "M", Role.MARKETER))


def test_page_shows_a_phone_dials_another_and_texts(
    session: Session, world: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_thread(session, PAT)
    session.commit()

    async def signed_in(_state: rx.State) -> Person:
        return Person(0, "Olivia", Role.OWNER)

    monkeypatch.setattr(state, "signed_in", signed_in)
    shown = opened(state.HomeownerState)
    run(shown.refresh())
    run(shown.load())
    assert (shown.phone.e164, len(shown.people)) == (PAT, 1)

    run(shown.dial({"number": "617 555 0177"}))
    run(shown.say({"homeowner-text": "Hello"}))
    run(shown.refresh())
    assert [text.body for text in shown.phone.texts] == ["Hello"]
    run(shown.show(PAT))
    assert shown.phone.e164 == PAT
    with pytest.raises(CrmError, match="no US number"):
        run(shown.dial({"number": "12"}))
    assert "homeowner-send" in str(homeowner_page().render())


def test_ribbon_shows_and_moves_the_time(
    session: Session, world: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, ribbon_state, Person(0, "Olivia", Role.OWNER))
    shown = opened(ribbon_state.RibbonState)
    run(shown.load())
    assert (bool(shown.time), shown.target, shown.may_clear) == (True, "", False)
    before = clock.now(session)

    run(shown.forward(1))
    assert clock.now(session) >= before + timedelta(hours=1)
    run(shown.open_next())
    assert (shown.time, shown.target) == ("9:01 AM", "")

    monkeypatch.setattr(queue, "ring", lambda *_args: None)
    house.beat(session, "worker", clock.wall())
    session.commit()
    run(shown.forward(24))
    assert shown.target.endswith("9:01 AM")


def test_strings_of_the_world_are_the_owners(client: TestClient, world: Place) -> None:
    assert client.get("/__sandbox/sent").status_code == 401
    sign_in(client, Role.OFFICE)
    assert client.get("/__sandbox/sent").status_code == 403

    sign_in(client, Role.OWNER)
    assert client.get("/__sandbox/sent").json() == []
    assert client.put("/__sandbox/faults", json={"429": 0.5}).json()["429"] == 0.5
    assert client.put("/__sandbox/faults", json={"no such": 1}).status_code == 400
    assert client.post("/__sandbox/say", json={"from": PAT, "text": "Hi"}).status_code == 200
    assert client.get(f"/__sandbox/phone/{PAT}").json()["texts"][0]["text"] == "Hi"
    assert client.post("/__sandbox/reset").json() == {"ok": True}
    assert client.put("/__sandbox/faults", content=b"x" * 100_001).status_code == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "clock"), ("POST", "sent"), ("GET", "phone"), ("GET", "sent/x"), ("GET", "nothing")],
)
def test_what_is_not_open_is_not_there(
    client: TestClient, world: Place, method: str, path: str
) -> None:
    sign_in(client, Role.OWNER)

    assert client.request(method, f"/__sandbox/{path}").status_code == 404


def test_live_system_has_no_strings(client: TestClient, environment: Environment) -> None:
    sign_in(client, Role.OWNER)
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    assert client.get("/__sandbox/sent").status_code == 404
