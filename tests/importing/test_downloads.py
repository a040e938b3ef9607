import csv
import io

import pytest
from sqlmodel import Session

from crm_app.errors import CrmError
from crm_app.exports.csv_out import pieces
from crm_app.importing import downloads
from crm_app.sheets import unescaped
from tests.importing.rows import CELLS, HEADER, add_row, four_rows


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
