import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client
from crm_app.openphone.sender import receipt_of
from crm_app.openphone.sender import send as send_text
from crm_app.settings import settings
from tests.texting import PAT, TUESDAY

OURS = "+16175550100"
Answering = Callable[[httpx.Request], httpx.Response]
SENT = {"id": "AC1", "to": [PAT], "text": "Hi", "direction": "outgoing", "status": "queued",
        "createdAt": "2026-06-09T14:00:00.000Z"}  # fmt: skip


@pytest.fixture
def openphone(
    environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Answering], list[httpx.Request]]:
    """Let a function be OpenPhone; what it was asked is kept."""
    environment(OPENPHONE_BASE_URL="http://127.0.0.1:9/v1")

    def answers_with(answer: Answering) -> list[httpx.Request]:
        asked: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return answer(request)

        def mocked(headers: dict[str, str]) -> httpx.Client:
            url, answering = settings().provider_url, httpx.MockTransport(handle)
            return httpx.Client(base_url=url, headers=headers, transport=answering)

        monkeypatch.setattr(client, "connection", mocked)
        return asked

    return answers_with


def send(to: str = PAT) -> client.SentText:
    return client.send_message(own_number=OURS, to=to, body="Hi")


def failing(openphone: Any, answer: Answering, *, to: str = PAT) -> ProviderError:
    openphone(answer)
    with pytest.raises(ProviderError) as found:
        send(to)
    return found.value


def test_a_text_is_sent_with_the_raw_key(openphone: Any, environment: Any) -> None:
    environment(OPENPHONE_API_KEY="a raw key")
    asked = openphone(lambda _: httpx.Response(202, json={"data": SENT}))

    receipt = send_text(own_number=OURS, to=PAT, body="Hi")

    assert (receipt.provider_id, receipt.at) == ("AC1", TUESDAY)
    (request,) = asked
    assert str(request.url) == "http://127.0.0.1:9/v1/messages"
    assert request.headers["authorization"] == "a raw key"
    assert json.loads(request.content) == {"content": "Hi", "from": OURS, "to": [PAT]}


def test_a_sandbox_without_a_key_says_so(openphone: Any) -> None:
    asked = openphone(lambda _: httpx.Response(202, json={"data": SENT}))
    send()

    assert asked[0].headers["authorization"] == "sandbox"


FLAT = {"docs": "https://quo.com/docs", "status": 400}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, FLAT | {"message": "Not a number", "code": "0200400", "title": "Bad Request"},
         Kind.REFUSED, "Not a number"),
        (422, {"message": "Not now", "title": "x"}, Kind.REFUSED, "Not now"),
        (400, FLAT | {"message": "No", "code": "0206400", "title": "A2P Registration Not Approved"},
         Kind.STOPPED, "OpenPhone: No. Finish the carrier registration in OpenPhone."),
        (400, {"error": {"message": "No", "key": "A2PRegistrationNotApproved"}},
         Kind.STOPPED, "OpenPhone: No. Finish the carrier registration in OpenPhone."),
        (400, FLAT | {"message": "Bad", "errors": ["y", {"path": "/from", "message": "x"}]},
         Kind.STOPPED, "OpenPhone: Bad. Finish"),
        (401, {"error": {"message": "Missing", "key": "Unauthorized", "trace": "6"}},
         Kind.STOPPED, "OpenPhone: Missing. Check OPENPHONE_API_KEY."),
        (402, {"message": "No credits", "code": "0201402"}, Kind.STOPPED, "Add credits"),
        (403, {"message": "Cap reached", "code": "0204403"}, Kind.STOPPED, "Cap reached"),
        (404, {"message": "Not found"}, Kind.STOPPED, "Check OPENPHONE_PHONE_NUMBER"),
        (302, {}, Kind.STOPPED, "OPENPHONE_BASE_URL"),
        (429, {"error": {"message": "Slow down"}}, Kind.AGAIN, "Slow down"),
        (408, {}, Kind.UNCERTAIN, "error 408"),
        (500, {"message": "Unknown", "code": "0201500"}, Kind.UNCERTAIN, "Unknown"),
        (502, "<html>", Kind.UNCERTAIN, "error 502"),
    ],
)  # fmt: skip
def test_what_each_error_means(
    openphone: Any, status: int, body: Any, kind: Kind, words: str
) -> None:
    problem = failing(
        openphone,
        lambda _: httpx.Response(
            status, content=body if isinstance(body, str) else json.dumps(body)
        ),
    )

    assert problem.kind is kind
    assert words in str(problem)


