from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.compliance.facts import Purpose
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import DayCap, Line, Message, MessageStatus, OutboxState
from crm_app.conversations.optout import opt_in, opt_out
from crm_app.conversations.threads import note_status, receive_text
from crm_app.errors import Kind, ProviderError
from crm_app.outbox.outcomes import Receipt, record, sweep_leases
from crm_app.outbox.sending import claim_next
from crm_app.settings import settings
from tests.texting import (
    PAT,
    TUESDAY,
    claimed,
    hello,
    incoming,
    queue_cold,
    row,
    rows,
    set_clock,
    status,
    thread_of,
)

pytestmark = pytest.mark.usefixtures("tuesday")
MINUTE = timedelta(minutes=1)
BUSY = ProviderError("Too many requests", Kind.AGAIN)
REFUSED = ProviderError("Not a mobile number", Kind.REFUSED)
STOPPED = ProviderError("OpenPhone: no credits. Add credits.", Kind.STOPPED)
UNCLEAR = ProviderError("OpenPhone did not answer.", Kind.UNCERTAIN)


def used(session: Session) -> int:
    return session.exec(select(DayCap.used)).one()


@pytest.mark.parametrize(
    ("outcome", "state", "because", "attempts", "cap", "started"),
    [
        (Receipt("AC1"), OutboxState.SENT, "", 1, 1, True),
        (Receipt("AC1", MessageStatus.DELIVERED), OutboxState.DELIVERED, "", 1, 1, True),
        (BUSY, OutboxState.WAITING, "Too many requests", 1, 0, False),
        (REFUSED, OutboxState.FAILED, "Not a mobile number", 1, 0, False),
        (STOPPED, OutboxState.WAITING, "", 0, 0, False),
        (UNCLEAR, OutboxState.UNCERTAIN, "no clear answer from OpenPhone; being looked up", 1, 1,
         True),
    ],
)  # fmt: skip
def test_what_an_outcome_means_for_the_row(
    session: Session,
    outcome: Receipt | ProviderError,
    state: OutboxState,
    because: str,
    attempts: int,
    cap: int,
    started: bool,
) -> None:
    only = queue_cold(session)[0]

    record(session, claimed(session), outcome)

    found = row(session, only)
    assert (found.state, found.because, found.attempts) == (state, because, attempts)
    assert used(session) == cap
    assert (found.started_at is not None) is started
    assert found.lease_until is None


def test_a_sent_text_stands_in_its_thread_and_is_hidden_until_they_answer(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)

    record(session, sending, Receipt("AC1"))

    message = session.exec(select(Message)).one()
    assert (message.provider_id, message.outbox_id, message.body) == ("AC1", only, hello("0110"))
    thread = thread_of(session, sending.to)
    assert (thread.is_in_inbox, thread.last_text, thread.last_is_ours) == (
        False,
        hello("0110"),
        True,
    )


def test_again_waits_longer_each_time(session: Session) -> None:
    only = queue_cold(session)[0]
    pauses = []
    for _ in range(10):
        record(session, claimed(session), BUSY)
        pauses.append((row(session, only).not_before - clock.now(session)).total_seconds())
        set_clock(session, row(session, only).not_before + timedelta(seconds=1))

    assert [round(pause) for pause in pauses] == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]


def test_a_refused_account_stops_the_line_and_changes_no_recipient(session: Session) -> None:
    first, second = queue_cold(session, 2)
    before = row(session, first).not_before

    record(session, claimed(session), STOPPED)

    line = session.get_one(Line, settings().own_number)
    assert line.stopped_because == "OpenPhone: no credits. Add credits."
    assert line.stopped_since
    assert line.retry_at
    assert line.retry_at - line.stopped_since == timedelta(minutes=5)
    assert row(session, first).not_before == before
    assert row(session, first).state is row(session, second).state is OutboxState.WAITING


def test_a_success_that_started_before_the_stop_does_not_open_the_line(session: Session) -> None:
    queue_cold(session, 2)
    early, late = claimed(session), claimed(session)
    set_clock(session, TUESDAY + timedelta(minutes=1))
    record(session, late, STOPPED)

    record(session, early, Receipt("AC1"))

    assert session.get_one(Line, settings().own_number).stopped_since


