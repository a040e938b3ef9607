"""The pretend OpenPhone held to the published shapes (tests/data/openphone_shapes.toml)."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from crm_app.sandbox.calls import life
from crm_app.sandbox.openphone.server import Sandbox, build
from crm_app.sandbox.people.book import Book
from crm_app.sandbox.telling.samples import send_sample
from crm_app.sandbox.telling.tell import KINDS, NAMED, UNKNOWN
from crm_app.settings import ROOT
from tests.sandbox.conftest import KEY, OURS, PAT, Place

DATA = ROOT / "tests" / "data" / "openphone_shapes.toml"
SHAPES: dict[str, Any] = tomllib.loads(DATA.read_text("utf-8"))
PATTERNS = {
    "e164": r"\+[1-9]\d{6,14}",
    "url": r"https?://\S+",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "string": r"(?s:.*)",
    "digits": r"[0-9]+",
}
TYPES: dict[str, Any] = {"integer": int, "number": int | float, "boolean": bool, "any": object}
EVENTS = [(generation, kind) for generation, kinds in KINDS.items() for kind in kinds]
VERSION = {"quo-api-version": "2026-03-30"}
NUMVERIFY = {"GET /numverify/api/validate"}


def wrong(kind: Any, value: Any, at: str) -> list[str]:
    """Say where a value is not of the kind that the table asks for."""
    if isinstance(kind, dict):
        return wrong_fields(kind, value, at)
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [f"{at} is no list: {value!r}"]
        return [said for n, one in enumerate(value) for said in wrong(kind[0], one, f"{at}[{n}]")]
    if kind.endswith("?"):
        return [] if value is None else wrong(kind[:-1], value, at)
    if kind.startswith("="):
        name = kind[1:]
        return wrong(SHAPES[name] if name in SHAPES else SHAPES["list"][name], value, at)
    if kind in TYPES:
        is_of = isinstance(value, TYPES[kind]) and (kind != "integer" or value is not True)
        return [] if is_of else [f"{at} is no {kind}: {value!r}"]
    if kind.startswith("one of "):
        return [] if value in kind.split()[2:] else [f"{at} is not {kind}: {value!r}"]
    pattern = PATTERNS.get(kind) or re.escape(kind.removeprefix("id ")) + r"\S+"
    is_text = isinstance(value, str) and re.fullmatch(pattern, value)
    return [] if is_text else [f"{at} is no {kind}: {value!r}"]


def wrong_fields(shape: dict[str, Any], value: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at} is no object: {value!r}"]
    fields = {name.removesuffix("?"): kind for name, kind in shape.items()}
    needed = {name for name in shape if not name.endswith("?")}
    said = [f"{at}.{name} is missing" for name in sorted(needed - set(value))]
    said += [f"{at}.{name} is not published" for name in sorted(set(value) - set(fields))]
    for name in sorted(set(value) & set(fields)):
        said += wrong(fields[name], value[name], f"{at}.{name}")
    return said


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A pretend OpenPhone in this process, where nobody answers."""
    built = build(
        state_path=tmp_path_factory.mktemp("contract") / "op.sqlite",
        webhook_url="http://127.0.0.1:9/", key=KEY, own_number=OURS,
    )  # fmt: skip
    yield built
    built.world.store.close()


@pytest.fixture
def empty(world: Sandbox) -> Sandbox:
    world.world.store.empty()
    return world


def told(world: Sandbox) -> list[dict[str, Any]]:
    return [json.loads(row["body"]) for row in world.world.store.rows("SELECT body FROM webhook")]


def faults_of(event: dict[str, Any], generation: str, kind: str) -> list[str]:
    """Say what is wrong with an event of that generation and kind."""
    said = wrong_fields(SHAPES[f"envelope_{generation}"], event, "event")
    data = event["data"]
    if generation != "C":
        said += [] if set(data) == {"object"} else ["data has more than its object"]
        return said + wrong(SHAPES["event"][generation][kind], data["object"], "object")
    said += wrong(SHAPES["context"], data["context"], "context")
    said += [] if set(data) == {"resource", "context", "links"} else ["data has other parts"]
    return said + wrong(SHAPES["event"]["C"][kind], data["resource"], "resource")


@pytest.mark.parametrize("generation", "ABC")
def test_every_published_kind_is_told_and_no_other(generation: str) -> None:
    assert set(KINDS[generation]) == set(SHAPES["event"][generation])


@pytest.mark.parametrize(("generation", "kind"), EVENTS)
def test_a_sample_event_is_as_published(empty: Sandbox, generation: str, kind: str) -> None:
    empty.world.store.keep("switches", {"generation": generation})
    assert send_sample(empty.world.store, empty.world.line, kind)

    (event,) = told(empty)
    assert faults_of(event, generation, kind) == []
    assert event["type"] == (NAMED.get(kind, kind) if generation == "B" else kind)


@pytest.mark.parametrize("generation", "ABC")
def test_events_of_what_happens_are_as_published(empty: Sandbox, generation: str) -> None:
    world, store = empty.world, empty.world.store
    store.keep("switches", {"generation": generation, "answers": 0, "auto_reply": True})
    world.receive(PAT, "Is it ready? é", ["https://files.example/a.jpg"], store.now())
    world.receive(PAT, "STOP", [], store.now())
    for fault in ("none", "failed", "undelivered"):
        store.keep("faults", {} if fault == "none" else {fault: 1.0})
        world.accept("Tomorrow at 5.", ["+16175550102"])
    world.accept("On my way", ["+16175550102"], "app")
    for how in life.HOWS:
        life.begin(store, world.line, PAT, how)
    life.begin(store, world.line, PAT, "answered", is_ours=True)
    world.advance(store.now() + 3600)

    events = store.rows("SELECT kind, body FROM webhook")
    seen = {row["kind"] for row in events}
    told_here = [kind for kind in KINDS[generation] if not kind.startswith("contact.")]
    assert seen == set(told_here)
    said = [faults_of(json.loads(row["body"]), generation, row["kind"]) for row in events]
    assert [one for one in said if one] == []


