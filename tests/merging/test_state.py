import pytest
from sqlmodel import Session

from crm_app.auth.permissions import Role
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from crm_app.merging import state
from crm_app.merging.state import DuplicatesState
from tests.merging.people import make_full, make_world
from tests.states import be, open_state, run
from tests.texting import TUESDAY, olivia, set_clock


@pytest.fixture
def two(session: Session, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Two forms of one person; the owner is signed in."""
    set_clock(session, TUESDAY)
    world = make_world(session)
    has = {"email": "pat@example.com", "numbers": 1}
    ids = [make_full(session, n, world, has | {"name": name}).id
           for n, name in enumerate(("Pat Example", "Patricia Example"))]  # fmt: skip
    be(monkeypatch, state, olivia(session))
    session.commit()
    return ids[0], ids[1]


def test_two_are_merged_and_it_is_undone(session: Session, two: tuple[int, int]) -> None:
    a, b = two
    tab = open_state(DuplicatesState, "/contacts/duplicates")
    run(tab.load())
    assert [(one.other_id, one.id) for one in tab.pairs] == [(a, b)]

    run(tab.compare(b, a))
    run(tab.choose("name", is_right=True))
    run(tab.merge())

    assert (tab.pairs, tab.shown.ids, tab.slip.words) == ([], [], "Pat Example → Patricia Example")
    session.expire_all()
    assert session.get_one(Contact, b).other_names == "Patricia Example"
    run(tab.undo(tab.slip.id))
    assert (len(tab.pairs), tab.slip.id, tab.past[0].may_undo) == (1, 0, False)


def test_the_page_of_the_one_who_went_leads_to_the_other(
    session: Session, two: tuple[int, int]
) -> None:
    a, b = two
    tab = open_state(DuplicatesState, f"/contacts/duplicates?a={a}&b={b}")
    run(tab.load())
    assert tab.shown.ids == [a, b]
    there = run(tab.merge())
    assert f"/contacts/{a}" in str(there)  # whence the two were compared

    gone = open_state(DuplicatesState, f"/contacts/{b}")
    redirect, said = run(gone.load())

    assert f"/contacts/{a}" in str(redirect)
    assert "Merged into Pat Example" in str(said)
    kept = open_state(DuplicatesState, f"/contacts/{a}")
    run(kept.load())
    assert (kept.pairs, len(kept.past)) == ([], 1)


def test_the_merge_just_made_is_offered_back_on_the_page_of_who_went(
    session: Session, two: tuple[int, int]
) -> None:
    a, b = two
    tab = open_state(DuplicatesState, f"/contacts/{b}")
    run(tab.load())
    run(tab.compare(a, b))

    run(tab.merge())

    assert tab.slip.words == "Patricia Example → Pat Example"


def test_who_looks_at_an_older_version_is_shown_the_new_one(
    session: Session, two: tuple[int, int]
) -> None:
    a, b = two
    tab = open_state(DuplicatesState, f"/contacts/{a}")
    run(tab.load())
    run(tab.compare(a, b))
    contact = session.get_one(Contact, b)
    contact.notes, contact.version = "New", 2
    session.commit()

    with pytest.raises(CrmError, match="changed one of the two"):
        run(tab.merge())

    assert tab.shown.versions == [1, 2]
    assert [row.right for row in tab.shown.rows if row.label == "Notes"] == ["New"]
    run(tab.close())
    with pytest.raises(CrmError, match="Choose two"):
        run(tab.merge())
    with pytest.raises(CrmError, match="there no more"):
        run(tab.compare(a, 0))


def test_two_people_are_two_and_a_technician_sees_nothing(
    session: Session, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = open_state(DuplicatesState, f"/contacts/{two[0]}")
    run(tab.load())
    assert [(one.other_id, one.id) for one in tab.pairs] == [two]

    run(tab.part(*two))
    assert tab.pairs == []

    be(monkeypatch, state, olivia(session, Role.TECHNICIAN))
    run(tab.refresh())
    assert (tab.pairs, tab.past) == ([], [])
    run(tab.turn(1))
    assert tab.page_number == 1
