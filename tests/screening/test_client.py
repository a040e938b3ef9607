"""NumVerify's client, over HTTP against the pretend one."""

import socket
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from crm_app.errors import Kind, ProviderError
from crm_app.screening import client
from crm_app.screening.checks import REFUSES, Line
from crm_app.screening.client import ask_numverify
from crm_app.settings import settings
from tests.screening.conftest import With

KEY = "c0ffee-numverify"


def problem() -> ProviderError:
    with pytest.raises(ProviderError) as found:
        ask_numverify("+16175550140")
    return found.value


@pytest.mark.parametrize(
    ("e164", "line"),
    [
        ("+16175550140", Line(True, "mobile", "Pretend Wireless")),
        ("+16175550198", Line(True, "mobile", "Quarry Cellular")),
        ("+13515550107", Line(True, "voip", "Elm & Harbor Mobile")),
        ("+13515550108", Line(True, "landline", "Quarry Cellular")),
        ("+13515550109", Line(False, "", "")),
    ],
)
def test_a_line_is_told_by_its_number(numverify: With, e164: str, line: Line) -> None:
    assert ask_numverify(e164) == line


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("wrong", Kind.STOPPED, f"{REFUSES}: invalid_access_key (error 101)"),
        ("spent", Kind.STOPPED, f"{REFUSES}: usage_limit_reached (error 104)"),
        ("fast", Kind.AGAIN, "NumVerify asks for a pause: rate_limit_reached (error 106)"),
        ("garbage", Kind.REFUSED, "An answer of NumVerify cannot be read."),
    ],
)
def test_a_refusal_says_whom_it_is_about(numverify: With, key: str, kind: Kind, words: str) -> None:
    numverify(key)

    found = problem()

    assert found.kind is kind
    assert str(found).startswith(words)


def test_nobody_there_is_tried_again(environment: Callable[..., None]) -> None:
    environment(OPENPHONE_BASE_URL="http://127.0.0.1:9", NUMVERIFY_API_KEY=KEY)

    found = problem()

    assert (found.kind, str(found)) == (Kind.AGAIN, "NumVerify does not answer (ConnectError).")


def test_silence_is_tried_again_and_tells_no_key(
    environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(0.05))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environment(OPENPHONE_BASE_URL=where, NUMVERIFY_API_KEY=KEY)

        found = problem()

    assert (found.kind, str(found)) == (Kind.AGAIN, "NumVerify does not answer (ReadTimeout).")
    assert KEY not in "".join(traceback.format_exception(found))
    assert KEY not in repr(settings())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(302, headers={"location": "http://127.0.0.1:9/"}), Kind.AGAIN),
        (httpx.Response(500), Kind.AGAIN),
        (httpx.Response(429, json={"message": "slow down"}), Kind.AGAIN),
        (httpx.Response(401, json={"message": "no"}), Kind.STOPPED),
        (httpx.Response(200, json=["valid"]), Kind.REFUSED),
        (httpx.Response(200, json={"valid": "yes"}), Kind.REFUSED),
        (httpx.Response(200, json={"success": False}), Kind.STOPPED),
        (httpx.Response(200, json={"success": False, "error": {"info": KEY}}), Kind.STOPPED),
    ],
)
def test_odd_answers_are_no_verdict_on_a_number(
    environment: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    answer: httpx.Response,
    kind: Kind,
) -> None:
    environment(NUMVERIFY_API_KEY=KEY)
    real = httpx.Client

    def mocked(**given: Any) -> httpx.Client:
        assert given["follow_redirects"] is False
        return real(**given, transport=httpx.MockTransport(lambda _: answer))

    monkeypatch.setattr(client.httpx, "Client", mocked)

    found = problem()

    assert found.kind is kind
    assert KEY not in str(found)


def test_live_asks_the_real_service_only_with_a_key(environment: Callable[..., None]) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="x", OPENPHONE_BASE_URL="")
    assert not settings().checks_lines

    environment(NUMVERIFY_API_KEY=KEY)
    assert settings().checks_lines
    assert settings().numverify_url == "https://apilayer.net/api/validate"
