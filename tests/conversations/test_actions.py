from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_app.auth.permissions import Person, Role
from crm_app.compliance.facts import Purpose
from crm_app.compliance.models import DecisionRecord
from crm_app.contacts.models import ContactProperty
from crm_app.conversations import actions
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import OutboxState
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError, ForbiddenError
from tests.make import make_contact, make_list, make_property, make_user
from tests.texting import PAT, TUESDAY, hello, incoming, olivia, row, set_clock, thread_of

pytestmark = pytest.mark.usefixtures("tuesday")
SUNDAY_EVENING = TUESDAY + timedelta(days=5, hours=10)


def thread_with_pat(session: Session) -> int:
    return receive_text(session, incoming("Is it dry?"))


def test_a_reply_is_queued_at_any_hour_with_its_decision(session: Session) -> None:
    person, thread = olivia(session), thread_with_pat(session)
    set_clock(session, SUNDAY_EVENING)

    found = row(session, actions.reply(session, thread, " Yes, on Monday. ", person))

    assert (found.purpose, found.body, found.user_id) == (
        Purpose.REPLY,
        "Yes, on Monday.",
        person.id,
    )
    assert (found.state, found.because) == (OutboxState.WAITING, "")
    decided = session.exec(select(DecisionRecord)).one()
    assert (decided.outbox_id, decided.asked_by, decided.stage) == (found.id, person.id, "queue")
    assert not thread_of(session).is_unread


def test_after_ninety_days_it_is_a_first_text_that_needs_a_consent(session: Session) -> None:
    person, thread = olivia(session), thread_with_pat(session)
    set_clock(session, TUESDAY + timedelta(days=91))

    with pytest.raises(CrmError, match="their consent ended on 7 September 2026: they wrote to us"):
        actions.reply(session, thread, "Hello again", person)
    with pytest.raises(ForbiddenError):
        actions.reply(session, thread, "Hello again", _assigned(session, thread))


def _assigned(session: Session, thread_id: int) -> Person:
    technician = olivia(session, Role.TECHNICIAN)
    thread_of(session).assigned_to = technician.id
    session.flush()
    return technician


def test_a_technician_answers_only_in_threads_of_their_own(session: Session) -> None:
    thread = thread_with_pat(session)

    with pytest.raises(CrmError, match="not assigned to you"):
        actions.reply(session, thread, "Yes", olivia(session, Role.TECHNICIAN))
    assert actions.reply(session, thread, "Yes", _assigned(session, thread))


def test_a_marketer_answers_nobody(session: Session) -> None:
    with pytest.raises(ForbiddenError):
        actions.reply(session, thread_with_pat(session), "Yes", olivia(session, Role.MARKETER))


def test_a_first_text_by_hand_is_held_until_the_opening(session: Session) -> None:
    contact = make_contact(session, phone=PAT)
    make_list(session, contact, attested_by=make_user(session))
    set_clock(session, TUESDAY + timedelta(hours=12))
    thread = actions.start_thread(session, contact.id, olivia(session))

    with pytest.raises(CrmError, match="says who we are and how to stop: write Attack-a-Crack"):
        actions.reply(session, thread, "Hello", olivia(session))
    found = row(session, actions.reply(session, thread, hello(PAT), olivia(session)))

    assert found.purpose is Purpose.FIRST_BY_HAND
    assert found.not_before == TUESDAY + timedelta(hours=23)
    assert found.because.startswith("opens 9:00")
    assert thread_of(session).is_in_inbox


def test_a_first_text_by_hand_counts_for_the_whole_house(session: Session) -> None:
    pat = make_contact(session, phone=PAT)
    sam = make_contact(session, name="Sam Example", phone="+16175550141")
    house = make_property(session, pat)
    session.add(ContactProperty(contact_id=sam.id, property_id=house.id))
    make_list(session, pat, sam, attested_by=make_user(session))
    threads = [actions.start_thread(session, one.id, olivia(session)) for one in (pat, sam)]

    first = row(session, actions.reply(session, threads[0], hello(PAT), olivia(session)))
    assert first.property_id == house.id
    first.state, first.started_at = OutboxState.SENT, TUESDAY
    session.flush()
    second = row(session, actions.reply(session, threads[1], hello(PAT), olivia(session)))

    assert second.because == "somebody else in this house was texted on 9 June 2026"
    assert second.not_before > TUESDAY + timedelta(days=29)


@pytest.mark.parametrize(
    ("body", "words"), [(" \n ", "Write a text"), ("x" * 1601, "at most 1600 characters")]
)
def test_a_text_that_openphone_would_not_take_is_refused(
    session: Session, body: str, words: str
) -> None:
    thread = thread_with_pat(session)

    with pytest.raises(CrmError, match=words):
        actions.reply(session, thread, body, olivia(session))


def test_a_thread_that_is_not_there_is_said(session: Session) -> None:
    with pytest.raises(CrmError, match="no such conversation"):
        actions.reply(session, 0, "Yes", olivia(session))


def test_a_thread_starts_with_the_first_number_that_takes_texts(session: Session) -> None:
    contact = make_contact(session, phone=PAT)

    first = actions.start_thread(session, contact.id, olivia(session))

    assert actions.start_thread(session, contact.id, olivia(session)) == first
    assert thread_of(session).is_in_inbox is False


def test_a_contact_without_a_number_cannot_be_texted(session: Session) -> None:
    contact = make_contact(session, phone="")

    with pytest.raises(CrmError, match="no number"):
        actions.start_thread(session, contact.id, olivia(session))


def test_a_thread_is_marked_read_unread_and_done(session: Session) -> None:
    thread = thread_with_pat(session)

    person = olivia(session)

    actions.mark(session, thread, person)
    assert (thread_of(session).is_unread, thread_of(session).is_unanswered) == (False, True)
    actions.mark(session, thread, person, unread=True)
    assert thread_of(session).is_unread
    actions.mark(session, thread, person, done=True)
    assert (thread_of(session).is_unread, thread_of(session).is_unanswered) == (False, False)
    with pytest.raises(CrmError, match="no such conversation"):
        actions.mark(session, thread, olivia(session, Role.TECHNICIAN), done=True)


def test_the_facts_know_every_clock_of_somebody(session: Session) -> None:
    contact = make_contact(session, phone="+13105550140", mail_zip="02169")
    lived_in = make_property(session, contact, address="1 Elm St", zip5="60601")
    rented_out = make_property(session, contact, address="2 Elm St", zip5="80202")
    lived_in.is_owner_occupied, rented_out.is_owner_occupied = True, False
    session.flush()

    found = facts_for(session, Purpose.COLD, [Asked("+13105550140")])["+13105550140"]

    assert found.recipient_zones == {"America/Los_Angeles", "America/New_York", "America/Chicago"}
    assert found.textable


def test_a_number_nobody_knows_is_not_textable(session: Session) -> None:
    found = facts_for(session, Purpose.COLD, [Asked(PAT)])[PAT]

    assert (found.textable, found.not_textable_because) == (False, "no contact has this number")
