import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crm_app.openphone.payloads import LostError, NotJsonError, read_event, read_text, read_time

PAT, OURS = "+16175550140", "+16175550100"
AT = "2026-06-09T14:00:00.000Z"


def envelope(data: dict[str, Any], kind: str = "message.received") -> dict[str, Any]:
    return {"id": "EV1", "object": "event", "createdAt": AT, "type": kind, "data": data}


def app(**more: Any) -> dict[str, Any]:
    said = {"id": "AC1", "object": "message", "from": PAT, "to": OURS, "direction": "incoming",
            "body": "Hi", "media": [{"url": "https://f.example/a.jpg", "type": "image/jpeg"}],
            "status": "received", "createdAt": AT, "createdBy": None}  # fmt: skip
    return envelope({"object": said | more})


def v1(**more: Any) -> dict[str, Any]:
    said = {"id": "AC1", "object": "message", "from": PAT, "to": [OURS], "direction": "incoming",
            "text": "Hi", "status": "delivered", "createdAt": AT, "contactIds": []}  # fmt: skip
    return envelope({"object": said | more})


def dated(**more: Any) -> dict[str, Any]:
    said = {"id": "AC1", "direction": "incoming", "text": "Hi", "media": [], "status": "received",
            "createdAt": AT}  # fmt: skip
    context = {"senderIdentifier": PAT, "recipientIdentifiers": [OURS], "conversationId": None}
    return envelope({"resource": said | more, "context": context, "links": {}})


def raw(given: object) -> bytes:
    return json.dumps(given).encode()


@pytest.mark.parametrize("given", [app(), v1(), dated(), {"object": app()}, v1(to=OURS)])
def test_every_generation_says_the_same(given: dict[str, Any]) -> None:
    event = read_event(raw(given))
    text = read_text(event)

    assert (event.id, event.kind) == ("EV1", "message.received")
    assert (text.provider_id, text.sender, text.recipients, text.body) == ("AC1", PAT, [OURS], "Hi")
    assert text.at == datetime(2026, 6, 9, 14, 0, tzinfo=UTC)


def test_media_keep_their_address_and_kind() -> None:
    assert read_text(read_event(raw(app()))).media == [
        {"url": "https://f.example/a.jpg", "type": "image/jpeg"}
    ]
    odd = app(media=[{"url": "https://f.example/b", "type": None}, {"type": "x"}, "y"])
    assert read_text(read_event(raw(odd))).media == [{"url": "https://f.example/b", "type": ""}]


def test_a_group_is_read_as_its_members() -> None:
    assert read_text(read_event(raw(app(to=f"{OURS},+16175550141")))).recipients == [
        OURS,
        "+16175550141",
    ]


@pytest.mark.parametrize("given", [app(body=None), v1(text=None), dated(text=None)])
def test_a_text_without_words_is_empty(given: dict[str, Any]) -> None:
    assert read_text(read_event(raw(given))).body == ""


def test_what_the_database_could_not_keep_is_left_out() -> None:
    assert read_text(read_event(rb'{"type":"message.received","data":{"object":{"id":"AC1",'
                                rb'"body":"a\u0000b\ud800c"}}}')).body == "ab\ufffdc"  # fmt: skip


def test_the_error_code_of_the_dated_generation_is_read() -> None:
    event = read_event(raw(dated(errorCode=30007, direction="outgoing")))

    assert read_text(event).error_code == "30007"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, "hé".encode("utf-16")])
def test_what_is_not_json_is_said(body: bytes) -> None:
    with pytest.raises(NotJsonError):
        read_event(body)


@pytest.mark.parametrize("given", [[], 1, "x", None, {}, {"type": 5, "data": []}, {"type": True}])
def test_any_other_json_is_an_event_of_no_known_kind(given: object) -> None:
    event = read_event(raw(given))

    assert event.data == {}
    assert event.kind in ("", "5")


@pytest.mark.parametrize("data", [{}, {"object": None}, {"resource": {"id": ""}}, {"object": []}])
def test_a_message_without_an_id_cannot_be_used(data: dict[str, Any]) -> None:
    with pytest.raises(LostError, match="no id"):
        read_text(read_event(raw(envelope(data))))


def test_times_are_utc_and_nonsense_is_none() -> None:
    assert read_time("2026-06-09T10:00:00-04:00") == datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
    assert read_time("2026-06-09T14:00:00") == datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
    assert read_time("yesterday") is None
    assert read_time(None) is None
