"""The list page's state: the wiring, with the guard played by a fixed person."""

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from crm_app.lists import page, queries, state
from crm_app.lists.spelling import gather_words
from tests.make import make_contact, make_list, make_property, make_user
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
    for module in (queries, state):
        monkeypatch.setattr(module, "PAGE_SIZE", 1)
    shown = open_state(state.ContactsState, f"/contacts?list={list_id}")

    run(shown.load())
    assert ([row.title for row in shown.rows], shown.list_id) == (["Pat Example"], str(list_id))
    run(shown.choose("0"))
    assert (shown.rows[0].title, shown.pages, shown.summary) == ("Anna Example", 2, "2 contacts")
    run(shown.turn(1))
    assert (shown.rows[0].title, shown.page_number, shown.pages) == ("Pat Example", 2, 2)
    run(shown.turn(1))
    assert shown.page_number == 2
    run(shown.turn(-1))
    assert (shown.rows[0].title, shown.page_number, shown.pages) == ("Anna Example", 1, 2)
    run(shown.search("anna"))
    assert ([row.title for row in shown.rows], shown.page_number) == (["Anna Example"], 1)
    assert shown.summary == "1 contact"
    run(shown.choose("drop table"))
    assert len(shown.rows) == 1


def test_a_filter_is_made_kept_opened_changed_renamed_and_deleted(session: Session) -> None:
    pat = make_contact(session)
    make_property(session, pat)
    make_contact(session, name="Anna Example", phone="+16175550141")
    session.commit()
    shown = open_state(state.ContactsState, "/contacts")
    run(shown.load())

    run(shown.ask(state.FILTER))
    run(shown.narrow("towns", "Quincy"))
    run(shown.narrow("drop table", "x"))
    assert (shown.chips, shown.summary) == ([("towns", "Towns: Quincy")], "1 contact")
    run(shown.narrow("value_from", "abc"))
    assert shown.wrong["value_from"].startswith("Value from: write an amount")
    assert (shown.summary, shown.rows) == ("", [])
    run(shown.narrow("value_from", ""))
    assert (shown.wrong["value_from"], shown.summary) == ("", "1 contact")
    run(shown.write("In Quincy"))
    run(shown.do("keep", state.FILTER))
    assert (shown.list_name, shown.is_filter, shown.word) == ("In Quincy", True, "")

    run(shown.choose("0"))
    assert (len(shown.rows), shown.chips) == (2, [])
    run(shown.choose(shown.lists[1][0]))
    run(shown.narrow("role", "owner"))
    assert shown.chips[-1] == ("role", "Role: Owner")
    run(shown.do("keep", state.FILTER))
    assert queries.kept(session, int(shown.list_id))[1] == {"towns": "Quincy", "role": "owner"}
    run(shown.clear())
    assert len(shown.rows) == 2

    run(shown.ask(state.LIST))
    assert shown.word == "In Quincy"
    run(shown.write("Quincy"))
    run(shown.do("rename", state.LIST))
    assert shown.list_name == "Quincy"
    run(shown.do("delete", state.LIST))
    assert (shown.list_id, shown.lists) == ("0", [("0", "Everybody")])


def test_the_chosen_are_listed_and_tagged(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pat, anna = make_contact(session), make_contact(session, name="Anna", phone="+16175550141")
    session.commit()
    shown = open_state(state.ContactsState, "/contacts")
    run(shown.load())

    run(shown.choosing())
    run(shown.tick(pat.id))
    run(shown.tick(anna.id))
    run(shown.tick(anna.id))
    assert shown.chosen == [pat.id]
    run(shown.ask(state.PUT))
    run(shown.write("By hand"))
    run(shown.do("put", state.PUT))
    assert (shown.is_choosing, shown.lists[1][1]) == (False, "By hand (1)")

    run(shown.choosing())
    run(shown.tick_all())
    run(shown.aim(shown.lists[1][0]))
    run(shown.do("put", state.PUT))
    assert shown.lists[1][1] == "By hand (2)"
    run(shown.tick_all())
    run(shown.write("warm"))
    run(shown.do("tag", state.TAG))
    session.expire_all()
    assert (pat.tags, anna.tags) == (["warm"], ["warm"])
    monkeypatch.setattr(state, "MOST", 1)
    run(shown.tick_all())
    with pytest.raises(CrmError, match="Tag at most 1 at once"):
        run(shown.do("untag", state.TAG))


def test_a_search_for_nobody_says_what_was_meant(session: Session) -> None:
    make_contact(session, name="Sean Galloway")
    make_property(session, address="7 Covewright Ave")
    gather_words(session)
    session.commit()
    shown = open_state(state.ContactsState, "/contacts")

    run(shown.search("galoway"))
    assert (shown.rows, shown.meant) == ([], "Galloway")
    run(shown.search("cove"))
    assert ([row.title for row in shown.houses], shown.meant) == (["7 Covewright Ave"], "")


def test_adding_leads_to_the_contact_or_to_whose_number_it_is(session: Session) -> None:
    shown = open_state(state.ContactsState, "/contacts")

    assert run(shown.add({"name": "Pat", "phone": "617-555-0140"})) is not None
    owner = session.exec(select(Contact)).one()
    assert owner.name == "Pat"
    with pytest.raises(CrmError, match=r"\(617\) 555-0140 already belongs to Pat\."):
        run(shown.add({"name": "Bob", "phone": "617-555-0140"}))


def test_the_page_can_be_drawn(session: Session) -> None:
    assert page.contacts_page().render()
