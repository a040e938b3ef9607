from typing import Any

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Suppression
from crm_app.contacts import actions
from crm_app.contacts.models import Contact
from crm_app.lists import queries
from crm_app.lists.queries import Wanted
from tests.make import make_contact, make_list, make_property

OWNER = Person(1, "Olivia", Role.OWNER)


@pytest.fixture
def people(session: Session) -> dict[str, Contact]:
    made = {
        "anna": make_contact(session, name="Anna-Liese van der Zanden", phone="+17815550110"),
        "pat": make_contact(session, name="Pat Example", phone="+16175550140"),
        "sean": make_contact(session, name="Seamus O'Donnelly-McRae", phone=""),
    }
    made["pat"].email, made["pat"].tags = "pat@example.com", ["bulkhead"]
    make_property(session, made["pat"])
    make_property(session, made["pat"], address="300 Covewright Ave", city="Warwick", zip5="02886")
    actions.refresh_houses(session, [contact.id for contact in made.values()])
    return made


def found(session: Session, typed: str = "", **more: Any) -> list[str]:
    page = queries.find_contacts(session, OWNER, Wanted(typed, **more))
    assert page.total == len(page.rows)
    return [row.title.split()[0] for row in page.rows]


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
        ("12 Lanternwick Street", ["Pat"]),
        ("lanternwick stree quincy", ["Pat"]),
        ("covewright avenue", ["Pat"]),
        ("covewright boulevard", []),
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
        ("pat 0140", ["Pat"]),
        ("0140 lantern quincy", ["Pat"]),
        ("anna 0140", []),
        ("pat@exam", ["Pat"]),
        ("pat@example.com", ["Pat"]),
        ("@", []),
        ("bulk warwick", ["Pat"]),
    ],
)
def test_search(session: Session, people: object, typed: str, names: list[str]) -> None:
    assert found(session, typed) == names


def test_a_list_and_a_search_filter_together(session: Session, people: dict[str, Contact]) -> None:
    list_id = make_list(session, people["pat"], people["sean"]).id

    assert found(session, "", list_id=list_id) == ["Pat", "Seamus"]
    assert found(session, "sea", list_id=list_id) == ["Seamus"]
    assert queries.lists(session, OWNER) == [(str(list_id), "Spring (2)")]


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

    anna, pat, sean = queries.find_contacts(session, OWNER, Wanted()).rows

    assert pat.detail == "(617) 555-0140 · 12 Lanternwick St Quincy and 1 more"
    assert (anna.badge, pat.badge, sean.badge) == ("", "Opted out", "Not textable")
    assert (sean.detail, anna.initials) == ("No number", "AZ")


def test_who_begins_with_what_was_typed_comes_first(session: Session) -> None:
    for at, name in enumerate(("Abe Quinn", "Quinn Zed", "Quinn Abel", "Bo Quinn")):
        make_contact(session, name=name, phone=f"+1617555010{at}")

    assert [row.title for row in queries.find_contacts(session, OWNER, Wanted("quinn")).rows] == [
        "Quinn Abel", "Quinn Zed", "Abe Quinn", "Bo Quinn",
    ]  # fmt: skip


@pytest.mark.parametrize("is_frequent", [False, True])
@pytest.mark.parametrize("typed", ["", "quin"])
def test_pages_go_on_and_back_without_a_gap(
    session: Session, monkeypatch: pytest.MonkeyPatch, *, is_frequent: bool, typed: str
) -> None:
    """Both ways of reading, by the order of names and by what fits, give the same order."""
    names = [f"{first} {last}" for first in ("Abe", "Quinn", "abe") for last in ("Quin", "Quint")]
    for at, name in enumerate(names):
        make_contact(session, name=name, phone=f"+1617555010{at}")
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    if is_frequent:
        monkeypatch.setattr(queries, "_about", lambda *_: 100)

    def page(after: Any = None, *, back: bool = False) -> queries.Found:
        return queries.find_contacts(session, OWNER, Wanted(typed), after, back=back)

    pages = [page()]
    while pages[-1].more:
        pages.append(page(pages[-1].at[-1]))
    ids = [[row.id for row in one.rows] for one in pages]
    assert list(map(len, ids)) == [2, 2, 2]
    assert len({*ids[0], *ids[1], *ids[2]}) == 6
    if typed:
        assert [row.title for row in pages[0].rows] == ["Quinn Quin", "Quinn Quint"]
    assert [row.id for row in page(pages[2].at[0], back=True).rows] == ids[1]
    first = page(pages[1].at[0], back=True)
    assert ([row.id for row in first.rows], first.more) == (ids[0], False)


@pytest.mark.parametrize(("most", "total", "is_about"), [(10, 4, False), (2, 3, True)])
def test_who_fits_is_counted_though_the_planner_guesses(
    session: Session, monkeypatch: pytest.MonkeyPatch, most: int, total: int, *, is_about: bool
) -> None:
    for at in range(4):
        make_contact(session, name=f"Abe {at}", phone=f"+1617555010{at}")
    make_contact(session, name="Zed", phone="+16175550109")
    monkeypatch.setattr(queries, "_about", lambda *_: 1000)
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    monkeypatch.setattr(queries, "MOST", most)

    page = queries.find_contacts(session, OWNER, Wanted("abe", form={"texted": "never"}))

    assert (page.total, page.is_about, len(page.rows)) == (total, is_about, 2)
    everybody = queries.find_contacts(session, OWNER, Wanted())
    assert (everybody.total, everybody.is_about) == ((1000, True) if is_about else (5, False))


def test_who_sees_only_their_own_is_told_of_no_list_file_or_column(
    session: Session, people: dict[str, Contact]
) -> None:
    tess = Person(2, "Tess", Role.TECHNICIAN)
    make_list(session, people["pat"])

    assert queries.lists(session, tess) == []
    mark = Person(3, "Mark", Role.MARKETER)
    assert [name for _, name in queries.lists(session, mark)] == ["Spring (1)"]  # for campaigns
    assert {one for offered in queries.choices(session, tess).values() for one, _ in offered} == {
        ""
    }


def test_a_long_list_is_not_counted_to_its_end(
    session: Session, people: dict[str, Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    make_list(session, *people.values(), name="Long")
    make_list(session, people["pat"], people["anna"], name="Short")

    words = [name for _, name in queries.lists(session, OWNER)]
    assert words == ["Short (2)", "Long (2+)"]