def test_texts_abroad_that_are_not_enabled_do_not_stop_the_account(openphone: Any) -> None:
    answer = httpx.Response(403, json={"message": "International messaging is not enabled"})

    assert failing(openphone, lambda _: answer, to="+442071838750").kind is Kind.REFUSED


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (httpx.ConnectError, Kind.AGAIN),
        (httpx.ConnectTimeout, Kind.AGAIN),
        (httpx.PoolTimeout, Kind.AGAIN),
        (httpx.ReadTimeout, Kind.UNCERTAIN),
        (httpx.WriteTimeout, Kind.UNCERTAIN),
        (httpx.WriteError, Kind.UNCERTAIN),
        (httpx.ReadError, Kind.UNCERTAIN),
        (httpx.RemoteProtocolError, Kind.UNCERTAIN),
    ],
)
def test_what_a_broken_connection_means(
    openphone: Any, problem: type[httpx.TransportError], kind: Kind
) -> None:
    def breaks(_request: httpx.Request) -> httpx.Response:
        raise problem("x")

    assert failing(openphone, breaks).kind is kind


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"[" * 100_000, b'{"data": {}}', b'{"data": 1}']
)
def test_an_answer_that_cannot_be_read_is_uncertain(openphone: Any, content: bytes) -> None:
    assert failing(openphone, lambda _: httpx.Response(202, content=content)).kind is Kind.UNCERTAIN


def test_our_number_is_found_by_its_digits(openphone: Any) -> None:
    listed = [{"id": "PN1", "number": "+16175550199"}, "x", {"id": "PN2", "number": OURS}]
    openphone(lambda _: httpx.Response(200, json={"data": listed}))

    assert client.number_id(OURS) == "PN2"


@pytest.mark.parametrize("body", [{"data": []}, {"data": None}, {}])
def test_a_number_that_is_not_listed_is_said(openphone: Any, body: Any) -> None:
    openphone(lambda _: httpx.Response(200, json=body))

    with pytest.raises(ProviderError, match="does not list our number"):
        client.number_id(OURS)


def test_a_page_of_a_thread_is_asked_for_and_read(openphone: Any) -> None:
    asked = openphone(
        lambda _: httpx.Response(200, json={"data": [SENT], "nextPageToken": "t2", "totalItems": 9})
    )

    texts, token = client.read_page("PN1", PAT, TUESDAY, "t1")

    assert (token, texts[0].id, texts[0].at) == ("t2", "AC1", TUESDAY)
    query = dict(asked[0].url.params)
    assert query == {
        "phoneNumberId": "PN1",
        "participants": PAT,
        "createdAfter": "2026-06-09T14:00:00+00:00",
        "maxResults": "100",
        "pageToken": "t1",
    }
    assert b"%2B1617" in asked[0].url.query


def test_an_empty_page_is_the_last_whatever_its_token_says(openphone: Any) -> None:
    openphone(lambda _: httpx.Response(200, json={"data": [], "nextPageToken": "again"}))

    assert client.read_page("PN1", PAT, TUESDAY, None) == ([], None)


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": [{}]}, {"data": ["x"]}])
def test_a_page_that_cannot_be_read_is_never_taken_for_empty(openphone: Any, body: Any) -> None:
    openphone(lambda _: httpx.Response(200, json=body))

    with pytest.raises(ProviderError):
        client.read_page("PN1", PAT, TUESDAY, None)


STATUSES = ("queued", "teleported", "delivered")


def test_a_status_nobody_knows_counts_as_sent() -> None:
    said = [client.SentText("AC1", "Hi", True, status, TUESDAY) for status in STATUSES]

    assert [receipt_of(one).status.value for one in said] == ["sent", "sent", "delivered"]
