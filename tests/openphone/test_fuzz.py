"""Whatever is thrown at the webhook route: no 500, nothing taken is lost, nothing is told.

Longer: `EXAMPLES=5000 python -m pytest -s tests/openphone/test_fuzz.py`.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import asdict
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlmodel import Session, SQLModel, select
from starlette.testclient import TestClient

from crm_app import db, queue
from crm_app.api import build
from crm_app.compliance.models import Suppression
from crm_app.conversations.models import Message
from crm_app.doorkeeper import Doorkeeper
from crm_app.openphone import tasks, webhook
from crm_app.webhooks import queries
from crm_app.webhooks.models import Delivery, DeliveryState, RefusedDelivery
from tests.openphone import test_calls as calls
from tests.openphone import test_payloads as messages
from tests.openphone.conftest import legacy_headers, standard_headers

PATH = "/webhooks/openphone"
FUZZ = settings(
    max_examples=int(os.environ.get("EXAMPLES") or 60),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
KINDS = (
    "message.received", "message.delivered", "message.failed", "message.undelivered",
    "call.ringing", "call.completed", "call.missed", "call.voicemail.completed",
    "call.recording.completed", "call.summary.completed", "call.transcript.completed",
    "callTranscript", "contact.updated", "task.created",
)  # fmt: skip
FILE = {"id": "RE1", "url": "https://f.example/r.mp3", "type": "audio/mpeg", "duration": 5}
BASES = [make() for make in (messages.app, messages.v1, messages.dated)]
BASES += [
    calls.dated("call.recording.completed", recordings=[FILE]),
    calls.legacy("call.recording.completed", media=[FILE]),
    calls.dated("call.transcript.completed", callId="AC1", dialogue=[{"content": "Hi"}]),
    messages.envelope({"resource": {"id": "CT1", "phoneNumbers": [{"value": messages.PAT}]}}),
]
BASES += [event for told, _, _ in calls.CASES for event in told]
DATES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z",
         "2026-06-09", "2026-W24-2", "24:00", "2026-06-09T14:00:00.123456789Z")  # fmt: skip
ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, False, 0, -1, 10**18, 10**4000, -(2**63), 1e308, float("inf"),
                     float("-inf"), float("nan"), "", "\x00", "\ud800", "a\udfffb\x00", "STOP",
                     "HELP", "+1" + "٣" * 10, "+" + "9" * 40, "x" * 5000, "STOP " * 4000, "'\"\\",
                     [], {}, [[]], [None], [{}], {"": {}}, *DATES, *KINDS]),
    st.text(max_size=40), st.integers(), st.floats(),
    st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda kids:
                 st.lists(kids, max_size=3) | st.dictionaries(st.text(max_size=5), kids,
                                                               max_size=3), max_leaves=6),
)  # fmt: skip
_ids = count(1)
Post = Callable[..., int]
T = TypeVar("T", bound=SQLModel)


def places(of: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a value, the value's own first."""
    inside = of.items() if isinstance(of, dict) else enumerate(of if isinstance(of, list) else [])
    return [at, *(path for key, value in inside for path in places(value, (*at, key)))]


