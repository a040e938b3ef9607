"""The contacts screens' states: the wiring, with the guard played by a fixed person."""

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.queries import suppression_of
from crm_app.contacts import page, queries, state
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.contacts.queries import CHECK, LIFT, STOP
from crm_app.errors import CrmError
from tests.make import make_contact, make_list, make_user
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


def test_the_list_is_searched_filtered_and_turned(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pat = make_contact(session)
    make_contact(session, name="Anna Example", phone="+16175550141")
    list_id = make_list(session, pat).id
    session.commit()
    monkeypatch.setattr(queries, "PAGE_SIZE", 1)
    shown = open_state(state.ContactsState, f"/contacts?list={list_id}")

    run(shown.load())
    assert ([row.title for row in shown.rows], shown.list_id) == (["Pat Example"], str(list_id))
    run(shown.choose("0"))
    assert (shown.rows[0].title, shown.pages, shown.summary) == ("Anna Example", 2, "2 contacts")
    run(shown.turn(1))
    assert shown.rows[0].title == "Pat Example"
    run(shown.search("anna"))
    assert ([row.title for row in shown.rows], shown.page_number) == (["Anna Example"], 1)
    assert shown.summary == "1 contact"
    run(shown.choose("drop table"))
    assert len(shown.rows) == 1


def test_adding_leads_to_the_contact_or_to_whose_number_it_is(session: Session) -> None:
    shown = open_state(state.ContactsState, "/contacts")

    assert run(shown.add({"name": "Pat", "phone": "617-555-0140"})) is not None
    owner = session.exec(select(Contact)).one()
    assert owner.name == "Pat"
    with pytest.raises(CrmError, match=r"\(617\) 555-0140 already belongs to Pat\."):
        run(shown.add({"name": "Bob", "phone": "617-555-0140"}))


def test_a_contact_is_edited_deleted_and_restored(session: Session) -> None:
    contact = make_contact(session)
    session.commit()
    shown = open_state(state.ContactState, f"/contacts/{contact.id}")
    run(shown.load())

    run(shown.save({"name": "Patricia Example"}))
    assert shown.shown.who["name"] == "Patricia Example"
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


def test_the_pages_can_be_drawn(session: Session) -> None:
    assert page.contacts_page().render()
    assert page.contact_page().render()
