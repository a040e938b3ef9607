"""Whatever a person has as a file is read, or refused with what to do."""

import codecs
import tracemalloc
from pathlib import Path

import pytest

from crm_app.errors import CrmError
from crm_app.intake import files
from tests.imports.files import SAMPLE, house, write


def made(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return path


def read(path: Path) -> list[files.Record]:
    return list(files.records(path, files.examine(path)))


def test_the_sample_has_thirty_rows_and_no_blank_line_or_footer() -> None:
    rows = read(SAMPLE)

    assert len(rows) == 30
    assert [record.line for record in rows][19:23] == [21, 23, 24, 25]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("cp1252", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_every_encoding_reads_the_same(tmp_path: Path, encoding: str, bom: bytes) -> None:
    text = 'Name,"Town, or city"\r\nZoë,Quincy\r\n'

    path = made(tmp_path, bom + text.encode(encoding))

    assert files.examine(path).header == ["Name", "Town, or city"]
    assert read(path) == [(2, ["Zoë", "Quincy"])]


def test_a_letter_of_windows_at_the_very_end_is_read(tmp_path: Path) -> None:
    assert read(made(tmp_path, b"Name,Town\nPat,Caf\xe9"))[0].cells == ["Pat", "Café"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end(tmp_path: Path, delimiter: str, end: str) -> None:
    rows = ["Name{}Town", "Pat, Example{}Quincy", "Sam{}Milton"]
    text = end.join(row.format(delimiter) for row in rows).replace("Pat,", '"Pat,', 1)

    path = made(tmp_path, text.replace("Example", 'Example"').encode())

    assert files.examine(path).delimiter == delimiter
    assert read(path) == [(2, ["Pat, Example", "Quincy"]), (3, ["Sam", "Milton"])]


def test_lines_are_physical_even_after_a_newline_in_quotes(tmp_path: Path) -> None:
    found = read(made(tmp_path, b'a,b\n\n"one\ntwo",x\n\nthree,y\n'))

    assert found == [(3, ["one\ntwo", "x"]), (6, ["three", "y"])]


def test_zero_bytes_inside_a_cell_are_left_out(tmp_path: Path) -> None:
    assert read(made(tmp_path, b"a,b\nx\0y," + b"z" * 200)) == [(2, ["xy", "z" * 200])]


def test_a_row_of_commas_is_a_blank_line(tmp_path: Path) -> None:
    assert read(made(tmp_path, b"a,b\n,\n1,2\n")) == [(3, ["1", "2"])]


@pytest.mark.parametrize(
    "footer",
    [
        "One sentence in a single cell.",
        "The information in this report is subject to the licence,,",
        '"Thursday, Jan 15, 2026 10:02:03 AM GMT-5"',
        "Thursday, Jan 15, 2026 10:02:03 AM GMT-5,,,",
    ],
)
def test_a_footer_is_no_row(tmp_path: Path, footer: str) -> None:
    assert len(read(made(tmp_path, b"a,b,c\n1,2,3\n" + footer.encode() + b"\n\n"))) == 1


def test_a_footer_left_out_is_told() -> None:
    source = files.examine(SAMPLE)

    assert len(list(files.records(SAMPLE, source))) == 30
    assert source.footer[0].startswith("Invented sample data for tests; a real export")


@pytest.mark.parametrize(
    "last",
    [
        b"617-555-0160",
        b"Lonely Person",
        b"12 Lanternwick Street Quincy MA 02169.",
        b"Pat Example of Quincy is at 617-555-0140.",
        b"Pat Ann Lee Example Junior and Sam Example",
        b'"A sentence of several words.\nAnd another one."',
        b"Friday Jones,617-555-2010",
    ],
)
def test_anything_else_in_the_last_line_is_a_row(tmp_path: Path, last: bytes) -> None:
    path = made(tmp_path, b"a,b,c\nOnce upon a time there was a row of data,2,3\n" + last)

    assert [record.line for record in read(path)] == [2, 3]
    assert files.examine(path).footer == []


def test_a_last_row_with_a_name_only_is_a_row(tmp_path: Path) -> None:
    assert len(read(made(tmp_path, b"a,b,c\n1,2,3\nPat Example,,\n"))) == 2


def test_the_header_stands_below_a_title(tmp_path: Path) -> None:
    text = b"Attack A Crack,,\nCustomers,,\n\nName,Phone,Town\nPat,1,Quincy\n"

    source = files.examine(made(tmp_path, text))

    assert (source.header_line, source.header) == (4, ["Name", "Phone", "Town"])
    assert source.samples == [["Pat"], ["1"], ["Quincy"]]


def test_excels_own_line_about_the_delimiter_is_no_header(tmp_path: Path) -> None:
    source = files.examine(made(tmp_path, b"sep=;\nName;Town\nPat;Quincy\n"))

    assert (source.delimiter, source.header) == (";", ["Name", "Town"])


def test_a_delimiter_after_each_row_is_a_column_without_a_name(tmp_path: Path) -> None:
    path = made(tmp_path, b"Name,Town\nPat,Quincy,\nSam,Milton,\n")

    assert files.examine(path).header == ["Name", "Town", "Column 3"]


def test_samples_are_three_different_values(tmp_path: Path) -> None:
    path = made(tmp_path, b"Name,Town\nA,Quincy\nB,Quincy\n,Hull\nC,\nD,Milton\nE,Salem\n")

    assert files.examine(path).samples == [["A", "B", "C"], ["Quincy", "Hull", "Milton"]]


def test_a_column_of_numbers_is_a_list(tmp_path: Path) -> None:
    path = made(tmp_path, b"Phone\n617-555-0140\n617-555-0141\n")

    assert [record.cells for record in read(path)] == [["617-555-0140"], ["617-555-0141"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf,,\n", "is empty"),
        (
            b"PK\x03\x04\x14\x00\x06[Content_Types].xml xl/workbook.xml",
            "an Excel workbook.*CSV UTF",
        ),
        (b"PK\x03\x04\x14\x00\x06list.csv", "a zip archive.*take the list out"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "an old Excel.*CSV UTF-8"),
        (b"%PDF-1.7 ...", "a PDF.*Export the list as CSV"),
        (b"\x89PNG\r\n\x1a\n....", "an image"),
        (b"\xff\xd8\xff\xe0....", "an image"),
        (b"\0\0\0\x18ftypheic....", "an image or a video"),
        (b"  <!DOCTYPE html><html>", "a web page.*Sign in"),
        (b"BEGIN:VCARD\nVERSION:3.0\n", "address cards"),
        (b'[{"name": "Pat"}]', "not a table"),
        (bytes(range(1, 200)) * 20, "not a CSV"),
        (b"Name,Town\n", "header and no rows"),
        (b"Name,Town\nOne sentence at the end.\n", "header and no rows"),
        (b"Dear Pat\nthank you for the tour\nof the cellar\n", "only one column"),
        (b"Pat,617-555-0140\nSam,617-555-0141\n", "first line .* somebody's data"),
        (b"pat@example.com,Pat\nsam@example.com,Sam\n", "first line .* somebody's data"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(CrmError, match=sentence):
        files.examine(made(tmp_path, content))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = made(tmp_path, b"")
    with path.open("wb") as file:
        file.truncate(files.LARGEST + 1)

    with pytest.raises(CrmError, match="larger than 100 MB"):
        files.examine(path)


def test_a_note_of_sixty_lines_is_a_cell(tmp_path: Path) -> None:
    found = read(made(tmp_path, b'a,b\n1,"' + b"x\n" * 60 + b'y"\n3,4'))

    assert [(record.line, record.cells[0]) for record in found] == [(2, "1"), (63, "3")]


@pytest.mark.parametrize("lines", [1, 60, 20_000])
def test_a_quotation_mark_that_never_closes_is_named_with_its_line(
    tmp_path: Path, lines: int
) -> None:
    path = made(tmp_path, b'a,b\n1,2\n"open,4\n' + b"x" * 60 + b",y\n" * lines)

    with pytest.raises(CrmError, match="In line 3 a quotation mark"):
        read(path)


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (b'"Una,1\nPat,2\nSam,3\n', 2),
        (b'Una,"1\nPat,2\nSam,3\n', 2),
        (b'Una,1\nPat,2\n"Sam,3\n', 4),
        (b'Una,1\nPat,2\nSam,"3', 4),
        (b'Una,"Lee ""AL"" x,1\nPat,2\nSam,3\n', 2),
        (b'Una,1\n"Pat,2\nSam,"3 Elm, Quincy"\n', 3),  # closes where another opens
    ],
)
def test_a_quotation_mark_left_open_swallows_no_row(
    tmp_path: Path, lines: bytes, wrong: int
) -> None:
    with pytest.raises(CrmError, match=f"In line {wrong} a quotation mark .* does not close. Mend"):
        read(made(tmp_path, b"Name,House\n" + lines))


def test_quotation_marks_within_a_line_are_read_as_ever(tmp_path: Path) -> None:
    found = read(made(tmp_path, b'a,b\n"Al" Lee,5" pipe\n"one\n""two""",x'))

    assert found == [(2, ["Al Lee", '5" pipe']), (3, ['one\n"two"', "x"])]


def test_a_text_within_quotes_at_the_end_of_the_first_piece_is_no_fault(tmp_path: Path) -> None:
    path = made(tmp_path, b"a;b\n" + b'x;"%s"\n' % (b"y\n" + b"z" * 100_000) * 5)

    assert (files.examine(path).delimiter, len(read(path))) == (";", 5)


def test_a_cell_that_is_too_long_is_named(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match=r"In line 2 .* or a cell has more than 131,072 characters"):
        read(made(tmp_path, b'a,b\n"' + b"x" * 300_000 + b'",1\n'))


def test_a_cell_of_a_megabyte_is_a_quotation_mark_that_never_closes(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="In line 2"):
        read(made(tmp_path, b'a,b\n"' + b"x" * 1_100_000))


def test_a_file_is_streamed(tmp_path: Path) -> None:
    """8 MB of rows take less than 4 MB, and twice as many rows no more."""
    path = made(tmp_path, b"a,b\n" + (b"x" * 400 + b",y\n") * 20_000)

    tracemalloc.start()
    count = sum(1 for _record in files.records(path, files.examine(path)))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 20_000
    assert most < 4_000_000


def test_house_builder_writes_what_the_reader_reads(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x.csv", house()))[0].cells[1] == "12 LANTERNWICK ST"