def test_a_delivery_that_overtook_the_answer_is_adopted(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    note_status(session, status("AC1", MessageStatus.DELIVERED, e164=sending.to))
    assert not thread_of(session, sending.to).is_in_inbox

    record(session, sending, Receipt("AC1"))

    assert row(session, only).state is OutboxState.DELIVERED
    message = session.exec(select(Message)).one()
    assert (message.status, message.outbox_id) == (MessageStatus.DELIVERED, only)


def test_a_late_word_on_a_settled_row_changes_nothing(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    record(session, sending, Receipt("AC1"))

    record(session, sending, BUSY)
    record(session, sending, Receipt("AC1"))

    assert row(session, only).state is OutboxState.SENT
    assert len(session.exec(select(Message)).all()) == 1
    assert used(session) == 1


def test_an_answer_that_comes_after_the_sweep_is_still_taken(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    session.execute(text("update outbox set lease_until = now() - interval '1 second'"))
    assert sweep_leases(session) == 1
    assert row(session, only).state is OutboxState.UNCERTAIN

    record(session, sending, Receipt("AC1"))

    assert row(session, only).state is OutboxState.SENT


def test_a_running_lease_is_not_swept(session: Session) -> None:
    only = queue_cold(session)[0]
    claimed(session)

    assert sweep_leases(session) == 0
    assert row(session, only).state is OutboxState.SENDING


def test_a_text_in_flight_when_they_said_stop_is_called_back_if_it_did_not_leave(
    session: Session,
) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    opt_out(session, sending.to, source="text", because="STOP", at=TUESDAY)
    assert row(session, only).state is OutboxState.SENDING

    record(session, sending, BUSY)

    found = row(session, only)
    assert (found.state, found.because) == (OutboxState.CANCELLED, "opted out on 9 June 2026")
    assert found.opted_out_at == TUESDAY


def test_a_confirmation_is_tried_again_for_five_minutes_and_then_not(session: Session) -> None:
    opt_out(session, PAT, source="text", because="STOP", at=TUESDAY)
    record(session, claimed(session), BUSY)
    assert rows(session)[0].state is OutboxState.WAITING

    set_clock(session, TUESDAY + timedelta(minutes=6))
    assert claim_next(session) is None
    assert sweep_leases(session) == 1

    found = rows(session)[0]
    assert (found.state, found.because) == (OutboxState.CANCELLED, "Too many requests")


def test_a_reply_takes_no_slot_of_the_day_and_gives_none_back(session: Session) -> None:
    receive_text(session, incoming())
    queue_text(session, e164=PAT, body="Yes", purpose=Purpose.REPLY)

    record(session, claimed(session), REFUSED)

    assert session.exec(select(DayCap)).first() is None


def test_a_reply_that_left_answers_the_thread(session: Session) -> None:
    receive_text(session, incoming())
    assert thread_of(session).is_unanswered
    queue_text(session, e164=PAT, body="Yes", purpose=Purpose.REPLY)

    record(session, claimed(session), Receipt("AC1"))

    thread = thread_of(session)
    assert (thread.is_unanswered, thread.is_in_inbox, thread.last_text) == (False, True, "Yes")


def test_a_refused_text_does_not_use_up_the_month(session: Session) -> None:
    queue_cold(session)
    sending = claimed(session)
    record(session, sending, REFUSED)
    session.execute(text("update outbox set campaign_id = 2"))
    session.execute(
        text(
            "insert into outbox (own_number, e164, purpose, priority, body, state, because,"
            " receipt_checks, is_for_person, not_before, attempts, lookups, was_absent, created_at)"
            " select own_number, e164, purpose, priority, body, 'waiting', '', 0, false,"
            " :now, 0, 0, false, :now from outbox"
        ),
        {"now": TUESDAY},
    )

    assert claimed(session).to == sending.to


def test_a_reply_the_carrier_did_not_deliver_is_failed(session: Session) -> None:
    receive_text(session, incoming())
    queue_text(session, e164=PAT, body="Yes", purpose=Purpose.REPLY)
    record(session, claimed(session), Receipt("AC1"))

    note_status(session, status("AC1", MessageStatus.FAILED))

    assert rows(session)[0].state is OutboxState.FAILED


def test_undelivered_by_the_carrier_is_failed_with_the_reason(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    record(session, sending, Receipt("AC1"))

    note_status(session, status("AC1", MessageStatus.UNDELIVERED, e164=sending.to))

    assert (row(session, only).state, row(session, only).because) == (
        OutboxState.FAILED,
        "error 30007",
    )
    message = session.exec(select(Message).where(col(Message.provider_id) == "AC1")).one()
    assert message.error == "error 30007"


def test_what_they_wrote_while_a_text_was_tried_in_vain_is_no_answer_to_it(
    session: Session,
) -> None:
    queue_cold(session)
    flight = claimed(session)
    receive_text(session, incoming("Who is this?", e164=flight.to, at=TUESDAY + MINUTE))
    assert row(session, flight.outbox_id).answered_at
    record(session, flight, ProviderError("busy", Kind.AGAIN))

    found = row(session, flight.outbox_id)
    assert (found.state, found.answered_at) == (OutboxState.WAITING, None)


def test_a_text_that_a_stop_hit_in_flight_is_over_even_after_a_start(session: Session) -> None:
    queue_cold(session)
    flight = claimed(session)
    opt_out(session, flight.to, source="text", because="STOP", at=TUESDAY)
    opt_in(session, flight.to, source="text", because="START", at=TUESDAY + MINUTE)
    record(session, flight, ProviderError("busy", Kind.AGAIN))

    assert row(session, flight.outbox_id).state is OutboxState.CANCELLED


def test_words_from_before_a_text_do_not_answer_it(session: Session) -> None:
    queue_cold(session)
    flight = claimed(session)
    receive_text(session, incoming("Hello", e164=flight.to, at=TUESDAY - MINUTE))

    assert row(session, flight.outbox_id).answered_at is None
