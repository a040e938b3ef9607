"""What staff text from OpenPhone's own app counts for the next cold text, like our own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app.auth.permissions import Person, Role
from crm_app.compliance.facts import Purpose
from crm_app.contacts.models import ContactProperty, PhoneNumber
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Direction, Message, MessageStatus
from crm_app.conversations.threads import Said, note_status, receive_text
from crm_app.inbox.thread import thread
from crm_app.outbox.outcomes import Receipt, record
from crm_app.outbox.sending import Claimed, claim_next
from crm_app.settings import settings
from tests.make import make_contact, make_property
from tests.texting import TUESDAY, queue_cold, row, set_clock

PAT, SAM = "+16175550140", "+16175550141"
AT = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def a_day_later(session: Session) -> None:
    set_clock(session, AT + DAY)


def said(e164: str, at: datetime, *, theirs: bool = False) -> Said:
    told: dict[str, Any] = {"direction": Direction.OUT, "status": MessageStatus.DELIVERED}
    if theirs:
        told = {"direction": Direction.IN, "status": MessageStatus.RECEIVED}
    return Said(f"AC{e164}{at.timestamp()}", settings().own_number, e164, body="Hi", at=at, **told)


def last_cold(session: Session, e164: str = PAT) -> tuple[datetime | None, datetime | None]:
    found = facts_for(session, Purpose.COLD, [Asked(e164)])[e164]
    return found.last_cold_to_number_at, found.last_cold_to_household_at


def test_a_text_by_staff_to_somebody_silent_is_cold(session: Session) -> None:
    make_contact(session, phone=PAT)
    note_status(session, said(PAT, AT - 3 * DAY))
    note_status(session, said(PAT, AT - DAY))

    assert last_cold(session) == (AT - DAY, None)
    assert facts_for(session, Purpose.COLD, [Asked(PAT)])[PAT].last_cold_by == (
        "hand in OpenPhone's app"
    )


def test_one_of_more_than_thirty_days_ago_bars_nothing(session: Session) -> None:
    make_contact(session, phone=PAT)
    note_status(session, said(PAT, AT - 30 * DAY))

    assert last_cold(session) == (None, None)


@pytest.mark.parametrize(("before", "counts"), [(1, False), (89, False), (91, True)])
def test_an_answer_of_staff_within_ninety_days_is_not_cold(
    session: Session, before: int, counts: bool
) -> None:
    make_contact(session, phone=PAT)
    receive_text(session, said(PAT, AT - before * DAY, theirs=True))
    note_status(session, said(PAT, AT))

    assert last_cold(session)[0] == (AT if counts else None)


def test_what_they_wrote_later_does_not_make_it_an_answer(session: Session) -> None:
    make_contact(session, phone=PAT)
    note_status(session, said(PAT, AT))
    receive_text(session, said(PAT, AT + DAY, theirs=True))

    assert last_cold(session)[0] == AT


def test_staffs_text_to_one_of_a_household_counts_for_the_others(session: Session) -> None:
    pat, sam = make_contact(session, phone=PAT), make_contact(session, phone=SAM)
    house = make_property(session, pat)
    session.add(ContactProperty(contact_id=sam.id, property_id=house.id))
    session.add(PhoneNumber(e164="+16175550142", contact_id=pat.id, position=1))
    session.flush()
    note_status(session, said(SAM, AT))

    assert last_cold(session) == (None, AT)
    assert last_cold(session, "+16175550142") == (None, AT)
    assert last_cold(session, SAM) == (AT, None)


def test_staffs_text_on_another_number_of_theirs_counts_for_the_household(session: Session) -> None:
    pat = make_contact(session, phone=PAT)
    session.add(PhoneNumber(e164=SAM, contact_id=pat.id, position=1))
    session.flush()
    note_status(session, said(SAM, AT))

    assert last_cold(session) == (None, AT)


def test_staffs_text_stands_in_the_thread_as_theirs(session: Session) -> None:
    make_contact(session, phone=PAT)
    thread_id = note_status(session, said(PAT, AT))

    shown = thread(session, thread_id, Person(0, "Olivia", Role.OWNER)).messages
    assert [(one.side, one.writer) for one in shown] == [("out", "OpenPhone's app")]


def test_our_own_text_is_no_text_by_staff(session: Session) -> None:
    set_clock(session, TUESDAY)
    (row_id,) = queue_cold(session)
    number = row(session, row_id).e164
    claimed = claim_next(session)
    assert isinstance(claimed, Claimed)
    record(session, claimed, Receipt("AC1"))

    (told,) = session.exec(select(Message)).all()
    found = facts_for(session, Purpose.COLD, [Asked(number, row_id=row_id)])[number]
    assert (told.outbox_id, found.last_cold_to_number_at) == (row_id, None)
