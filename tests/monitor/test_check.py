"""The hourly text from the monitor number: sent by the one sender, heard, judged, told of."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import house
from crm_app.admin.queries import health
from crm_app.conversations.models import Conversation, Line, Message, Outbox, OutboxState
from crm_app.errors import CrmError, ForbiddenError, Kind, ProviderError
from crm_app.monitor import actions, queries, tasks
from crm_app.monitor.models import HealthCheck
from crm_app.openphone import sender
from crm_app.openphone.tasks import apply_due
from crm_app.outbox.lookups import without_receipt
from crm_app.outbox.outcomes import sweep_leases
from crm_app.settings import SANDBOX_MONITOR as MONITOR
from crm_app.settings import SANDBOX_NUMBER as OURS
from tests.monitor.conftest import Box, Deliver, Ear, Place, Wall
from tests.openphone.test_payloads import envelope
from tests.texting import Gateway, olivia, set_clock
from tests.texting import Role as R

pytestmark = pytest.mark.usefixtures("rung")
STOPPED = ProviderError("OpenPhone: Not Found. Set the number.", Kind.STOPPED)


@pytest.fixture
def check(session: Session, wall: Wall) -> Callable[[], HealthCheck]:
    """The newest check, as the database has it."""

    def found() -> HealthCheck:
        session.commit()
        session.expire_all()
        return session.exec(select(HealthCheck).order_by(text("id desc"))).all()[0]

    return found


def send(*answers: Any) -> Gateway:
    gateway = Gateway(*answers)
    sender.send_due(gateway.send)
    return gateway


def heard(word: str, kind: str = "message.received", **more: Any) -> dict[str, Any]:
    """OpenPhone's event of a check's text, as it arrives or (by its kind) as it left."""
    said = {"id": f"AC{kind}{word}", "text": f"Health check {word}", "status": "received",
            "createdAt": "2026-06-09T14:00:00.000Z"}  # fmt: skip
    ends = {"senderIdentifier": MONITOR, "recipientIdentifiers": [OURS]}
    return envelope({"resource": said | more, "context": ends}, kind)


Check = Callable[[], HealthCheck]


def test_one_leaves_each_hour_by_the_gate_and_its_webhook_is_nobodys_message(
    session: Session, wall: Wall, check: Check, deliver: Deliver, rung: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO)
    tasks.check_line()
    tasks.check_line()
    assert rung == ["send_outbox"]
    assert send().asked == [(OURS, f"Health check {check().word}")]
    row = session.get_one(Outbox, check().outbox_id)
    assert (row.own_number, row.state, row.purpose) == (MONITOR, OutboxState.SENT, "monitor")
    decided = session.execute(text("select stage from decision where is_allowed order by id"))
    assert list(decided.scalars()) == ["queue", "claim"]

    wall.on(seconds=3)
    assert deliver(heard(check().word)) == 200
    assert deliver(heard(check().word, "message.delivered", status="delivered")) == 200
    wall.on(seconds=1)
    assert deliver(heard(check().word)) == 200, "told twice"
    apply_due()

    found = check()
    assert (found.state, found.because, found.failed_at) == ("received", "", None)
    assert (found.sent_at, found.received_at) == (wall.now - timedelta(seconds=4),
                                                  wall.now - timedelta(seconds=1))  # fmt: skip
    assert session.exec(select(Message)).all() == []
    assert session.exec(select(Conversation)).all() == []
    assert list(session.execute(text("select state from delivery")).scalars()) == ["applied"] * 3
    events = [record.getMessage() for record in caplog.records if "health_check" in record.msg]
    assert events == [f"health_check.{what} {found.id}" for what in ("sent", "received")]
    assert queries.checks(session)[0].detail == "after 3 s"
    wall.on(minutes=15)
    assert without_receipt(session) == [], "its webhook is the receipt"

    wall.on(minutes=44)
    tasks.check_line()
    assert check().id == found.id
    wall.on(minutes=1)
    tasks.check_line()
    assert check().id > found.id


def test_no_webhook_is_a_letter_a_banner_and_red_until_the_next_one_arrives(
    session: Session, wall: Wall, check: Check, deliver: Deliver, box: Box
) -> None:
    set_clock(session, wall.now)
    tasks.check_line()
    send()
    wall.on(seconds=120)
    tasks.check_line()
    assert (check().state, box.letters) == ("open", [])

    wall.on(seconds=1)
    tasks.check_line()
    tasks.check_line()

    words = "The health check of 10:00 AM failed: no webhook within 120 seconds."
    assert (check().state, check().failed_at) == ("failed", wall.now)
    assert queries.wrong(session, is_loud=True) == [words]
    ((_, subject, body),) = box.letters
    assert subject == "Attack-a-Crack: the health check failed"
    assert words in body
    assert "/admin/webhooks" in body.replace("=\n", "")
    part = next(part for part in health(session) if part.name == "arrivals")
    assert (part.is_ok, part.detail) == (False, words.rstrip("."))

    wall.on(minutes=5)
    assert deliver(heard(check().word)) == 200
    assert check().because == "its webhook came after 421 seconds"
    tasks.check_line()
    assert queries.wrong(session, is_loud=True), "late is no success"

    wall.on(minutes=53)
    tasks.check_line()
    send()
    assert deliver(heard(check().word)) == 200
    tasks.check_line()
    tasks.check_line()
    assert queries.wrong(session, is_loud=True) == []
    assert [letter[1] for letter in box.letters[1:]] == [
        "Attack-a-Crack: the health check is well again"
    ]


def test_the_worker_was_off_or_the_account_stopped_and_nobody_is_alarmed(
    session: Session, wall: Wall, check: Check, box: Box
) -> None:
    set_clock(session, wall.now)
    tasks.check_line()
    send()
    wall.on(hours=9)  # the machine slept; what was missed meanwhile is not known
    tasks.check_line()
    assert session.exec(select(HealthCheck.state).order_by(text("id"))).all() == ["void", "open"]

    wall.on(minutes=11)  # no sender, but a scheduler
    sweep_leases(session)
    session.commit()
    tasks.check_line()
    assert check().because.startswith("the text did not leave in time: the worker was off")

    session.add(Line(own_number=OURS, stopped_since=wall.now, stopped_because="no credits"))
    session.commit()
    many = check().id
    wall.on(hours=2)
    tasks.check_line()
    assert check().id == many, "the account has an alarm of its own"
    with pytest.raises(CrmError, match="No text can leave: no credits"):
        actions.begin(session, olivia(session))
    assert box.letters == []


def test_a_moved_clock_sends_no_burst_and_makes_none_late(
    session: Session, wall: Wall, check: Check, deliver: Deliver
) -> None:
    tasks.check_line()
    for days in (1, 2, 3):
        set_clock(session, wall.now + timedelta(days=days))
        tasks.check_line()
    assert session.exec(select(HealthCheck)).all() == [check()]
    set_clock(session, wall.now)
    send()
    set_clock(session, wall.now + timedelta(days=3))
    tasks.check_line()
    assert (check().state, check().sent_at) == ("open", wall.now)
    set_clock(session, wall.now - timedelta(days=3))
    wall.on(seconds=2)
    assert deliver(heard(check().word)) == 200
    assert check().state == "received"


@pytest.mark.parametrize("problem", [STOPPED, ProviderError("too long.", Kind.REFUSED)])
def test_a_check_that_is_refused_failed_and_stops_nobody_else(
    session: Session, wall: Wall, check: Check, problem: ProviderError
) -> None:
    tasks.check_line()
    assert len(send(problem).asked) == 1
    wall.on(minutes=1)
    tasks.check_line()

    assert session.exec(select(Line)).all() == []
    assert check().because == f"the text did not leave: {str(problem).rstrip('.')}"
    assert session.get_one(Outbox, check().outbox_id).state is OutboxState.FAILED


def test_a_text_without_an_answer_may_have_left(
    session: Session, wall: Wall, check: Check, deliver: Deliver
) -> None:
    tasks.check_line()
    send(ProviderError("no answer", Kind.UNCERTAIN))
    wall.on(seconds=30)
    tasks.check_line()
    assert (check().state, check().sent_at) == ("open", wall.now - timedelta(seconds=30))
    assert deliver(heard(check().word)) == 200
    assert check().state == "received"
    assert session.exec(select(Line)).all() == []


def test_a_check_that_could_not_leave_in_ten_minutes_failed(
    session: Session, wall: Wall, check: Check
) -> None:
    tasks.check_line()
    send(ProviderError("OpenPhone cannot be reached.", Kind.AGAIN))
    assert session.get_one(Outbox, check().outbox_id).state is OutboxState.WAITING
    wall.on(minutes=5)
    tasks.check_line()
    assert check().state == "open"
    wall.on(minutes=5)
    sweep_leases(session)
    session.commit()
    tasks.check_line()
    assert check().because == "the text did not leave: OpenPhone cannot be reached"


@pytest.mark.parametrize("is_watched", [True, False])
def test_a_check_that_no_sender_took_failed_unless_the_worker_was_off(
    session: Session, wall: Wall, check: Check, is_watched: bool
) -> None:
    tasks.look_at_deliveries()
    tasks.check_line()
    for _ in range(5):
        wall.on(minutes=2)
        if is_watched:
            tasks.look_at_deliveries()
    sweep_leases(session)
    session.commit()
    tasks.check_line()

    assert check().state == ("failed" if is_watched else "void")
    assert bool(queries.failure(session)) is is_watched
    if is_watched:
        assert check().because == "the text did not leave: not sent in time"


def test_a_webhook_may_overtake_the_answer(
    session: Session, wall: Wall, check: Check, deliver: Deliver
) -> None:
    tasks.check_line()

    def during(**asked: Any) -> Any:
        assert deliver(heard(check().word)) == 200
        return Gateway().send(**asked)

    sender.send_due(during)

    found = check()
    assert (found.state, found.sent_at, found.received_at) == ("received", wall.now, wall.now)


def test_other_texts_from_that_phone_are_texts(
    session: Session, wall: Wall, deliver: Deliver
) -> None:
    assert deliver(heard("", text="Running late, the Quincy job first")) == 200
    assert deliver(heard("unknown")) == 200
    apply_due()
    assert session.exec(select(Message.body)).all() == ["Running late, the Quincy job first"]


def test_a_person_may_ask_for_one_but_not_for_two(session: Session, wall: Wall) -> None:
    owner, technician = olivia(session), olivia(session, R.TECHNICIAN)
    with pytest.raises(ForbiddenError):
        actions.begin(session, technician)
    assert actions.begin(session, owner)
    with pytest.raises(CrmError, match="One is under way"):
        actions.begin(session, owner)
    assert not actions.begin(session)


def test_a_live_firm_without_a_second_number_is_told_that_nobody_checks(
    session: Session, wall: Wall, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key", OPENPHONE_BASE_URL="")
    assert not actions.begin(session)
    with pytest.raises(CrmError, match="MONITOR_PHONE_NUMBER is not set"):
        actions.begin(session, olivia(session))
    part = next(part for part in health(session) if part.name == "arrivals")
    assert (part.is_ok, part.detail) == (False, queries.OFF)
    assert (queries.failure(session), queries.numbers()) == ("", "")


def test_our_own_number_is_no_monitor(environment: Callable[..., None]) -> None:
    from crm_app.settings import settings

    environment(MONITOR_PHONE_NUMBER=OURS)
    with pytest.raises(CrmError, match="MONITOR_PHONE_NUMBER is our own number"):
        settings()


def test_a_newborn_waits_an_hour_and_history_is_thirty_days(session: Session, wall: Wall) -> None:
    wall.on(minutes=-1)
    assert not actions.begin(session)
    wall.on(minutes=1)
    assert actions.begin(session)
    wall.on(days=30)
    tasks.forget_checks()
    assert len(session.exec(select(HealthCheck)).all()) == 1
    wall.on(seconds=1)
    actions.forget(session)
    assert session.exec(select(HealthCheck)).all() == []


@pytest.mark.parametrize("is_lost", [False, True])
def test_the_pretend_openphone_relays_it_or_loses_its_webhook(
    session: Session, place: Place, ear: Ear, environment: Callable[..., None], deliver: Deliver,
    is_lost: bool,
) -> None:  # fmt: skip
    environment(OPENPHONE_BASE_URL=place.url)
    place.put("faults", drop_check=float(is_lost))
    session.get_one(house.House, 1).born_at -= timedelta(hours=1)
    session.commit()
    assert actions.begin(session)
    session.commit()

    assert sender.send_due() == 1

    place.later(5)
    assert place.get("sent") == []
    assert ear.kinds == ([] if is_lost else ["message.received"])
    for event in ear.events:
        assert deliver(json.dumps(event).encode()) == 200
    session.expire_all()
    found = session.exec(select(HealthCheck)).one()
    assert found.state == ("open" if is_lost else "received")
    assert isinstance(found.asked_at, datetime)
