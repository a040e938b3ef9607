"""The states of a house's page, the form in place and the dialog of a tie."""

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Contact, ContactProperty, Property
from crm_app.errors import CrmError
from crm_app.media import state as media
from crm_app.media.state import PhotosState
from crm_app.properties import page, state
from tests.make import make_contact, make_property, make_user
from tests.states import be, open_state, run


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    session.commit()
    for module in (state, media):
        be(monkeypatch, module, person)
    return person


@pytest.fixture
def home(session: Session) -> Property:
    found = make_property(session, make_contact(session))
    session.commit()
    return found


def test_a_house_is_shown_with_its_photos(session: Session, home: Property) -> None:
    shown = open_state(state.PropertyState, f"/properties/{home.id}")
    run(shown.load())
    run(shown.refresh())
    assert (shown.shown.address, shown.is_loaded) == ("12 Lanternwick St", True)

    kept = open_state(PhotosState, f"/properties/{home.id}")
    run(kept.load())
    assert (kept.contact_id, kept.place, kept.photos) == (0, str(home.id), [])
    assert page.property_page().render()


def test_two_tabs_edit_one_contact_and_the_second_keeps_what_was_typed(
    session: Session, home: Property
) -> None:
    contact = session.exec(select(Contact)).one()
    first, second = (open_state(state.EditState, f"/contacts/{contact.id}") for _ in range(2))
    for tab in (first, second):
        run(tab.load())
        run(tab.ask())
    assert (first.may_edit, first.was["name"]) == (True, "Pat Example")

    assert run(first.save(first.was | {"name": "Pat First"})) is not None
    typed = second.was | {"name": "Pat Second"}
    assert run(second.save(typed)) is None
    assert second.meanwhile.startswith("Olivia changed this now: Name is now “Pat First”, yours")
    assert second.was  # the form stays open
    assert run(second.save(typed)) is not None

    session.refresh(contact)
    assert contact.name == "Pat Second"


def test_a_house_is_edited_on_its_page(session: Session, home: Property) -> None:
    shown = open_state(state.EditState, f"/properties/{home.id}")
    run(shown.ask())
    run(shown.save(shown.was | {"value_cents": "$612,000"}))

    session.refresh(home)
    assert (home.value_cents, home.edited) == (61_200_000, ["value_cents"])


def test_a_house_is_found_and_added_then_changed_and_put_first(
    session: Session, home: Property
) -> None:
    contact = make_contact(session, name="Sam Example", phone="+16175550141")
    session.commit()
    shown = open_state(state.TieState, f"/contacts/{contact.id}")

    run(shown.ask(0))
    run(shown.search("lantern"))
    with pytest.raises(CrmError, match="Choose a house"):
        run(shown.save({"role": "owner"}))
    run(shown.choose(*shown.found[0]))
    assert (shown.typed, shown.found) == ("12 Lanternwick St, Quincy MA 02169", [])
    run(shown.save({"role": "owner", "started_on": "2024-05-01"}))
    made = session.exec(select(ContactProperty).where(
        ContactProperty.contact_id == contact.id)).one()  # fmt: skip
    assert made.property_id == home.id

    run(shown.ask(made.id))
    assert shown.asked == {
        "id": str(made.id), "role": "owner", "started_on": "2024-05-01", "ended_on": "",
    }  # fmt: skip
    run(shown.put_first())
    run(shown.save({"role": "tenant"}))
    session.refresh(made)
    assert (made.role, made.position, made.started_on) == ("tenant", 0, None)
