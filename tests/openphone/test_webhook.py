import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient
from starlette.types import Message as Message_

from crm_app import queue
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.models import Message
from crm_app.openphone import webhook
from crm_app.openphone.tasks import apply_due
from crm_app.webhooks import actions
from crm_app.webhooks.models import Delivery, DeliveryState, RefusedCount, RefusedDelivery
from tests.openphone.conftest import Deliver, standard_headers
from tests.openphone.test_payloads import AT, app, dated, envelope
from tests.texting import PAT, rows, thread_of

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were rung."""
    heard: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda work, *_: heard.append(work.__name__))
    return heard


def stored(session: Session) -> list[Delivery]:
    session.expire_all()
    return list(session.exec(select(Delivery)))


def refused(session: Session) -> dict[str, int]:
    return dict(session.exec(select(RefusedCount.reason, RefusedCount.count)).all())


@pytest.mark.parametrize("legacy", [False, True])
def test_a_signed_delivery_is_stored_and_the_bell_rung(
    session: Session, deliver: Deliver, rung: list[str], legacy: bool
) -> None:
    assert deliver(app() if legacy else dated(), legacy=legacy) == 200

    (found,) = stored(session)
    assert (found.kind, found.state) == ("message.received", DeliveryState.STORED)
    assert found.delivery_id.startswith("EV1" if legacy else "msg_")
    assert "signature" not in str(found.headers)
    assert rung == ["apply_due"]
    assert session.exec(select(Message)).first() is None


def test_the_same_delivery_twice_is_stored_once(session: Session, deliver: Deliver) -> None:
    assert deliver(delivery_id="msg_same") == 200
    assert deliver(delivery_id="msg_same") == 200

    assert len(stored(session)) == 1


def test_a_stop_works_before_the_answer_and_only_once(
    session: Session, deliver: Deliver, rung: list[str]
) -> None:
    assert deliver(dated(text="STOP!"), delivery_id="msg_stop") == 200
    assert suppression_of(session, PAT)
    assert rung == ["apply_due", "send_outbox"]
    assert deliver(dated(text="START", createdAt="2026-06-09T14:01:00Z")) == 200
    assert suppression_of(session, PAT) is None

    assert deliver(dated(text="STOP!"), delivery_id="msg_stop") == 200
    assert deliver(dated(text="STOP!"), delivery_id="msg_by_another_subscription") == 200

    assert suppression_of(session, PAT) is None
    assert len(rows(session)) == 2


@pytest.mark.parametrize(
    "event",
    [
        dated(text="Do not stop by on Monday"),
        dated(text="STOP") | {"type": "message.delivered"},
        envelope({"resource": {"id": "AC1", "text": "STOP"},
                  "context": {"senderIdentifier": "262966"}}),
        envelope({"resource": {"text": "STOP"}}),
    ],
)  # fmt: skip
def test_what_is_no_certain_stop_suppresses_nobody(
    session: Session, deliver: Deliver, event: dict[str, object]
) -> None:
    assert deliver(event) == 200
    assert session.execute(text("select count(*) from suppression")).scalar() == 0


@pytest.mark.parametrize("event", [{"type": "call.ringing", "id": "EV9"}, {}, [], {"type": "x"}])
def test_unknown_kinds_are_kept(session: Session, deliver: Deliver, event: object) -> None:
    assert deliver(json.dumps(event).encode()) == 200
    assert len(stored(session)) == 1


def test_legacy_events_without_an_id_are_told_apart_by_their_bytes(
    session: Session, deliver: Deliver
) -> None:
    for said in ("a", "b", "b"):
        assert deliver({"type": "x", "data": said}, legacy=True) == 200

    assert len(stored(session)) == 2


def test_a_wrong_or_old_signature_is_401_and_counted(
    session: Session, deliver: Deliver, client: TestClient
) -> None:
    assert deliver(key=b"another key") == 401
    assert deliver(late=301) == 401
    assert deliver(late=-301) == 401
    answer = client.post("/webhooks/openphone", content=b"{}")
    assert (answer.status_code, answer.content) == (401, b"")

    assert refused(session) == {"wrong signature": 1, "too old": 2, "no signature": 1}
    assert stored(session) == []
    assert len(session.exec(select(RefusedDelivery)).all()) == 4


def test_the_signature_is_of_the_raw_bytes(session: Session, client: TestClient) -> None:
    body = json.dumps(dated()).encode()
    signed = standard_headers(body, "msg_1")
    minified = json.dumps(dated(), separators=(",", ":")).encode()

    assert client.post("/webhooks/openphone", content=minified, headers=signed).status_code == 401


def test_what_is_not_json_is_400(session: Session, deliver: Deliver) -> None:
    assert deliver(b"hello") == 400
    assert refused(session) == {"not JSON": 1}


def test_more_than_a_megabyte_is_413_and_not_read_on(session: Session, client: TestClient) -> None:
    read: list[int] = []
    answers: list[Message_] = []

    async def receive() -> Message_:
        read.append(1)
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    async def send(message: Message_) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/webhooks/openphone", "headers": [],
             "query_string": b"", "root_path": "", "scheme": "http", "server": ("test", 80),
             "client": ("test", 1), "http_version": "1.1", "raw_path": b""}  # fmt: skip
    asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]

    assert answers[0]["status"] == 413
    assert len(read) == 11
    assert refused(session) == {"too large": 1}


def test_a_megabyte_exactly_is_read(deliver: Deliver) -> None:
    start = b'{"type":"x","data":"'
    assert deliver(start + b"a" * (1024 * 1024 - len(start) - 2) + b'"}') == 200


def test_live_without_a_key_believes_nobody(
    session: Session, client: TestClient, environment: Callable[..., None]
) -> None:
    body = json.dumps(dated()).encode()
    signed = standard_headers(body, "msg_1")
    environment(SANDBOX="0", OPENPHONE_WEBHOOK_KEYS="")

    assert client.post("/webhooks/openphone", content=body, headers=signed).status_code == 401
    assert refused(session) == {"no webhook key": 1}


def test_with_the_database_down_the_sender_is_to_try_again(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch, rung: list[str]
) -> None:
    def gone(*_args: object, **_more: object) -> None:
        raise OperationalError("select", {}, Exception())

    monkeypatch.setattr(webhook, "accept", gone)
    monkeypatch.setattr(actions, "refuse", gone)

    assert deliver() == 503
    assert deliver(b"hello") == 400
    assert rung == []


def test_a_failed_stop_stores_nothing_so_that_it_comes_again(
    session: Session, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> bool:
        raise OperationalError("select", {}, Exception())

    monkeypatch.setattr(webhook, "apply_certain_words", fails)
    assert deliver(dated(text="STOP"), delivery_id="msg_1") == 503
    monkeypatch.undo()

    assert stored(session) == []


def test_a_sender_that_hangs_up_is_answered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs_up(_request: Request) -> AsyncIterator[bytes]:
        yield b"{"
        raise ClientDisconnect

    monkeypatch.setattr(Request, "stream", hangs_up)
    assert client.post("/webhooks/openphone", content=b"{}").status_code == 400


def test_a_stop_in_the_thread_comes_with_the_applied_delivery(
    session: Session, deliver: Deliver
) -> None:
    assert deliver(dated(text="STOP", createdAt=AT)) == 200
    assert apply_due() == 1

    assert thread_of(session).last_text == "STOP"
    assert stored(session)[0].state is DeliveryState.APPLIED
