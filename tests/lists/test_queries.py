import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Suppression
from crm_app.contacts import actions
from crm_app.contacts.models import Contact
from crm_app.lists import queries
from tests.make import make_contact, make_list, make_property

OWNER = Person(1, "Olivia", Role.OWNER)


@pytest.fixture
def people(session: Session) -> dict[str, Contact]:
    made = {
        "anna": make_contact(session, name="Anna-Liese van der Zanden", phone="+17815550110"),
        "pat": make_contact(session, name="Pat Example", phone="+16175550140"),
        "sean": make_contact(session, name="Seamus O'Donnelly-McRae", phone=""),
    }
    make_property(session, made["pat"])
    make_property(session, made["pat"], address="300 Covewright Ave", city="Warwick", zip5="02886")
    actions.refresh_houses(session, [contact.id for contact in made.values()])
    return made


def found(session: Session, typed: str, **more: int) -> list[str]:
    rows, total = queries.find_contacts(session, OWNER, typed, **more)
    assert total == len(rows)
    return [row.title.split()[0] for row in rows]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["Anna-Liese", "Pat", "Seamus"]),
        ("exam", ["Pat"]),
        ("PAT ex", ["Pat"]),
        ("o'don", ["Seamus"]),
        ("zand anna", ["Anna-Liese"]),
        ("lantern", ["Pat"]),
        ("12 lant", ["Pat"]),
        ("quin", ["Pat"]),
        ("0140", ["Pat"]),
        ("(617) 555-0140", ["Pat"]),
        ("300", ["Pat"]),
        ("11", []),
        ("12", ["Pat"]),
        ("nobody", []),
        ("!!!", []),
        ("' | !x:* \\", []),
        ("xample", []),
    ],
)
def test_search(session: Session, people: object, typed: str, names: list[str]) -> None:
    assert found(session, typed) == names


def test_a_list_and_a_search_filter_together(session: Session, people: dict[str, Contact]) -> None:
    list_id = make_list(session, people["pat"], people["sean"]).id

    assert found(session, "", list_id=list_id) == ["Pat", "Seamus"]
    assert found(session, "sea", list_id=list_id) == ["Seamus"]
    assert queries.lists(session) == [(str(list_id), "Spring (2)")]


def test_the_deleted_are_not_found(session: Session, people: dict[str, Contact]) -> None:
    people["pat"].deleted_at = clock.now(session)
    session.flush()

    assert found(session, "pat") == []


def test_a_row_says_number_house_and_what_stands_against_texting(
    session: Session, people: dict[str, Contact]
) -> None:
    session.add(
        Suppression(e164="+16175550140", source="text", because="STOP", at=clock.now(session))
    )
    session.flush()

    (anna, pat, sean), _total = queries.find_contacts(session, OWNER)

    assert pat.detail == "(617) 555-0140 · 12 Lanternwick St Quincy and 1 more"
    assert (anna.badge, pat.badge, sean.badge) == ("", "Opted out", "Not textable")
    assert (sean.detail, anna.initials) == ("No number", "AZ")


def test_pages_are_counted(
    session: Session, people: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)

    rows, total = queries.find_contacts(session, OWNER, page=2)

    assert ([row.title for row in rows], total) == (["Seamus O'Donnelly-McRae"], 3)


def test_very_many_are_not_counted(
    session: Session, people: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)

    assert queries.find_contacts(session, OWNER)[1] == 2
