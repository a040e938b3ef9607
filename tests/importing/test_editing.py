import pytest
from sqlmodel import Session

from crm_app.auth.permissions import Person
from crm_app.errors import CrmError
from crm_app.importing import editing
from crm_app.imports import actions
from crm_app.imports.models import ImportRow
from tests.importing.rows import CELLS, HEADER, four_rows, make_import
from tests.make import make_user

MAPPING = [{"column": name, "target": "extra"} for name in HEADER]


@pytest.fixture
def owner(session: Session) -> Person:
    user = make_user(session)
    return Person(user.id, user.name, user.role)


def test_columns_come_with_values_of_the_file(session: Session) -> None:
    samples = [["12 LANTERNWICK ST", "14 ELM ST"], *([cell] for cell in CELLS[1:])]
    found = make_import(session, mapping=MAPPING, dialect={"samples": samples})

    columns = editing.columns(session, found.id)

    assert [(one.header, one.target) for one in columns] == [(name, "extra") for name in HEADER]
    assert [one.value for one in columns][:2] == ["12 LANTERNWICK ST · 14 ELM ST", "QUINCY"]


def test_a_row_that_is_longer_than_the_header_shows_all_its_cells(session: Session) -> None:
    found = four_rows(session)

    cells = editing.cells(session, found.id, 5)

    assert [one.header for one in cells] == [*HEADER, ""]
    assert [one.value for one in editing.joined(cells, 3)] == [
        *CELLS[:3], "EXAMPLE,PAT", CELLS[4], "",
    ]  # fmt: skip
    assert editing.joined(cells, 5) == cells


def test_a_row_that_breaks_off_shows_the_missing_cells(session: Session) -> None:
    found = four_rows(session)
    session.get_one(ImportRow, (found.id, 4)).raw = CELLS[:2]

    cells = editing.cells(session, found.id, 4)

    assert [one.value for one in cells] == [*CELLS[:2], "", "", ""]


@pytest.mark.parametrize("more", [[], [""]])
def test_mended_cells_are_kept_as_wide_as_the_header(
    session: Session, owner: Person, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    found = four_rows(session)
    read_anew: list[object] = []
    monkeypatch.setattr(actions, "fix_cell", lambda _session, *told: read_anew.append(told))

    editing.keep(session, owner, found.id, 4, [*CELLS, *more])

    assert session.get_one(ImportRow, (found.id, 4)).raw == CELLS
    assert read_anew == [(owner, found.id, 4, 0, CELLS[0])]


def test_saving_without_a_change_is_refused(session: Session, owner: Person) -> None:
    found = four_rows(session)

    with pytest.raises(CrmError, match="No cell was changed"):
        editing.keep(session, owner, found.id, 4, ["", *CELLS[1:]])
