from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, col, select

from crm_app.contacts.actions import contact_for_stranger
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.conversations.models import Conversation, Message, MessageStatus, Outbox, OutboxState
from crm_app.conversations.threads import note_status, receive_text
from crm_app.outbox.outcomes import Receipt, record
from tests.make import make_contact
from tests.texting import PAT, TUESDAY, claimed, hello, incoming, queue_cold, row, status, thread_of

pytestmark = pytest.mark.usefixtures("tuesday")
MINUTE = timedelta(minutes=1)
DELIVERED, UNDELIVERED, FAILED = (
    MessageStatus.DELIVERED,
    MessageStatus.UNDELIVERED,
    MessageStatus.FAILED,
)


def test_a_text_of_a_contact_lands_unread_and_unanswered_in_the_inbox(session: Session) -> None:
    contact = make_contact(session, phone=PAT)

    thread_id = receive_text(session, incoming("Is it dry?"))

    thread = thread_of(session)
    assert (thread.id, thread.contact_id) == (thread_id, contact.id)
    assert (thread.is_in_inbox, thread.is_unread, thread.is_unanswered) == (True, True, True)
    assert (thread.last_text, thread.last_is_ours) == ("Is it dry?", False)
    assert thread.last_inbound_at == TUESDAY


def test_a_stranger_becomes_a_contact_named_by_the_number(session: Session) -> None:
    receive_text(session, incoming())

    contact = session.get_one(Contact, thread_of(session).contact_id)
    assert contact.name == "(617) 555-0140"
    assert contact_for_stranger(session, PAT) == contact.id


def test_of_two_who_meet_the_same_stranger_one_contact_stays(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_app.contacts import actions

    other = make_contact(session, phone=PAT)
    answers = iter([None, other])
    monkeypatch.setattr(actions, "owner_of", lambda _session, _e164: next(answers))

    assert contact_for_stranger(session, PAT) == other.id
    monkeypatch.undo()
    assert len(session.exec(select(PhoneNumber).where(col(PhoneNumber.e164) == PAT)).all()) == 1


def test_the_same_text_twice_changes_nothing(session: Session) -> None:
    said = incoming()
    thread_id = receive_text(session, said)
    thread_of(session).is_unread = False
    session.flush()

    assert receive_text(session, said) == thread_id

    assert not thread_of(session).is_unread
    assert len(session.exec(select(Message)).all()) == 1


def test_an_older_text_that_comes_late_does_not_become_the_last_word(session: Session) -> None:
    receive_text(session, incoming("second", at=TUESDAY))
    receive_text(session, incoming("first", at=TUESDAY - MINUTE))

    thread = thread_of(session)
    assert (thread.last_text, thread.last_at) == ("second", TUESDAY)
    assert thread.last_inbound_at == TUESDAY


def test_the_campaign_that_reached_them_last_is_answered(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    record(session, sending, Receipt("AC1"))

    receive_text(session, incoming(e164=sending.to, at=TUESDAY + MINUTE))
    receive_text(session, incoming(e164=sending.to, at=TUESDAY + 2 * MINUTE))

    assert row(session, only).answered_at == TUESDAY + MINUTE
    assert thread_of(session, sending.to).is_in_inbox


def test_a_text_written_in_the_providers_app_stands_in_the_thread(session: Session) -> None:
    note_status(session, status("ACapp", DELIVERED, body="I am on my way"))

    thread = thread_of(session)
    assert (thread.is_in_inbox, thread.last_text, thread.is_unread) == (
        True,
        "I am on my way",
        False,
    )


Step = Callable[[Session], object]


@pytest.mark.parametrize("order", list(permutations(range(4))))
@pytest.mark.parametrize("doubled", [False, True])
def test_news_in_any_order_and_doubled_end_in_the_same_state(
    session: Session, order: tuple[int, ...], doubled: bool
) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)
    answer = incoming("Yes please", e164=sending.to, at=TUESDAY + MINUTE)
    steps: list[Step] = [
        lambda s: record(s, sending, Receipt("AC1", MessageStatus.SENT)),
        lambda s: note_status(s, status("AC1", FAILED, e164=sending.to)),
        lambda s: note_status(s, status("AC1", DELIVERED, e164=sending.to)),
        lambda s: receive_text(s, answer),
    ]

    for step in order:
        for _ in range(2 if doubled else 1):
            steps[step](session)

    found = row(session, only)
    assert (found.state, found.because, found.provider_id) == (OutboxState.DELIVERED, "", "AC1")
    assert found.answered_at == TUESDAY + MINUTE
    messages = session.exec(select(Message).order_by(col(Message.at))).all()
    assert [(one.body, one.status) for one in messages] == [
        (hello("0110"), DELIVERED),
        ("Yes please", MessageStatus.RECEIVED),
    ]
    assert messages[0].outbox_id == only
    thread = thread_of(session, sending.to)
    assert (thread.last_text, thread.is_in_inbox, thread.is_unanswered) == (
        "Yes please",
        True,
        True,
    )
    assert len(session.exec(select(Conversation)).all()) == 1


@pytest.mark.parametrize("overtakes", [False, True])
def test_a_campaigns_text_is_nobodys_answer(session: Session, overtakes: bool) -> None:
    queue_cold(session)
    sending = claimed(session)
    receive_text(session, incoming("Is it dry?", e164=sending.to, at=TUESDAY - MINUTE))

    if overtakes:  # its receipt comes before the provider's answer
        note_status(session, status("AC1", DELIVERED, e164=sending.to))
    record(session, sending, Receipt("AC1", MessageStatus.SENT))

    thread = thread_of(session, sending.to)
    assert (thread.last_is_ours, thread.is_unanswered) == (True, True)


def test_a_final_status_is_never_taken_back(session: Session) -> None:
    note_status(session, status("AC1", DELIVERED))
    note_status(session, status("AC1", UNDELIVERED))

    message = session.exec(select(Message)).one()
    assert (message.status, message.error) == (DELIVERED, "")
    assert session.exec(select(Outbox)).first() is None
