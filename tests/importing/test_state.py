"""The import screens' states: the wiring, with the guard played by a fixed person."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from crm_app import queue
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Attestation
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from crm_app.importing import page, rows, state
from crm_app.imports import actions, tasks
from crm_app.imports.models import Import, ImportState, Recipe
from tests.importing.rows import four_rows
from tests.imports.files import SAMPLE, apply, house, write
from tests.make import make_user
from tests.states import be, open_state, run

UNKNOWN = "Who,Where,Ort,Ring\nPat Example,3 Elm St,Quincy,617-555-0140\nJo Example,,Quincy,\n"
AIMS = {"column-0": "name", "column-1": "address", "column-2": "city", "column-3": "phone"}


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in; the worker works inside the ring."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    session.commit()
    queue.is_immediate = True
    be(monkeypatch, state, person)
    return person


def upload(session: Session, words: str | Path) -> Any:
    """The page of a file that was just uploaded, and as far as the worker gets."""
    read = words.read_bytes() if isinstance(words, Path) else words.encode()
    (actions.folder() / "new.csv").write_bytes(read)
    import_id = actions.take_in(session, "new.csv", "new.csv", "Spring")
    session.commit()
    tasks.run(import_id)
    shown = open_state(state.ImportState, f"/imports/{import_id}")
    run(shown.load())
    return shown


def again(shown: Any) -> Any:
    """The same page, as it is after the news of the worker's end."""
    run(shown.refresh())
    return shown.shown


def test_past_imports_are_listed(session: Session) -> None:
    apply(session, SAMPLE)
    shown = open_state(state.ImportsState, "/imports")

    upload(session, SAMPLE)
    run(shown.load())

    assert [row.word for row in shown.rows] == ["Planned", "Applied"]


def test_the_plan_of_the_sample_is_shown_before_anything_is_written(session: Session) -> None:
    shown = upload(session, SAMPLE)

    assert shown.shown.adds_up == "26 + 1 + 0 + 3 = 30 rows"
    assert [tile.number for tile in shown.shown.people] == ["33", "0", "0", "34", "3"]
    assert len(shown.rows) == 30
    assert session.exec(select(Contact)).all() == []


def test_the_import_is_applied_and_taken_back(session: Session) -> None:
    shown = upload(session, SAMPLE)

    run(shown.approve({}))
    assert again(shown).word == "Applied"
    assert shown.shown.adds_up == "26 + 1 + 0 + 3 = 30 rows"
    run(shown.do("undo"))

    assert again(shown).word == "Undone"
    assert session.exec(select(Contact)).all() == []


def test_columns_that_nobody_knows_are_said_and_remembered(session: Session) -> None:
    shown = upload(session, UNKNOWN)
    assert shown.shown.state == "mapping"
    assert shown.columns[0].value == "Pat Example · Jo Example"

    run(shown.keep_columns(AIMS | {"recipe": "Neighbour's list"}))

    assert again(shown).adds_up == "1 + 0 + 0 + 1 = 2 rows"
    assert session.exec(select(Recipe.name)).all() == ["Neighbour's list"]
    assert upload(session, UNKNOWN).shown.state == "planned"
    run(shown.edit_columns())
    assert len(shown.columns) == 4
    run(shown.edit_columns())
    assert shown.columns == []


def test_a_refused_row_is_mended_in_place(session: Session) -> None:
    shown = upload(session, UNKNOWN)
    run(shown.keep_columns(AIMS))
    run(shown.refresh())
    run(shown.narrow("failed"))
    run(shown.fix(shown.rows[0].line))
    assert (shown.line, shown.reason, shown.is_longer) == (3, shown.rows[0].reason, False)

    run(shown.keep_cells({"cell-1": "5 Elm St", "cell-3": "617-555-0141"}))

    assert again(shown).adds_up == "2 + 0 + 0 + 0 = 2 rows"
    assert shown.rows == []


def test_a_comma_too_many_is_mended_by_joining_two_cells(session: Session) -> None:
    shown = upload(session, SAMPLE)
    run(shown.fix(33))
    assert shown.is_longer
    before = [one.value for one in shown.cells]

    run(shown.join(1))

    assert shown.cells[1].value == f"{before[1]},{before[2]}"
    assert shown.cells[-1].value == ""


