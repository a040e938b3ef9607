from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.auth.permissions import Role
from crm_app.conversations.models import DayCap, Message, MessageStatus, OutboxState
from crm_app.conversations.optout import opt_out
from crm_app.conversations.threads import note_status
from crm_app.errors import CrmError, ForbiddenError, Kind, ProviderError
from crm_app.outbox.actions import cancel_campaign
from crm_app.outbox.lookups import (
    adopt,
    decide,
    known_ids,
    note_absent,
    note_receipt,
    to_look_up,
    without_receipt,
)
from crm_app.outbox.outcomes import Receipt, record
from crm_app.outbox.sending import claim_next
from tests.texting import TUESDAY, claimed, hello, olivia, queue_cold, row, set_clock, status

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


@pytest.fixture
def asks(session: Session) -> int:
    """A text that was uncertain and absent twice: a person has to decide."""
    queue_cold(session)
    only = make_uncertain(session)
    look_twice(session, only)
    set_clock(session, TUESDAY + 12 * MINUTE)
    make_uncertain(session)
    note_absent(session, only, TUESDAY + 13 * MINUTE)
    note_absent(session, only, TUESDAY + 23 * MINUTE)
    return only


def test_a_person_says_that_it_arrived(session: Session, asks: int) -> None:
    person = olivia(session)

    decide(session, asks, "arrived", person)

    found = row(session, asks)
    assert (found.state, found.is_for_person, found.decided_by) == (
        OutboxState.SENT, False, person.id,
    )  # fmt: skip
    assert session.exec(select(DayCap.used)).one() == 1
    with pytest.raises(CrmError, match="settled already"):
        decide(session, asks, "again", person)


def test_a_person_lets_it_go_again_through_the_gate(session: Session, asks: int) -> None:
    decide(session, asks, "again", olivia(session))
    assert row(session, asks).state is OutboxState.WAITING

    set_clock(session, TUESDAY + 25 * MINUTE)
    assert claimed(session).outbox_id == asks


def test_sent_again_to_somebody_who_said_stop_it_is_called_back(
    session: Session, asks: int
) -> None:
    opt_out(session, row(session, asks).e164, source="text", because="STOP", at=TUESDAY)

    decide(session, asks, "again", olivia(session))

    assert row(session, asks).state is OutboxState.CANCELLED


def test_a_person_gives_it_up(session: Session, asks: int) -> None:
    person = olivia(session)

    decide(session, asks, "give_up", person)

    assert (row(session, asks).state, row(session, asks).because) == (
        OutboxState.CANCELLED, f"{person.name} decided",
    )  # fmt: skip


def test_whose_clock_nobody_knows_may_be_texted_in_our_hours(session: Session) -> None:
    only = queue_cold(session)[0]
    session.execute(text("update contact set mail_zip = ''"))
    e164 = "+447700900110"  # no place that we know
    session.execute(text("update phone_number set e164 = :e"), {"e": e164})
    session.execute(text("update outbox set e164 = :e"), {"e": e164})
    assert claim_next(session) is None
    assert row(session, only).is_for_person
    person = olivia(session)
    with pytest.raises(CrmError, match="has not left yet"):
        decide(session, only, "arrived", person)

    decide(session, only, "again", person)

    assert claimed(session).outbox_id == only


def test_who_only_reads_decides_nothing(session: Session, asks: int) -> None:
    with pytest.raises(ForbiddenError):
        decide(session, asks, "give_up", olivia(session, Role.TECHNICIAN))


def sent_text(session: Session) -> int:
    queue_cold(session)
    found = claimed(session)
    record(session, found, Receipt("AC1"))
    return found.outbox_id


def test_a_receipt_is_asked_for_three_times_then_it_is_unconfirmed(session: Session) -> None:
    only = sent_text(session)
    asked = []
    for minutes in (1, 9, 11, 12, 59, 61, 62, 1439, 1441, 99_999):
        set_clock(session, TUESDAY + minutes * MINUTE)
        for outbox_id, provider_id in without_receipt(session):
            asked.append((minutes, provider_id))
            note_receipt(session, outbox_id, MessageStatus.SENT)

    assert asked == [(11, "AC1"), (61, "AC1"), (1441, "AC1")]
    assert (row(session, only).state, row(session, only).receipt_checks) == (OutboxState.SENT, 3)
    note_status(session, status("AC1", MessageStatus.DELIVERED, e164=row(session, only).e164))
    assert row(session, only).state is OutboxState.DELIVERED, "a late receipt still counts"


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (MessageStatus.DELIVERED, OutboxState.DELIVERED),
        (MessageStatus.UNDELIVERED, OutboxState.FAILED),
    ],
)
def test_what_the_provider_says_of_a_sent_text_is_its_end(
    session: Session, told: MessageStatus, state: OutboxState
) -> None:
    only = sent_text(session)

    note_receipt(session, only, told)

    assert (row(session, only).state, row(session, only).receipt_checks) == (state, 0)
    assert without_receipt(session) == []


def test_news_of_it_by_webhook_counts_before_an_absence(session: Session) -> None:
    """The provider's list may lag behind its own webhook; nobody is texted twice for that."""
    queue_cold(session)
    only = make_uncertain(session)
    at = row(session, only).started_at or TUESDAY
    e164 = row(session, only).e164
    for provider_id, body in (("ACother", "Another text"), ("AC1", hello("0110"))):
        said = status(provider_id, MessageStatus.DELIVERED, body=body, e164=e164)
        note_status(session, replace(said, at=at))

    look_twice(session, only)

    assert (row(session, only).state, row(session, only).provider_id) == (
        OutboxState.DELIVERED, "AC1",
    )  # fmt: skip


def test_while_the_line_is_paused_nobodys_second_try_is_used_up(session: Session) -> None:
    queue_cold(session, 3)
    for _ in range(3):
        make_uncertain(session)
    assert to_look_up(session) == []

    set_clock(session, TUESDAY + 6 * MINUTE)

    assert len(to_look_up(session)) == 3


def test_an_uncertain_text_of_a_cancelled_campaign_asks_nobody(session: Session) -> None:
    queue_cold(session)
    only = make_uncertain(session)
    look_twice(session, only)
    set_clock(session, TUESDAY + 12 * MINUTE)
    make_uncertain(session)
    cancel_campaign(session, 1, "campaign cancelled")

    note_absent(session, only, TUESDAY + 13 * MINUTE)
    note_absent(session, only, TUESDAY + 23 * MINUTE)

    found = row(session, only)
    assert (found.state, found.is_for_person) == (OutboxState.CANCELLED, False)