@st.composite
def shapes(draw: st.DrawFn) -> Any:
    """An event of some kind and generation with some of its values replaced, gone or added."""
    event = deepcopy(draw(st.sampled_from(BASES)))
    if draw(st.booleans()):
        event["type"] = draw(st.sampled_from(KINDS))
    for _ in range(draw(st.integers(0, 4))):
        path = draw(st.sampled_from(places(event)[1:] or [("data",)]))
        holder: Any = event
        for key in path[:-1]:
            holder = holder[key]
        if isinstance(holder, dict) and draw(st.integers(0, 4)) == 0:
            del holder[path[-1]]
        else:
            holder[path[-1]] = deepcopy(draw(ODD))
    return event


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Bytes that are JSON, nearly JSON or nothing of the sort."""
    said = json.dumps(draw(shapes()), ensure_ascii=draw(st.booleans())).encode(
        draw(st.sampled_from(["utf-8"] * 6 + ["utf-16", "utf-8-sig"])), "surrogatepass"
    )
    how = draw(st.sampled_from(["as it is", "cut", "flipped", "doubled key", "deep", "bytes"]))
    at = draw(st.integers(0, max(0, len(said) - 1)))
    if how == "cut":
        return said[:at]
    if how == "flipped" and said:
        return said[:at] + bytes([said[at] ^ draw(st.integers(1, 255))]) + said[at + 1 :]
    if how == "doubled key":
        return said[:-1] + b', "type": "message.received", "data": {"data": 1}, "id": "EV2"}'
    if how == "deep":
        levels = draw(st.sampled_from([50, 300, 900, 100_000]))
        return said[:-1] + b', "x": ' + b"[" * levels + b"]" * levels + b"}"
    return draw(st.binary(max_size=200)) if how == "bytes" else said


@pytest.fixture
def post(shared_engine: Connection, environment: object, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Post bytes to the whole HTTP side, signed unless headers are given; nothing may be told."""
    joined: Any = {"join_transaction_mode": "create_savepoint", "expire_on_commit": False}
    monkeypatch.setattr(db, "new_session", lambda: Session(shared_engine, **joined))
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    client = TestClient(Doorkeeper(build()), raise_server_exceptions=False)

    def post(body: bytes, headers: Any = None, *, legacy: bool = False) -> int:
        signed = legacy_headers(body) if legacy else standard_headers(body, f"msg_{next(_ids)}")
        answer = client.post(PATH, content=body, headers=signed if headers is None else headers)
        assert answer.content == b"", "something is told to the caller"
        return answer.status_code

    return post


@pytest.fixture
def undone(shared_engine: Connection) -> Callable[[], AbstractContextManager[object]]:
    """A block of one example, whose rows are gone afterwards."""

    @contextmanager
    def block() -> Iterator[None]:
        undo = shared_engine.begin()
        try:
            yield
        finally:
            undo.rollback()

    return block


Undone = Callable[[], AbstractContextManager[object]]


def rows(kind: type[T]) -> list[T]:
    with db.transaction() as session:
        return list(session.exec(select(kind)).all())


def once_broke(event: Any) -> Any:
    """An example that is always tried: it was a 500, or failed for ever."""
    return example(body=json.dumps(event).encode(), legacy=False)


@once_broke(messages.dated(createdAt="0001-01-01T00:00:00+14:00"))
@once_broke(messages.dated(createdAt="9999-12-31T23:59:59Z"))
@once_broke(messages.envelope({"object": {"id": "AC1", "from": "+1" + "٣" * 10, "text": "STOP"}}))
@once_broke(calls.dated("call.completed", duration=float("inf")))
@once_broke(calls.dated("call.completed", duration=10**12))
@once_broke(calls.dated("call.recording.completed", recordings=5))
@once_broke(calls.dated("call.transcript.completed", callId="AC1", dialogue=True))
@once_broke({**messages.dated(), "odd": "\ud800"})
@FUZZ
@given(body=st.one_of(shapes().map(lambda e: json.dumps(e).encode()), bodies()), legacy=...)
def test_a_signed_delivery_is_kept_and_applied_or_refused_with_a_reason(
    undone: Undone, post: Post, body: bytes, legacy: bool
) -> None:
    with undone():
        if post(body, legacy=legacy) == 400:  # kept all the same, among the refused
            (kept,) = rows(RefusedDelivery)
            assert kept.reason == "not JSON"
            assert shown(kept.id, is_refused=True) is not None
            return
        (found,) = rows(Delivery)
        assert found.body == body.decode(), "taken, and not kept"
        tasks.apply_due()
        (found,) = rows(Delivery)
        is_said = found.error in ("The message has no id", "The call has no id") or (
            found.error.startswith("The sender cannot be read")
        )  # a sentence, and no error's name
        assert found.state in (DeliveryState.APPLIED, DeliveryState.UNKNOWN) or is_said, found.error
        assert post(body, legacy=legacy) == 200
        assert shown(found.id, is_refused=False)


def shown(row_id: int, *, is_refused: bool) -> bytes:
    """What goes to the browser of the detail on /admin/webhooks."""
    with db.transaction() as session:
        row = queries.delivery(session, row_id, is_refused=is_refused)
    return json.dumps(asdict(row), ensure_ascii=False).encode()


