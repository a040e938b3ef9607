"""The inbox's states: the wiring, with the guard played by a fixed person."""

from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.conversations.models import Conversation, Outbox
from crm_app.errors import CrmError
from crm_app.inbox import state
from crm_app.inbox.page import inbox_page, thread_page
from tests.inbox.rows import make_message, make_thread
from tests.make import make_user
from tests.states import be, open_state, run
from tests.texting import TUESDAY, set_clock


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    set_clock(session, TUESDAY)  # by day: nobody is asked whether to wake them
    session.commit()

    be(monkeypatch, state, person)
    return person


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were rung for."""
    found: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda work, *_args: found.append(work.__name__))
    return found


def written(session: Session, **columns: Any) -> Conversation:
    """A thread with somebody who just wrote by day."""
    found = make_thread(session, last_inbound_at=clock.now(session), **columns)
    make_message(session, found, "Is it dry?", clock.now(session))
    session.commit()
    return found


def form(opened: Any, text: str) -> dict[str, str]:
    return {"thread": str(opened.shown.id), "nonce": str(opened.nonce), "reply": text}


def test_the_list_is_chosen_and_lengthened(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_app.inbox.queries.PAGE_SIZE", 1)
    make_thread(session, "+16175550140", name="Pat Example", is_unread=True)
    make_thread(session, "+16175550141", name="Anna Example", minutes_ago=9)
    session.commit()
    shown = open_state(state.InboxState, "/inbox")

    run(shown.load())
    assert ([row.name for row in shown.rows], shown.has_more) == (["Pat Example"], True)
    run(shown.more())
    assert [row.name for row in shown.rows] == ["Pat Example", "Anna Example"]
    run(shown.choose("unread"))
    assert [row.name for row in shown.rows] == ["Pat Example"]
    run(shown.refresh())
    assert shown.is_loaded


def test_a_thread_with_a_contact_is_begun(session: Session) -> None:
    thread = make_thread(session)
    session.commit()
    shown = open_state(state.InboxState, "/contacts/1")

    assert f"/inbox/{thread.id}" in str(run(shown.start(thread.contact_id)))


def test_opening_a_thread_reads_it(session: Session) -> None:
    thread = written(session, is_unread=True)
    opened = open_state(state.ThreadState, f"/inbox/{thread.id}/")

    run(opened.load())

    assert [message.body for message in opened.shown.messages] == ["Is it dry?"]
    session.refresh(thread)
    assert not thread.is_unread


def test_what_arrives_before_ones_eyes_is_read_but_not_what_was_marked_unread(
    session: Session,
) -> None:
    thread = written(session)
    opened = open_state(state.ThreadState, f"/inbox/{thread.id}")
    run(opened.load())

    run(opened.unread())
    run(opened.refresh())
    session.refresh(thread)
    assert thread.is_unread

    make_message(session, thread, "Hello?", clock.now(session))
    session.commit()
    run(opened.refresh())
    session.refresh(thread)
    assert not thread.is_unread


def test_the_list_alone_shows_no_thread(session: Session) -> None:
    opened = open_state(state.ThreadState, "/inbox")

    assert run(opened.load()) is None
    assert run(opened.refresh()) is None
    assert opened.shown.id == 0


def test_one_press_sends_one_text_and_rings_the_sender(session: Session, rung: list[str]) -> None:
    thread = written(session)
    opened = open_state(state.ThreadState, f"/inbox/{thread.id}")
    run(opened.load())
    first = form(opened, "Coming")

    run(opened.send(first))
    run(opened.send(first))

    assert [row.body for row in session.exec(select(Outbox))] == ["Coming"]
    assert rung == ["send_outbox"]
    assert opened.shown.messages[-1].body == "Coming"


def test_what_could_not_be_sent_may_be_sent_again(session: Session, rung: list[str]) -> None:
    thread = written(session)
    opened = open_state(state.ThreadState, f"/inbox/{thread.id}")
    run(opened.load())

    with pytest.raises(CrmError, match="at most"):
        run(opened.send(form(opened, "x" * 2000)))
    assert rung == []

    run(opened.send(form(opened, "shorter")))
    assert rung == ["send_outbox"]


def test_done_needs_no_answer(session: Session) -> None:
    thread = written(session, is_unanswered=True)
    opened = open_state(state.ThreadState, f"/inbox/{thread.id}")
    run(opened.load())

    run(opened.earlier())
    run(opened.turn_beside())
    assert opened.is_beside
    run(opened.done())
    session.refresh(thread)
    assert not thread.is_unanswered


@pytest.mark.usefixtures("environment")
def test_pages_can_be_drawn() -> None:
    assert "inbox-row" in str(inbox_page().render())
    assert "opted-out-note" in str(thread_page().render())
