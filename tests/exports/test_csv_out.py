import csv
import io
from decimal import Decimal
from re import fullmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.exports.csv_out import BOM, PIECE, pieces
from crm_app.sheets import escaped, unescaped

_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def written(rows: list[list[object]], start: str = "") -> str:
    return b"".join(pieces(rows, start)).decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_what_a_spreadsheet_would_compute_is_escaped(start: str) -> None:
    assert escaped(f"{start}1+1") == f"'{start}1+1"
    assert escaped(f"'{start}1") == f"''{start}1"


def test_other_cells_are_as_they_are() -> None:
    assert [escaped(v) for v in ("Pat", "'Tis", None, "-71.05", True, False, Decimal("1.5"))] == [
        "Pat", "'Tis", "", "-71.05", "yes", "no", "1.5",
    ]  # fmt: skip


@given(_CELLS | st.from_regex(r"'{0,3}[=+@-]x", fullmatch=True))
def test_escaping_can_be_taken_back(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell
    plain = fullmatch(r"-[0-9]+([.][0-9]+)?", cell)
    assert plain or not escaped(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=2), max_size=4))
def test_a_file_is_read_as_it_was_written(rows: list[list[object]]) -> None:
    found = csv.reader(io.StringIO(written(rows), newline=""), strict=True)

    assert [[unescaped(cell) for cell in row] for row in found] == rows


def test_lines_end_as_rfc_4180_says_and_excel_sees_utf_8() -> None:
    assert written([["Näme", "b"], ['x"y', "1,5\n2"]], BOM) == (
        '\ufeffNäme,b\r\n"x""y","1,5\n2"\r\n'
    )


def test_a_long_file_comes_in_pieces() -> None:
    rows = [["x" * 1000, n] for n in range(300)]

    found = list(pieces(iter(rows), ""))

    assert len(found) > 4
    assert max(map(len, found)) < PIECE + 1100
    assert len(b"".join(found).splitlines()) == 300