def test_an_unknown_kind_has_the_envelope_of_the_others(empty: Sandbox) -> None:
    assert send_sample(empty.world.store, empty.world.line, UNKNOWN[0])

    assert wrong_fields(SHAPES["envelope_C"], told(empty)[0], "event") == []


def test_every_answer_is_as_published(place: Place) -> None:
    """One request to each endpoint that the table names, over HTTP."""
    sent = place.send("Hello").json()["data"]
    place.say("Is it ready?", photo=True)
    calls = [
        place.http.post("/__sandbox/call", json={"from": PAT, "how": how, "seconds": 9}).json()
        for how in ("answered", "voicemail")
    ]
    place.later(60)
    asked: dict[str, dict[str, Any]] = {
        "POST /v1/messages": {"content": "Hi", "from": OURS, "to": [PAT]},
        "POST /v1/contacts": {
            "defaultFields": {"firstName": "Pat", "phoneNumbers": [{"name": "m", "value": PAT}]}
        },
        "PATCH /v1/contacts/{id}": {"defaultFields": {"lastName": "Example"}},
        "PATCH /webhooks/{id}": {"label": "ours"},
        "POST /webhooks/{id}/events/test": {"eventType": "call.missed"},
        "POST /webhooks": {"url": "http://127.0.0.1:9/", "events": ["call.missed"]},
        **{
            f"POST /v1/webhooks/{kind}": {"url": "http://127.0.0.1:9/", "events": [event]}
            for kind, event in {
                "messages": "message.received", "calls": "call.completed",
                "call-summaries": "call.summary.completed",
                "call-transcripts": "call.transcript.completed",
            }.items()
        },
    }  # fmt: skip
    ids = {"/v1/messages": sent["id"], "/messages": sent["id"], "/v1/call-voicemails":
           calls[1]["id"], "/v1/conversations": sent["conversationId"]}  # fmt: skip
    line = place.http.get("/v1/phone-numbers").json()["data"][0]["id"]
    query = {"phoneNumberId": line, "participants": PAT, "maxResults": "5", "limit": "5"}
    said = list[str]()
    # What is made comes first, what is deleted last.
    for name in sorted(
        SHAPES["answer"], key=lambda n: ("{" in n, n.startswith("DELETE"), n[0] != "P")
    ):
        method, path = name.split()
        about, _, rest = path.partition("/{id}")
        if rest or path != about:
            path = f"{about}/{ids.get(about, calls[0]['id'])}{rest}".format(verb="done")
        answer = place.http.request(
            method, path, params=query if method == "GET" else None, headers=VERSION,
            json=asked.get(name),
        )  # fmt: skip
        assert answer.is_success, (name, answer.text)
        told = answer.json() if answer.content else {}
        if method == "POST" and "{" not in name:
            ids["/v1/webhooks" if about.startswith("/v1/webhooks") else about] = told["data"]["id"]
        assert method != "GET" or told["data"], name
        said += wrong(SHAPES["answer"][name], told, name)
    assert said == []


def test_the_table_names_every_endpoint(world: Sandbox) -> None:
    apart = re.compile(r"/(__sandbox|files)/")
    served = {
        f"{method} {route.path}"
        for route in world.app.routes
        if isinstance(route, Route) and not apart.match(route.path)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served - set(SHAPES["answer"]) == NUMVERIFY
    assert set(SHAPES["answer"]) <= served


def test_a_contacts_own_events_are_as_published(empty: Sandbox) -> None:
    store = empty.world.store
    for generation in "AC":
        store.keep("switches", {"generation": generation})
        book = Book(store)
        given = {"firstName": "Pat", "phoneNumbers": [{"name": "mobile", "value": PAT}]}
        book.drop(book.keep({"defaultFields": given}))

    events = store.rows("SELECT kind, body, scheme FROM webhook ORDER BY n")
    assert [row["kind"] for row in events] == ["contact.updated", "contact.deleted"] * 2
    of = {"legacy": "A", "standard": "C"}
    said = [faults_of(json.loads(row["body"]), of[row["scheme"]], row["kind"]) for row in events]
    assert [one for one in said if one] == []


@pytest.mark.parametrize(
    ("path", "shape", "name"),
    [("/v1/messages", "mixed", "error_flat"), ("/v1/messages", "flat", "error_flat"),
     ("/v1/messages", "wrapped", "error_wrapped"), ("/messages?limit=0", "flat", "error_dated")],
)  # fmt: skip
def test_an_error_is_as_published(place: Place, path: str, shape: str, name: str) -> None:
    place.put("switches", error_shape=shape)
    answer = place.http.get(path, headers=VERSION)

    assert answer.status_code == 400
    assert wrong(SHAPES[name], answer.json(), "error") == []


def test_the_check_itself_finds_what_is_wrong() -> None:
    good = {"url": "https://files.example/a.jpg", "type": None}
    assert wrong("=medium", good, "m") == []
    assert wrong("=medium", {**good, "new": 1}, "m") == ["m.new is not published"]
    assert wrong("=medium", {"url": "x"}, "m") == ["m.type is missing", "m.url is no url: 'x'"]
    assert wrong("integer", True, "n") == ["n is no integer: True"]
    assert wrong("time", "2026-01-15T15:04:05Z", "t") == ["t is no time: '2026-01-15T15:04:05Z'"]
    assert wrong(["e164"], "5", "l") == ["l is no list: '5'"]
