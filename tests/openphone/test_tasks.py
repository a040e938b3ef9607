import json
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from unittest.mock import Mock

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from crm_app import clock, house, queue, worker
from crm_app.conversations.models import Message, MessageStatus
from crm_app.openphone import tasks
from crm_app.openphone.payloads import Event as PayloadEvent
from crm_app.webhooks import actions
from crm_app.webhooks.models import Delivery, DeliveryState
from tests.openphone.test_payloads import app, dated, envelope, v1
from tests.texting import PAT, TUESDAY, rows, set_clock, thread_of

pytestmark = pytest.mark.usefixtures("tuesday")
SPAM = "the carrier took it for spam: say it otherwise, without a link (error 30007)"


@pytest.fixture(autouse=True)
def _nobody_fetches_its_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "wake", lambda: None)


def keep(session: Session, event: object, delivery_id: str = "msg_1") -> int:
    body = json.dumps(event, ensure_ascii=False)
    told: Any = {"provider": "openphone", "delivery_id": delivery_id, "kind": "x", "body": body}
    row_id = actions.store(session, Delivery(**told, received_at=clock.wall()))
    return row_id or 0


def delivery(session: Session, row_id: int) -> Delivery:
    session.expire_all()
    return session.get_one(Delivery, row_id)


@pytest.mark.parametrize("event", [app(), v1(), dated(), {"object": app()}])
def test_a_text_of_every_generation_is_applied_once(
    session: Session, event: dict[str, object]
) -> None:
    first, second = keep(session, event), keep(session, event, "msg_2")

    assert tasks.apply_due() == 2
    assert tasks.apply_due() == 0

    assert thread_of(session).last_text == "Hi"
    assert len(session.exec(select(Message)).all()) == 1
    for row_id in (first, second):
        assert delivery(session, row_id).state is DeliveryState.APPLIED


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("message.delivered", MessageStatus.DELIVERED, ""),
        ("message.undelivered", MessageStatus.UNDELIVERED, SPAM),
        ("message.failed", MessageStatus.FAILED, SPAM),
    ],
)
def test_what_became_of_a_text_of_ours(
    session: Session, kind: str, status: MessageStatus, error: str
) -> None:
    said = dated(direction="outgoing", errorCode="30007")["data"]["resource"]
    context = {"senderIdentifier": "+16175550100", "recipientIdentifiers": [PAT]}
    keep(session, envelope({"resource": said, "context": context}, kind))

    assert tasks.apply_due() == 1

    message = session.exec(select(Message)).one()
    assert (message.status, message.error) == (status, error)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"type": "task.created"}, "This kind of event is not known."),
        ({}, "This kind of event is not known."),
        (app(**{"from": "262966"}), "The sender is no phone number."),
        (app(**{"from": "Anonymous"}), "The sender is no phone number."),
        (envelope({"object": {"id": "AC1", "to": [PAT, "+16175550141"]}}, "message.delivered"),
         "The text went to no single phone number."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_kept_with_the_reason(
    session: Session, event: dict[str, object], reason: str
) -> None:
    row_id = keep(session, event)

    tasks.apply_due()

    found = delivery(session, row_id)
    assert (found.state, found.error) == (DeliveryState.UNKNOWN, reason)
    assert session.exec(select(Message)).first() is None


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"type": "call.ringing"}, "The call has no id"),
        (app(id=None), "The message has no id"),
        (app(**{"from": ""}), "The sender cannot be read: look who wrote, and replay it later"),
        (app(**{"from": {"phone": PAT}}),
         "The sender cannot be read: look who wrote, and replay it later"),
    ],
)  # fmt: skip
def test_somebodys_message_that_cannot_be_read_is_tried_again_and_waits_for_a_person(
    session: Session, event: dict[str, object], reason: str
) -> None:
    row_id = keep(session, event)

    tasks.apply_due()

    found = delivery(session, row_id)
    assert (found.state, found.error) == (DeliveryState.FAILED, reason)
    assert found.next_at is not None


def test_a_number_in_another_spelling_is_a_number(session: Session) -> None:
    keep(session, app(**{"from": "(617) 555-0140"}))

    tasks.apply_due()

    assert thread_of(session, "+16175550140").last_inbound_at is not None


def test_a_text_to_another_number_of_ours_has_a_thread_of_its_own(session: Session) -> None:
    keep(session, app(to="+16175550199"))
    tasks.apply_due()

    assert thread_of(session).own_number == "+16175550199"


