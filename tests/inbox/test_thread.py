"""One thread: the texts in order, what is on its way, and who it is with."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Suppression
from crm_app.conversations.models import Direction, MessageStatus, OutboxState
from crm_app.errors import CrmError
from crm_app.inbox.thread import LAST, STANDS, thread
from crm_app.media.actions import take_files
from crm_app.media.models import MediaKind
from crm_app.outbox.lookups import ASK_A_PERSON
from crm_app.outbox.outcomes import NO_ANSWER
from tests.inbox.rows import make_message, make_outbox, make_thread
from tests.make import make_contact, make_list, make_property, make_user

OWNER = Person(1, "Olivia", Role.OWNER)


def test_texts_come_oldest_first_with_the_day_above_the_first(session: Session) -> None:
    found = make_thread(session)
    at = datetime(2025, 11, 3, 15, tzinfo=UTC)
    make_message(session, found, "Second", at + timedelta(days=1))
    make_message(session, found, "First", at, direction=Direction.OUT, status=MessageStatus.SENT)

    first, second = thread(session, found.id, OWNER).messages

    assert (first.body, first.side, first.state, first.day) == (
        "First",
        "out",
        "Sent",
        "Nov 3, 2025",
    )
    assert (second.body, second.side, second.state) == ("Second", "in", "")
    assert (first.time, first.exact) == ("10:00 AM", "Mon, Nov 3, 2025, 10:00 AM")


def test_only_the_last_texts_are_read_and_earlier_ones_on_demand(session: Session) -> None:
    found, at = make_thread(session), datetime(2025, 11, 3, tzinfo=UTC)
    for n in range(LAST + 1):
        make_message(session, found, str(n), at + timedelta(minutes=n))
    make_outbox(session, found, "Before", OutboxState.FAILED, finished_at=at, because="landline")

    last = thread(session, found.id, OWNER)
    assert (last.messages[0].body, len(last.messages)) == ("1", LAST)
    assert last.has_earlier

    whole = thread(session, found.id, OWNER, pages=2)
    assert (len(whole.messages), whole.has_earlier) == (LAST + 2, False)


@pytest.mark.parametrize(
    ("state", "columns", "words"),
    [
        (OutboxState.SENDING, {}, "Sending"),
        (
            OutboxState.UNCERTAIN,
            {"because": NO_ANSWER},
            f"Not sure whether it arrived: {NO_ANSWER}",
        ),
        (
            OutboxState.UNCERTAIN,
            {"because": ASK_A_PERSON},
            f"Not sure whether it arrived: {ASK_A_PERSON}",
        ),
        (OutboxState.FAILED, {"because": "a landline"}, "Failed: a landline"),
        (OutboxState.CANCELLED, {"because": "opted out"}, "Not sent: opted out"),
        (OutboxState.NEVER, {}, "Not sent"),
        (OutboxState.WAITING, {}, "Waiting"),
        (OutboxState.WAITING, {"because": "opens 9:00 on Monday"}, "Waiting: opens 9:00 on Monday"),
    ],
)
def test_text_that_is_not_sent_says_where_it_stands(
    session: Session, state: OutboxState, columns: dict[str, object], words: str
) -> None:
    found = make_thread(session)
    make_outbox(session, found, "Hello", state, **columns)

    shown = thread(session, found.id, OWNER).messages[0]

    assert (shown.body, shown.side, shown.state) == ("Hello", "out", words)


def test_text_for_later_says_when_it_goes(session: Session) -> None:
    found = make_thread(session)
    make_outbox(
        session,
        found,
        "Later",
        OutboxState.WAITING,
        not_before=clock.now(session) + timedelta(days=8),
    )

    assert thread(session, found.id, OWNER).messages[0].state.startswith("Waiting: goes at ")


def test_text_that_left_is_shown_once_with_its_writer_and_its_campaign(session: Session) -> None:
    user = make_user(session)
    found = make_thread(session)
    row = make_outbox(session, found, "Hi", OutboxState.SENT, user_id=user.id, campaign_id=7)
    make_message(
        session,
        found,
        "Hi",
        clock.now(session),
        direction=Direction.OUT,
        status=MessageStatus.FAILED,
        error="unreachable",
        outbox_id=row.id,
    )

    seen = thread(session, found.id, OWNER)

    assert [(m.writer, m.tone, m.state) for m in seen.messages] == [
        ("Olivia", "campaign", "Failed: unreachable")
    ]


def test_thread_knows_the_person(session: Session) -> None:
    contact = make_contact(session, phone="+16175550140")
    make_property(session, contact)
    make_list(session, contact, name="Spring")
    found = make_thread(session, contact=contact)
    one = make_message(session, found, "", clock.now(session))
    take_files(session, MediaKind.FILE, ["https://f.example/a"], message_id=one.id)
    at = datetime(2025, 11, 3, 15, tzinfo=UTC)
    session.add(Suppression(e164=found.e164, source="text", because="STOP", at=at))
    session.flush()

    seen = thread(session, found.id, OWNER)

    assert (seen.name, seen.numbers, seen.lists) == ("Pat Example", ["(617) 555-0140"], ["Spring"])
    assert seen.houses == ["12 Lanternwick St, Quincy MA 02169 · Owner · built 1958"]
    assert seen.opted_out == (
        "Opted out on Mon, Nov 3, 2025, 10:00 AM (“STOP”): call them, or they text START."
    )
    told = [file.words for m in seen.messages for file in m.files]
    assert told == ["Attachment on its way"]


def test_thread_of_others_is_as_absent_as_one_that_is_not_there(session: Session) -> None:
    user = make_user(session, login="theo", role=Role.TECHNICIAN)
    theo, found = Person(user.id, user.name, user.role), make_thread(session)

    for conversation_id in (found.id, 999_999):
        with pytest.raises(CrmError, match="no such conversation"):
            thread(session, conversation_id, theo)

    found.assigned_to = user.id
    session.flush()
    assert thread(session, found.id, theo).id == found.id


def test_every_state_of_a_text_has_words() -> None:
    known = {*OutboxState, *MessageStatus} - {OutboxState.SENT, OutboxState.DELIVERED}
    assert known <= set(STANDS)


def test_what_waits_stands_below_what_was_said(session: Session) -> None:
    found = make_thread(session)
    now = clock.now(session)
    make_outbox(session, found, "Soon", OutboxState.WAITING, created_at=now - timedelta(hours=2))
    make_message(session, found, "Hello?", now - timedelta(hours=1))

    assert [m.body for m in thread(session, found.id, OWNER).messages] == ["Hello?", "Soon"]
