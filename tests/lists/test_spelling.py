"""What a search that found nothing may have meant."""

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Person, Role
from crm_app.contacts import actions
from crm_app.imports.models import Import
from crm_app.lists import spelling, tasks
from tests.make import make_contact, make_property

OWNER, TESS = Person(1, "Olivia", Role.OWNER), Person(2, "Tess", Role.TECHNICIAN)


@pytest.fixture
def words(session: Session) -> None:
    for at, name in enumerate(("Sean Galloway", "Ida Tilotson", "Ida Gallow", "Bo Galloway")):
        contact = make_contact(session, name=name, phone=f"+1617555010{at}")
        make_property(session, contact, address=f"{at} Covewright Ave", zip5=f"0216{at}")
        actions.refresh_houses(session, [contact.id])
    assert spelling.gather_words(session)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("galoway", "Galloway"),
        ("gallaway", "Galloway"),
        ("zalloway", "Galloway"),
        ("tilotsno", "Tilotson"),
        ("ida galowya", "Ida Galloway"),
        ("covwright", "Covewright"),
        ("galow 0140", "Gallow 0140"),
        ("quinzy", "Quincy"),
        ("xyzzy", ""),
        ("ga", ""),
        ("galloway", ""),
        ("'); drop", ""),
        ("", ""),
    ],
)
def test_the_nearest_word(session: Session, words: object, typed: str, meant: str) -> None:
    assert spelling.meant(session, OWNER, typed) == meant


def test_who_sees_only_their_own_learns_no_word_of_others(session: Session, words: object) -> None:
    assert spelling.meant(session, TESS, "galoway") == ""


def test_words_are_gathered_after_an_import_and_once_a_day(session: Session, words: object) -> None:
    assert not spelling.gather_words(session)
    make_contact(session, name="Zoe Newcomer", phone="+16175550177")
    at = clock.now(session)
    session.add(Import(file_name="a", stored_as="a", created_at=at, finished_at=at))
    session.commit()

    assert tasks.gather_words()
    assert spelling.meant(session, OWNER, "newcomr") == "Newcomer"
    found = session.execute(text("select used from search_word where word = 'galloway'")).scalar()
    assert found == 2