def test_options_plan_again(session: Session) -> None:
    shown = upload(session, SAMPLE)

    given = {"mode": "skip", "list_name": "Autumn", "tag": "leaves", "basis": ""}
    run(shown.keep_options(given))

    now = again(shown)
    assert (now.word, now.mode, now.list_name, now.tag) == ("Planned", "skip", "Autumn", "leaves")


def test_choices_that_were_not_planned_yet_are_not_thrown_away(session: Session) -> None:
    shown = upload(session, SAMPLE)
    form = {"mode": "fill", "list_name": "Spring", "tag": "new", "basis": ""}

    run(shown.approve(form))
    assert (again(shown).word, shown.shown.tag) == ("Planned", "new")
    assert session.exec(select(Contact)).all() == []
    run(shown.approve(form))

    assert again(shown).word == "Applied"
    assert {*session.exec(select(Contact.tags).limit(1)).one()} == {"new"}


def test_a_plan_is_discarded(session: Session) -> None:
    shown = upload(session, SAMPLE)

    run(shown.discard())

    assert session.exec(select(Import)).all() == []


def test_what_was_typed_here_is_overwritten_by_a_click(session: Session, tmp_path: Path) -> None:
    apply(session, write(tmp_path / "a.csv", house()))
    known = session.exec(select(Contact)).one()
    known.name, known.edited = "Patricia Example", ["name"]
    session.commit()
    shown = upload(session, write(tmp_path / "b.csv", house()))
    run(shown.keep_options({"mode": "update", "list_name": "Spring"}))
    run(shown.refresh())
    assert shown.rows[0].kept == "Name"

    run(shown.overwrite(shown.rows[0].line, True))

    run(shown.refresh())
    assert shown.rows[0].is_overwriting
    assert "Pat Example" in [after for _what, _before, after in shown.rows[0].changes]


def test_rows_are_leafed_through(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (rows, state):
        monkeypatch.setattr(module, "PAGE", 3)
    shown = open_state(state.ImportState, f"/imports/{four_rows(session).id}")
    session.commit()
    run(shown.load())
    run(shown.turn(-1))
    assert ([row.line for row in shown.rows], shown.has_more) == ([2, 3, 4], True)

    run(shown.turn(1))
    assert ([row.line for row in shown.rows], shown.has_before) == ([5], True)
    run(shown.turn(1))
    run(shown.turn(-1))
    assert shown.rows[0].line == 2
    run(shown.narrow("failed"))
    assert [row.line for row in shown.rows] == [4, 5]
    run(shown.narrow("failed"))
    assert len(shown.rows) == 3


def test_a_plan_is_cancelled_and_goes_on(session: Session) -> None:
    shown = upload(session, SAMPLE)

    run(shown.do("cancel"))
    assert again(shown).word == "Cancelled"
    run(shown.do("resume"))

    assert again(shown).word == "Planned"


def test_the_tick_is_recorded_once_with_who_and_when(session: Session, owner: Person) -> None:
    import_id = apply(session, SAMPLE)["import_id"]
    shown = open_state(state.ImportState, f"/imports/{import_id}")
    run(shown.load())

    assert run(shown.attest(False)) is None
    run(shown.attest(True))
    assert run(shown.attest(True)) is None

    attested = session.exec(select(Attestation).order_by(col(Attestation.id))).one()
    assert (attested.user_id, attested.sentence) == (owner.id, state.LABELS["sentence"])
    assert shown.shown.attested.startswith("Attested by Olivia, ")


def test_a_file_that_is_none_says_what_to_do(session: Session) -> None:
    shown = upload(session, "")

    assert (shown.shown.word, "empty" in shown.shown.error) == ("Failed", True)


def test_only_those_who_may_import_change_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = upload(session, SAMPLE)
    be(monkeypatch, state, Person(1, "Tess", Role.TECHNICIAN))

    with pytest.raises(CrmError, match="may not import"):
        run(shown.approve({}))

    session.expire_all()
    assert session.exec(select(Import.state)).all() == [ImportState.PLANNED]


def test_the_pages_can_be_drawn(session: Session) -> None:
    assert page.imports_page().render()
    assert page.import_page().render()
