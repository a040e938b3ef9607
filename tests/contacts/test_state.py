"""The state of a contact's page: the wiring, with the guard played by a fixed person."""

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.queries import suppression_of
from crm_app.contacts import page, state
from crm_app.contacts.models import PhoneNumber
from crm_app.contacts.queries import CHECK, LIFT, STOP
from crm_app.errors import CrmError
from tests.make import make_contact, make_user
from tests.states import be, open_state, run

NUMBER = "+16175550140"


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    session.commit()

    be(monkeypatch, state, person)
    return person


def test_a_contact_is_deleted_and_restored(session: Session) -> None:
    contact = make_contact(session)
    session.commit()
    shown = open_state(state.ContactState, f"/contacts/{contact.id}")
    run(shown.load())

    run(shown.delete(False))
    assert shown.shown.who["is_deleted"]
    run(shown.delete(True))
    assert not shown.shown.who["is_deleted"]


def test_a_number_is_stopped_and_allowed_again(session: Session) -> None:
    contact = make_contact(session)
    session.commit()
    shown = open_state(state.ContactState, f"/contacts/{contact.id}")
    run(shown.load())

    run(shown.ask(NUMBER, STOP))
    run(shown.settle({"why": "asked at the door"}))
    assert shown.shown.numbers[0].badge == "Opted out"
    stopped = suppression_of(session, NUMBER)
    assert stopped
    assert (stopped.by, stopped.because) == ("Olivia", "asked at the door")
    run(shown.ask(NUMBER, LIFT))
    with pytest.raises(CrmError, match="where the proof lies"):
        run(shown.settle({"why": "wrote a letter"}))
    run(shown.settle({"why": "wrote a letter", "proof": "the letter, in the office"}))
    assert shown.shown.numbers[0].badge == "Takes texts"


def test_only_a_number_of_this_contact_is_settled(session: Session) -> None:
    contact = make_contact(session, phone="+15875550123")  # an area code that nobody knows here
    session.commit()
    shown = open_state(state.ContactState, f"/contacts/{contact.id}")
    run(shown.load())

    for asked in ("", NUMBER):
        run(shown.ask(asked, STOP))
        with pytest.raises(CrmError, match="number of this contact"):
            run(shown.settle({"why": "asked"}))
    run(shown.ask("+15875550123", STOP))
    run(shown.settle({"why": "asked"}))
    assert suppression_of(session, "+15875550123")


def test_a_number_is_checked(session: Session) -> None:
    contact = make_contact(session)
    number = session.exec(select(PhoneNumber)).one()
    number.is_textable, number.not_textable_because = False, "no status: check it first"
    session.commit()
    shown = open_state(state.ContactState, f"/contacts/{contact.id}")
    run(shown.load())

    run(shown.ask(shown.shown.numbers[0].e164, CHECK))
    run(shown.settle({"why": "rang"}))

    assert shown.shown.numbers[0].badge == "Takes texts"


@pytest.mark.parametrize("path", ["/contacts/x", "/contacts/99999999999", "/contacts/77"])
def test_an_address_without_a_contact_shows_none(session: Session, path: str) -> None:
    shown = open_state(state.ContactState, path)

    run(shown.load())

    assert shown.shown.who == {}


def test_the_page_can_be_drawn(session: Session) -> None:
    assert page.contact_page().render()
