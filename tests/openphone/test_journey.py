"""The sender against a pretend OpenPhone in its own process: faults, kills and look-ups."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock
from crm_app.conversations.models import Line, Message, MessageStatus, Outbox, OutboxState
from crm_app.openphone import client, tasks
from crm_app.openphone.events import apply_event
from crm_app.openphone.lookup import ask_for_receipts, look_up_due
from crm_app.openphone.payloads import read_event
from crm_app.openphone.sender import receipt_of, send_due
from crm_app.outbox.outcomes import record, sweep_leases
from crm_app.outbox.sending import claim_next
from crm_app.settings import settings
from tests.openphone.conftest import Ear, Place
from tests.texting import TUESDAY, claimed, hello, queue_cold, row, set_clock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def openphone(session: Session, place: Place, environment: Callable[..., None]) -> Place:
    """The pretend OpenPhone at ten on Tuesday; the program talks to it."""
    environment(OPENPHONE_BASE_URL=place.url)
    move(session, place, TUESDAY - clock.now(session))
    return place


def move(session: Session, place: Place, by: timedelta) -> None:
    """Move both worlds' clocks."""
    set_clock(session, clock.now(session) + by)
    offset = (clock.now(session) - clock.wall()).total_seconds()
    place.http.post("/__sandbox/clock", json={"offset_seconds": round(offset)})


def sent(place: Place) -> list[dict[str, Any]]:
    return place.get("sent")


def states(session: Session) -> dict[OutboxState, int]:
    session.expire_all()
    return dict(Counter(one.state for one in session.exec(select(Outbox))))


def apply_all(session: Session, ear: Ear) -> None:
    for _, body in ear.heard:
        apply_event(session, read_event(body))


def test_texts_leave_and_their_receipts_come_back(
    session: Session, openphone: Place, ear: Ear
) -> None:
    queue_cold(session, 5)

    assert send_due() == 5
    assert states(session) == {OutboxState.SENT: 5}
    openphone.later(10)
    apply_all(session, ear)

    assert states(session) == {OutboxState.DELIVERED: 5}
    assert {one["text"] for one in sent(openphone)} == {hello(f"{n:04d}") for n in range(110, 115)}


def test_receipts_that_overtake_the_answer_end_the_same(
    session: Session, openphone: Place, ear: Ear
) -> None:
    openphone.put("faults", reorder_webhook=1)
    queue_cold(session, 2)
    claim = claimed(session)
    taken = client.send_message(own_number=claim.own_number, to=claim.to, body=claim.body)
    openphone.later(1)
    apply_all(session, ear)

    record(session, claim, receipt_of(taken))

    assert row(session, claim.outbox_id).state is OutboxState.DELIVERED
    assert len(session.exec(select(Message)).all()) == 1


@pytest.mark.parametrize("fault", ["500_after", "silent_after"])
def test_a_text_that_was_taken_without_an_answer_is_found_and_not_sent_again(
    session: Session, openphone: Place, fault: str
) -> None:
    openphone.put("switches", silence_seconds=0.1)
    openphone.put("faults", **{fault: 1})
    only = queue_cold(session)[0]
    send_due()
    assert row(session, only).state is OutboxState.UNCERTAIN

    openphone.put("faults")
    assert look_up_due() == 1

    assert row(session, only).state in (OutboxState.SENT, OutboxState.DELIVERED)
    assert send_due() == 0
    assert len(sent(openphone)) == 1


def test_a_text_that_never_arrived_is_sent_once_more_after_two_lookups(
    session: Session, openphone: Place
) -> None:
    openphone.put("faults", **{"500_before": 1})
    only = queue_cold(session)[0]
    send_due()
    openphone.put("faults")
    look_up_due()
    assert row(session, only).state is OutboxState.UNCERTAIN
    assert send_due() == 0

    move(session, openphone, 10 * MINUTE)
    look_up_due()
    assert send_due() == 1

    assert row(session, only).state is OutboxState.SENT
    assert len(sent(openphone)) == 1


def test_a_worker_killed_after_the_call_has_its_text_adopted(
    session: Session, openphone: Place
) -> None:
    only = queue_cold(session)[0]
    claim = claimed(session)
    client.send_message(own_number=claim.own_number, to=claim.to, body=claim.body)
    # SIGKILL here: nothing was recorded. Its lease runs out.
    session.execute(text("update outbox set lease_until = now() - interval '1 second'"))

    sweep_leases(session)
    look_up_due()

    assert row(session, only).state is OutboxState.SENT
    assert claim_next(session) is None
    assert len(sent(openphone)) == 1


def test_a_worker_killed_before_the_call_has_its_text_sent_once(
    session: Session, openphone: Place
) -> None:
    only = queue_cold(session)[0]
    claimed(session)
    session.execute(text("update outbox set lease_until = now() - interval '1 second'"))
    sweep_leases(session)
    look_up_due()
    move(session, openphone, 10 * MINUTE)
    look_up_due()

    send_due()

    assert row(session, only).state is OutboxState.SENT
    assert len(sent(openphone)) == 1