def test_a_text_without_a_time_is_of_now(session: Session) -> None:
    keep(session, app(createdAt=None))
    tasks.apply_due()

    assert thread_of(session).last_at - TUESDAY < timedelta(minutes=1)


def test_a_failure_is_kept_by_its_type_and_does_not_hold_up_the_others(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = keep(session, app()), keep(session, dated(id="AC2", text="Fine"), "msg_2")
    apply_event = tasks.apply_event

    def fails(session: Session, event: PayloadEvent) -> None:
        if event.data.get("object"):
            raise ValueError("about +16175550140")
        apply_event(session, event)

    monkeypatch.setattr(tasks, "apply_event", fails)
    assert tasks.apply_due() == 2

    found = delivery(session, bad)
    assert (found.state, found.error, found.attempts) == (
        DeliveryState.FAILED, "The program broke at it (ValueError, in logs/worker.log)", 1,
    )  # fmt: skip
    assert found.next_at
    assert delivery(session, good).state is DeliveryState.APPLIED
    assert not tasks.apply_one(bad)


def test_a_delivery_settled_between_claim_and_apply_is_left(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = keep(session, app())
    monkeypatch.setattr(actions, "take", lambda *_: None)

    assert tasks.apply_one(row_id)
    assert session.exec(select(Message)).first() is None


def test_every_minute_beats_and_does_what_was_left(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    keep(session, dated(text="Hello"))
    monkeypatch.setattr(tasks, "look_up_due", lambda: done.append("looked up"))
    monkeypatch.setattr(tasks, "send_due", lambda: done.append("sent"))

    tasks.every_minute()
    tasks.look_up()
    tasks.every_minute()

    assert done == ["sent", "looked up", "sent"]
    assert thread_of(session).last_text == "Hello"
    beat = house.last_beat(session, "scheduler")
    assert beat
    assert clock.wall() - beat < timedelta(seconds=5)


def test_one_thread_looks_up_the_others_stay_free(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        tasks.look_up()  # the next minute's, while this one still waits for OpenPhone

    monkeypatch.setattr(tasks, "look_up_due", look)
    tasks.look_up()
    tasks.look_up()

    assert len(looks) == 2


def test_a_bell_during_the_last_look_is_not_lost(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def send() -> int:
        runs.append(1)
        if len(runs) == 1:
            tasks.send_outbox()  # the second sender is free and looks
            for lock in tasks._senders:
                lock.acquire(blocking=False)
            tasks.send_outbox()  # nobody is free: one of them must look again
            tasks._senders[1].release()
        return 0

    monkeypatch.setattr(tasks, "send_due", send)
    tasks.send_outbox()

    assert len(runs) == 3
    assert not any(lock.locked() for lock in tasks._senders)


def test_the_bell_of_a_delivery_applies_it(session: Session) -> None:
    keep(session, app())
    queue.is_immediate = True

    queue.ring(tasks.apply_due)

    assert thread_of(session).last_text == "Hi"


def test_the_worker_knows_every_task() -> None:
    assert "crm_app.openphone.tasks.send_outbox" in queue.tasks
    assert "crm_app.openphone.tasks.every_minute" in queue.periodic_tasks
    assert "crm_app.campaigns.tasks.settle_campaigns" in queue.periodic_tasks


def test_the_worker_beats_until_it_stops_also_over_a_database_that_goes_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beats: list[str] = []
    stop = Event()

    def beat(name: str) -> None:
        beats.append(name)
        if len(beats) == 1:
            raise OperationalError("x", {}, Exception())
        stop.set()

    monkeypatch.setattr(worker.tasks, "beat", beat)
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.01)
    worker.keep_beating(stop)

    assert beats == ["worker", "worker"]


def test_the_heartbeat_is_a_thread_that_does_not_keep_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Thread] = []
    monkeypatch.setattr(Thread, "start", lambda thread: started.append(thread))
    monkeypatch.setattr(worker, "logs", Mock())
    monkeypatch.setattr(worker, "queue", Mock())

    worker.run()

    assert started[0].daemon


def test_no_confirmation_is_sent_twice_for_a_doubled_stop(session: Session) -> None:
    set_clock(session, TUESDAY)
    keep(session, dated(text="STOP"))
    tasks.apply_due()

    assert rows(session) == []  # the words work when a delivery is stored, not when it is applied
