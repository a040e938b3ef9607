from pathlib import Path

import pytest

from crm_app.errors import CrmError
from crm_app.intake import readers
from crm_app.intake.old_rows import columns_of
from tests.imports.files import HEADER, SAMPLE, house, write


def read(path: Path) -> list[readers.Record]:
    return readers.read(path)[1]


def made(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return path


def test_the_sample_has_thirty_rows_and_no_blank_line_or_footer() -> None:
    rows = read(SAMPLE)

    assert len(rows) == 30
    assert [record.line for record in rows][19:23] == [21, 23, 24, 25]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    text = 'Name,"Town, or city"\r\nZoë,Quincy\r\n'

    assert read(made(tmp_path, text.encode(encoding))) == [(2, ["Zoë", "Quincy"])]


def test_lines_are_physical_even_after_a_newline_in_quotes(tmp_path: Path) -> None:
    found = read(made(tmp_path, b'a,b\n\n"one\ntwo",x\n\nthree,y\n'))

    assert found == [(3, ["one\ntwo", "x"]), (6, ["three", "y"])]


def test_zero_bytes_inside_a_cell_are_left_out(tmp_path: Path) -> None:
    assert read(made(tmp_path, b"a,b\nx\0y," + b"z" * 200)) == [(2, ["xy", "z" * 200])]


def test_a_row_of_commas_is_a_blank_line(tmp_path: Path) -> None:
    assert read(made(tmp_path, b"a,b\n,\n1,2\n")) == [(3, ["1", "2"])]


def test_the_licence_sentence_at_the_end_is_no_row(tmp_path: Path) -> None:
    footer = b"One sentence in a single cell."

    assert len(read(made(tmp_path, b"a,b,c\n1,2,3\n" + footer + b"\n\n"))) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf,,\n", "empty"),
        (b"PK\x03\x04\x14\x00\x06....", "not a CSV.*CSV UTF-8"),
        ("Name,Town".encode("utf-16-le"), "not a CSV"),
        (bytes(range(1, 200)) * 20, "not a CSV"),
    ],
)
def test_what_is_no_csv_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(CrmError, match=sentence):
        read(made(tmp_path, content))


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="header and no rows"):
        read(write(tmp_path / "list.csv"))


@pytest.mark.parametrize("lines", [60, 20_000])
def test_a_quotation_mark_that_never_closes_is_named_with_its_line(
    tmp_path: Path, lines: int
) -> None:
    path = made(tmp_path, b'a,b\n1,2\n"open,4\n' + b"x" * 60 + b",y\n" * lines)

    with pytest.raises(CrmError, match="In line 3 a quotation mark"):
        read(path)


def test_a_cell_of_a_megabyte_is_a_quotation_mark_that_never_closes(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="In line 2"):
        read(made(tmp_path, b'a,b\n"' + b"x" * 1_100_000))


def test_headers_keep_dollar_and_percent_apart() -> None:
    header = [*HEADER[:4], "Primary Name", "Est Equity $", "Est Equity %"]

    assert columns_of(header)["equity_cents"] == 5
    assert columns_of(header)["equity_percent"] == 6


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    header = ["Primary Name", "zip", "CITY", "Address", "Something else"]

    assert columns_of(header) == {"primary_name": 0, "zip": 1, "city": 2, "address": 3}


def test_missing_columns_are_named() -> None:
    with pytest.raises(CrmError, match="no column City, Primary Name"):
        columns_of(["Address", "ZIP"])


def test_house_builder_writes_what_the_reader_reads(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x.csv", house()))[0].cells[1] == "12 LANTERNWICK ST"
