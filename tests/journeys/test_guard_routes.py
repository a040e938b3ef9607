"""Every HTTP route, page and file without a session: nothing of the business comes back."""

import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.stack import Stack

# What answers everybody, and how it refuses somebody who has nothing to show.
PUBLIC = {
    ("GET", "/health"): {200}, ("POST", "/auth/sign-in"): {303}, ("POST", "/welcome"): {303},
    ("POST", "/webhooks/openphone"): {401},
}  # fmt: skip
# Reflex's own, and what it would answer if nobody stood before it.
REFLEX = ("/_upload", "/ping", "/_health", "/_all_routes", "/_event", "/auth-codespace")
PLANTED = "Q7X-walrus"


def routes() -> Iterator[tuple[str, str]]:
    """Return (method, path) of every route of the HTTP side."""
    from crm_app import api

    def below(found: list[Any]) -> Iterator[Any]:
        for route in found:
            router = getattr(route, "original_router", None)  # FastAPI keeps routers as they are
            yield from below(router.routes) if router else [route]

    for route in below(api.build().routes):
        for method in route.methods:
            yield method, re.sub(r"{[^}]+}", "1", route.path)


@pytest.fixture(scope="module")
def planted(stack: Stack) -> str:
    """A text nobody can mistake, in the inbox of the running program."""
    stack.sandbox("POST", "say", {"from": "+16175550186", "text": PLANTED})
    return PLANTED


@pytest.fixture
def stranger(stack: Stack) -> Iterator[httpx.Client]:
    """Somebody who never signed in."""
    with httpx.Client(base_url=stack.url, timeout=10, trust_env=False) as client:
        yield client


@pytest.mark.usefixtures("environment")
def test_no_route_answers_a_stranger(stranger: httpx.Client, planted: str) -> None:
    asked = sorted(set(routes()))
    assert {("PUT", "/imports/file"), ("GET", "/api/docs"), *PUBLIC} < set(asked)
    for method, path in asked:
        answer = stranger.request(method, path)
        assert answer.status_code in PUBLIC.get((method, path), {401}), f"{method} {path}"
        assert planted not in answer.text


def test_a_role_may_call_only_its_routes(stack: Stack, stranger: httpx.Client) -> None:
    technician = {"cookie": stack.cookie("technician")}

    assert stranger.get("/__sandbox/sent", headers=technician).status_code == 403
    assert stranger.put("/imports/file", headers=technician, content=b"x").status_code == 403


@pytest.mark.parametrize("path", REFLEX)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_what_reflex_adds_tells_a_stranger_nothing(
    stack: Stack, stranger: httpx.Client, method: str, path: str
) -> None:
    answer = stranger.request(method, path)

    assert answer.status_code in {400, 401, 404, 405}, answer.text
    signed = stranger.request(method, path, headers={"cookie": stack.owner})
    if path == "/_upload":
        assert signed.status_code in {404, 405}, "uploads go through /imports/file only"


@pytest.mark.usefixtures("environment")
def test_every_page_leads_a_stranger_to_the_door(stranger: httpx.Client) -> None:
    from crm_app import crm_app

    for page in (route for route, *_ in crm_app.pages() if route not in {"/login", "/welcome"}):
        path = re.sub(r"\[[^]]+\]", "1", page)
        answer = stranger.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers.get("location")) == (303, "/login"), path
        assert stranger.get(path).status_code == 401, path


def test_the_websocket_by_long_polling_is_no_way_around(stack: Stack, planted: str) -> None:
    answer = httpx.get(f"{stack.url}/_event/?EIO=4&transport=polling&token=x", trust_env=False)

    assert planted not in answer.text


@pytest.mark.parametrize("cookie", ["", "session=" + "a" * 43])
def test_an_upload_is_refused_before_its_body_is_read(stack: Stack, cookie: str) -> None:
    with socket.create_connection(("127.0.0.1", stack.port), timeout=5) as line:
        head = (
            f"PUT /imports/file HTTP/1.1\r\nHost: localhost:{stack.port}\r\nCookie: {cookie}\r\n"
            "Content-Length: 90000000\r\nX-File-Name: a.csv\r\n\r\n"
        )
        line.sendall(head.encode())  # and not one byte of what was promised
        answer = line.recv(1000).decode()

    assert answer.startswith("HTTP/1.1 401"), answer


def test_the_owner_does_get_an_answer(stack: Stack, planted: str) -> None:
    """Else the tests above would prove nothing."""
    said = {"cookie": stack.owner}

    assert planted in stack.http.get("/__sandbox/phone/+16175550186", headers=said).text
    assert stack.http.get("/api/openapi.json", headers=said).status_code == 200
    assert stack.http.get("/inbox", headers=said).status_code == 200
