import csv
import io
from pathlib import Path

import pytest
from sqlmodel import Session, select

from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from crm_app.exports.csv_out import pieces
from crm_app.importing import downloads
from crm_app.imports import actions, tasks
from crm_app.imports.models import Import
from crm_app.sheets import unescaped
from tests.importing.rows import CELLS, HEADER, add_row, four_rows
from tests.imports.files import take_in
from tests.texting import olivia


def read(session: Session, import_id: int, *, is_whole: bool) -> list[list[str]]:
    """What a spreadsheet gets."""
    whole = b"".join(pieces(downloads.rows(session, import_id, is_whole))).decode("utf-8-sig")
    assert whole.count("\r\n") == whole.count("\n")
    return list(csv.reader(io.StringIO(whole, newline="")))


def test_refused_rows_come_in_the_files_own_columns_with_the_reason(session: Session) -> None:
    found = four_rows(session)

    header, first, second = read(session, found.id, is_whole=False)

    assert header == [downloads.REASON, *HEADER]
    assert first == ["no address", "", *CELLS[1:]]
    assert second[0].startswith("6 cells where the header has 5")


def test_the_whole_result_has_each_row_with_what_became_of_it(session: Session) -> None:
    found = four_rows(session)

    header, *rows = read(session, found.id, is_whole=True)

    assert header[:5] == ["Line", "Result", "Reason", "Warnings", "Stayed"]
    assert [row[:3] for row in rows][:3] == [
        ["2", "created", ""], ["3", "updated", ""], ["4", "failed", "no address"],
    ]  # fmt: skip
    assert rows[1][3] == "Longitude and latitude were swapped."
    assert rows[0][5:] == CELLS


def test_no_cell_is_a_formula(session: Session) -> None:
    found = four_rows(session)
    add_row(session, found, 9, raw=['=HYPERLINK("x")', *CELLS[1:]])

    last = read(session, found.id, is_whole=True)[-1]

    assert last[5] == '\'=HYPERLINK("x")'
    assert unescaped(last[5]) == '=HYPERLINK("x")'


def test_there_is_no_such_import(session: Session) -> None:
    with pytest.raises(CrmError, match="no such import"):
        downloads.file_name(session, 12345)


def test_refused_rows_are_mended_and_imported_again_by_the_same_recipe(
    session: Session, tmp_path: Path
) -> None:
    me, path = olivia(session), tmp_path / "list.csv"
    path.write_text("Wer,Telefon,Bemerkung\nPat Example,617-555-014,'=1\n")
    import_id = take_in(session, path)
    tasks.run(import_id)
    mapping = [{"column": name, "target": target} for name, target in
               {"Wer": "name", "Telefon": "phone", "Bemerkung": "extra"}.items()]  # fmt: skip
    actions.set_mapping(session, me, import_id, mapping, "German")
    session.commit()
    tasks.run(import_id)

    given = b"".join(pieces(downloads.rows(session, import_id, False))).decode()
    path.write_bytes(given.replace("617-555-014,", "617-555-0140,").encode())
    again = take_in(session, path)
    tasks.run(again)

    session.expire_all()
    found = session.get_one(Import, again)
    assert (found.state, found.recipe, found.counts["failed"]) == ("applied", "German", 0)
    assert session.exec(select(Contact.extras)).one() == {"Bemerkung": "=1"}
    assert path.read_text().count("'=1") == 1
