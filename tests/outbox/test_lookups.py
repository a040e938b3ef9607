from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from crm_app.conversations.models import DayCap, Message, MessageStatus, OutboxState
from crm_app.conversations.optout import opt_out
from crm_app.conversations.threads import note_status
from crm_app.errors import Kind, ProviderError
from crm_app.outbox.lookups import adopt, known_ids, note_absent, to_look_up
from crm_app.outbox.outcomes import Receipt, record
from tests.texting import TUESDAY, claimed, queue_cold, row, set_clock, status

pytestmark = pytest.mark.usefixtures("tuesday")
UNCLEAR = ProviderError("OpenPhone did not answer.", Kind.UNCERTAIN)
MINUTE = timedelta(minutes=1)


def make_uncertain(session: Session) -> int:
    found = claimed(session)
    record(session, found, UNCLEAR)
    return found.outbox_id


def look_twice(session: Session, outbox_id: int) -> None:
    note_absent(session, outbox_id, TUESDAY + MINUTE)
    note_absent(session, outbox_id, TUESDAY + 11 * MINUTE)


def test_an_uncertain_text_is_due_at_once_and_then_ten_minutes_later(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    assert [one.outbox_id for one in to_look_up(session)] == [only]

    note_absent(session, only, TUESDAY)
    assert to_look_up(session) == []

    set_clock(session, TUESDAY + 10 * MINUTE)
    assert [one.outbox_id for one in to_look_up(session)] == [only]


def test_a_number_with_a_text_in_flight_is_left_alone(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    row(session, only).state = OutboxState.SENDING
    session.flush()

    assert to_look_up(session) == []


def test_what_was_found_is_adopted_as_sent(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)

    assert adopt(session, only, Receipt("AC1"))

    assert row(session, only).state is OutboxState.SENT
    assert row(session, only).provider_id == "AC1"
    assert not adopt(session, only, Receipt("AC2"))


def test_a_message_is_taken_for_one_text_only(session: Session) -> None:
    queue_cold(session, 2)
    first, second = make_uncertain(session), make_uncertain(session)
    assert adopt(session, first, Receipt("AC1"))

    assert known_ids(session, ["AC1", "AC2"]) == {"AC1"}
    assert not adopt(session, second, Receipt("AC1"))
    assert row(session, second).state is OutboxState.UNCERTAIN


def test_a_delivery_kept_without_its_row_is_adopted(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    e164 = row(session, only).e164
    note_status(session, status("AC1", MessageStatus.DELIVERED, e164=e164))

    assert adopt(session, only, Receipt("AC1"))

    assert row(session, only).state is OutboxState.DELIVERED
    assert session.exec(select(Message.outbox_id)).one() == only


def test_absent_twice_ten_minutes_apart_waits_again_once(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    note_absent(session, only, TUESDAY + MINUTE)
    note_absent(session, only, TUESDAY + 10 * MINUTE)  # nine minutes later says nothing
    assert row(session, only).state is OutboxState.UNCERTAIN

    note_absent(session, only, TUESDAY + 11 * MINUTE)

    found = row(session, only)
    assert (found.state, found.was_absent, found.started_at) == (OutboxState.WAITING, True, None)
    assert session.exec(select(DayCap.used)).one() == 0
    note_absent(session, only, TUESDAY + 30 * MINUTE)
    assert row(session, only).lookups == 0


def test_its_own_first_try_does_not_bar_the_second_at_the_gate(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    look_twice(session, only)
    set_clock(session, TUESDAY + 12 * MINUTE)

    assert claimed(session).outbox_id == only


def test_uncertain_again_and_absent_again_is_for_a_person(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    look_twice(session, only)
    set_clock(session, TUESDAY + 12 * MINUTE)
    make_uncertain(session)
    note_absent(session, only, TUESDAY + 13 * MINUTE)
    note_absent(session, only, TUESDAY + 23 * MINUTE)

    found = row(session, only)
    assert (found.state, found.is_for_person) == (OutboxState.UNCERTAIN, True)
    assert "did it arrive?" in found.because
    assert to_look_up(session) == []


def test_absent_after_a_stop_is_called_back(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    opt_out(session, row(session, only).e164, source="text", because="STOP", at=TUESDAY)

    look_twice(session, only)

    assert row(session, only).state is OutboxState.CANCELLED
    assert session.exec(select(Message).where(col(Message.outbox_id) == only)).first() is None
