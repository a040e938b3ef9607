"""The list page's state: the wiring, with the guard played by a fixed person."""

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from crm_app.lists import page, queries, state
from tests.make import make_contact, make_list, make_user
from tests.states import be, open_state, run


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


def test_the_page_can_be_drawn(session: Session) -> None:
    assert page.contacts_page().render()