HEADER = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"),
            max_size=60),
    st.sampled_from(["v1,", "v1,AAAA", "v1," * 500, "hmac;1;1;", "hmac;1;99999999999999999;AA==",
                     "hmac;1;²;x", "1e9", "-1", "9" * 15, "nan", "é;;;;", ",,,", "whsec_"]),
)  # fmt: skip
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature", "openphone-signature",
         "content-type", "content-length", "content-encoding", "user-agent", "x-odd")  # fmt: skip


@FUZZ
@given(
    body=bodies(),
    odd=st.dictionaries(st.sampled_from(NAMES), HEADER, min_size=1, max_size=5),
    good=st.sampled_from([None, "standard", "legacy"]),
    late=st.sampled_from([0, 301, -301]),
)
def test_whoever_is_not_openphone_is_refused_whatever_the_headers(
    undone: Undone, post: Post, body: bytes, odd: dict[str, str], good: str | None, late: int
) -> None:
    signed = {
        None: {},
        "standard": standard_headers(body, "msg_1", key=b"not ours" if not late else None,
                                     late=late),
        "legacy": legacy_headers(body + b"!"),
    }[good]  # fmt: skip
    given = {name: value.encode("latin-1") for name, value in {**odd, **signed}.items()}

    with undone():
        status = post(body, given)

        large = odd.get("content-length", "").isdecimal() and int(odd["content-length"]) > 1 << 20
        assert status == (413 if large else 401)
        assert rows(Delivery) == []
        (kept,) = rows(RefusedDelivery)
        assert kept.reason in ("too large", "wrong signature", "too old", "no signature")


def test_a_delivery_caught_on_the_way_and_sent_again_does_nothing(
    undone: Undone, post: Post
) -> None:
    body = json.dumps(messages.dated(text="STOP")).encode()
    for headers in (standard_headers(body, "msg_caught"), legacy_headers(body)):
        with undone():
            assert [post(body, headers) for _ in range(3)] == [200, 200, 200]
            assert len(rows(Delivery)) == 1
            assert tasks.apply_due() == 1
            assert len(rows(Message)) == len(rows(Suppression)) == 1
            assert post(body + b" ", headers) == 401


def test_what_differs_by_its_bytes_or_the_end_of_its_id_is_no_repetition(
    undone: Undone, post: Post
) -> None:
    one, other = (json.dumps(messages.dated(id=i)).encode() for i in ("AC1", "AC2"))
    with undone():
        assert [post(body, legacy=True) for body in (one, other, one)] == [200] * 3
        assert len(rows(Delivery)) == 2, "all test events of the old system share one id"
        long = "msg_" + "x" * 150
        assert [post(body, standard_headers(body, long)) for body in (one, other)] == [200] * 2
        assert len(rows(Delivery)) == 4


def ask(headers: dict[str, str], more: Callable[[int], Any], times: list[int]) -> int:
    """Call the app as a server would, with chunks from `more`; `times` counts those it took."""
    answers: list[Any] = []

    async def receive() -> Any:
        times.append(1)
        return await more(len(times))

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(),
             "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
             "query_string": b"", "root_path": "", "scheme": "http", "server": ("test", 80),
             "client": ("test", 1), "http_version": "1.1"}  # fmt: skip
    asyncio.run(Doorkeeper(build())(scope, receive, send))
    return answers[0]["status"]


def test_ten_megabytes_are_refused_unread(undone: Undone, post: Post) -> None:
    async def chunk(_: int) -> Any:
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    with undone():
        said: list[int] = []
        assert ask({"content-length": "10000000"}, chunk, said) == 413
        assert said == [], "it says so itself"
        assert ask({"transfer-encoding": "chunked"}, chunk, said) == 413
        assert len(said) == 17, "read on after a megabyte"


def test_a_body_that_drips_is_given_up(
    undone: Undone, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SLOWEST", 0.02)

    async def drip(_: int) -> Any:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with undone():
        assert ask({"content-length": "500"}, drip, []) == 408
        assert [kept.reason for kept in rows(RefusedDelivery)] == ["too slow"]