@pytest.mark.parametrize("fault", ["401", "402", "403", "400_a2p"])
@pytest.mark.parametrize("shape", ["flat", "wrapped"])
def test_a_refused_account_stops_the_line_until_a_probe_gets_through(
    session: Session, openphone: Place, fault: str, shape: str
) -> None:
    openphone.put("switches", error_shape=shape)
    openphone.put("faults", **{fault: 1})
    queue_cold(session, 3)

    assert send_due() == 1
    assert send_due() == 0
    assert session.get_one(Line, settings().own_number).stopped_because.startswith("OpenPhone: ")
    move(session, openphone, 5 * MINUTE + timedelta(seconds=1))
    assert send_due() == 1

    openphone.put("faults")
    move(session, openphone, 5 * MINUTE + timedelta(seconds=1))
    assert send_due() == 3
    assert session.get_one(Line, settings().own_number).stopped_since is None
    assert states(session) == {OutboxState.SENT: 3}


def test_busy_answers_are_tried_again_and_nobody_is_lost(
    session: Session, openphone: Place
) -> None:
    openphone.put("faults", **{"429": 0.5})
    queue_cold(session, 6)
    for _ in range(12):
        send_due()
        move(session, openphone, MINUTE)

    assert states(session) == {OutboxState.SENT: 6}
    assert len(sent(openphone)) == len({one["to"] for one in sent(openphone)}) == 6


def test_many_faults_at_once_double_and_lose_nobody(session: Session, openphone: Place) -> None:
    openphone.put("switches", silence_seconds=0.05)
    openphone.put(
        "faults", **{"429": 0.2, "500_before": 0.2, "500_after": 0.2, "silent_after": 0.2}
    )
    queue_cold(session, 20)
    left = {OutboxState.SENT, OutboxState.DELIVERED}  # a look-up may find it delivered
    for turn in range(40):
        tasks.every_minute()
        tasks.look_up()
        move(session, openphone, 3 * MINUTE)
        if turn == 6:
            openphone.put("faults")
        if set(states(session)) <= left:
            break

    found = Counter(one["to"] for one in sent(openphone))
    asked = session.exec(select(Outbox).where(Outbox.is_for_person)).all()
    assert max(found.values()) == 1
    assert len(found) + len(asked) == 20
    assert sum(states(session).get(state, 0) for state in left) == len(found)
    assert session.execute(text("select used from day_cap")).scalar() == 20


def test_a_provider_that_is_away_costs_nothing_but_time(
    session: Session, openphone: Place, environment: Callable[..., None]
) -> None:
    only = queue_cold(session)[0]
    environment(OPENPHONE_BASE_URL="http://127.0.0.1:9")
    send_due()
    found = row(session, only)
    assert (found.state, found.because) == (OutboxState.WAITING, "OpenPhone cannot be reached.")

    environment(OPENPHONE_BASE_URL=openphone.url)
    move(session, openphone, MINUTE)
    send_due()

    assert row(session, only).state is OutboxState.SENT


def test_the_number_that_openphone_does_not_list_stops_the_lookup(
    session: Session, openphone: Place, environment: Callable[..., None]
) -> None:
    openphone.put("faults", **{"500_after": 1})
    only = queue_cold(session)[0]
    send_due()
    openphone.put("faults")
    session.execute(text("update outbox set own_number = '+16175550199'"))

    assert look_up_due() == 0
    assert row(session, only).state is OutboxState.UNCERTAIN


def test_a_failed_text_of_openphone_is_failed_here(
    session: Session, openphone: Place, ear: Ear
) -> None:
    openphone.put("faults", undelivered=1)
    only = queue_cold(session)[0]
    send_due()
    openphone.later(10)
    apply_all(session, ear)

    assert row(session, only).state is OutboxState.FAILED
    assert "30007" in row(session, only).because
    assert session.exec(select(Message.status)).one() is MessageStatus.UNDELIVERED


def test_a_receipt_that_never_came_is_asked_for(
    session: Session, openphone: Place, ear: Ear
) -> None:
    openphone.put("faults", drop_webhook=1.0)
    queue_cold(session, 3)
    assert send_due() == 3
    ask_for_receipts()
    assert states(session) == {OutboxState.SENT: 3}

    move(session, openphone, 11 * MINUTE)
    ask_for_receipts()

    assert ear.heard == []
    assert states(session) == {OutboxState.DELIVERED: 3}


def test_while_nobody_answers_no_receipt_is_given_up(session: Session, openphone: Place) -> None:
    openphone.put("faults", drop_webhook=1.0)
    queue_cold(session)
    assert send_due() == 1
    openphone.put("faults", **{"500_before": 1.0})

    move(session, openphone, 11 * MINUTE)
    ask_for_receipts()

    assert session.exec(select(Outbox.receipt_checks)).one() == 0


def test_a_refused_account_gives_no_receipt_up_and_a_lost_text_stops_nobody(
    session: Session, openphone: Place
) -> None:
    openphone.put("faults", drop_webhook=1.0)
    queue_cold(session, 2)
    assert send_due() == 2
    move(session, openphone, 11 * MINUTE)
    openphone.put("faults", **{"401": 1.0})
    ask_for_receipts()
    assert set(session.exec(select(Outbox.receipt_checks))) == {0}

    openphone.put("faults", drop_webhook=1.0)
    session.execute(text("update outbox set provider_id = 'ACgone' where id = "
                         "(select min(id) from outbox)"))  # fmt: skip
    ask_for_receipts()

    assert states(session) == {OutboxState.SENT: 1, OutboxState.DELIVERED: 1}
    assert sorted(session.exec(select(Outbox.receipt_checks))) == [0, 1]
