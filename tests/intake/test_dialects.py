"""However a table is written down, its records are the same; whatever they say, none is lost."""

import codecs
import csv
import io
import json
import string
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_app.errors import CrmError
from crm_app.intake import files, recipes
from crm_app.intake.files import Record
from crm_app.intake.rows import Read, reader
from tests.imports.files import HEADER, house

_BOMS = {"utf-8-sig": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_PLAIN = st.text(string.ascii_letters + "éüñÅ -.'&/()", max_size=8)
_TEXTS = st.one_of(_PLAIN, st.text(string.ascii_letters + ',;\t|"\n', max_size=6))
_DIRTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from([
        "", "617-555-0140", "6175550140.0", "617 555 0140 x9", "+1 (617) 555-0140, 781-555-0141",
        "Phone:(617) 555-0142 Fax: 617 555 0143", "1e9", "-", "null", "0000-00-00", "13/45/2020",
        '="02169"', "=1+1", "@a", "a@b", "a@example.com ::: b@example.com", "LAST,FIRST", ",", "LE",
        "٠٢١٦٩", "1 Elm St\nQuincy, MA 02169", "99999999999999999999", "$-1,0", "\ud7ff", "x" * 300,
        "Trust", "9/9/9999", "inf", "nan",
    ]),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header of at least two columns, and rows of which none is blank or alone in its width."""
    width = draw(st.integers(2, 5))
    header = [f"Col {letter}" for letter in string.ascii_uppercase[:width]]
    row = st.lists(_TEXTS, min_size=width - 1, max_size=width - 1)
    rows = draw(st.lists(row, min_size=1, max_size=6))
    return [header, *([f"row{at}", *cells[:-1], "end"] for at, cells in enumerate(rows))]


@given(
    table=tables(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16-le", "utf-16-be"]),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.booleans(),
    title=st.sampled_from(["", "A report"]),
    blank=st.booleans(),
    footer=st.sampled_from(["", "Made for nobody in particular by chance."]),
)
@settings(max_examples=150, deadline=None)
def test_every_dialect_of_a_table_gives_the_same_records(
    table: list[list[str]], encoding: str, delimiter: str, end: str, quoting: bool, title: str,
    blank: bool, footer: str,
) -> None:  # fmt: skip
    made = io.StringIO(newline="")
    kind = csv.QUOTE_ALL if quoting or end == "\r" else csv.QUOTE_MINIMAL  # else \n stays bare
    writer = csv.writer(made, delimiter=delimiter, lineterminator=end, quoting=kind)
    for row in table:
        writer.writerow(row)
        made.write(end if blank else "")
    text = "".join(part + end for part in (title, "") if title) + made.getvalue() + footer
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(_BOMS.get(encoding, b"") + text.encode(encoding))

        source = files.examine(path)
        found = [record.cells for record in files.records(path, source)]

    assert [source.header, *found] == table


@given(table=tables(), at=st.floats(0, 1), is_cut=st.booleans(), quoting=st.booleans())
@settings(max_examples=150, deadline=None)
def test_of_a_file_cut_or_with_a_stray_quotation_mark_no_row_goes_without_a_trace(
    table: list[list[str]], at: float, is_cut: bool, quoting: bool
) -> None:
    made = io.StringIO(newline="")
    others = str.maketrans("", "", ";\t|")  # no other delimiter fits better
    # A quotation mark before a delimiter closes as well as it opens: nobody can tell.
    table = [[cell.translate(others).lstrip(',"\n') for cell in row] for row in table]
    csv.writer(made, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL).writerows(table)
    text = made.getvalue()
    begin = text.index("\n") + 1
    place = begin + int(at * (len(text) - begin))
    text = text[:place] + ("" if is_cut else '"' + text[place:])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(text, "utf-8", newline="")
        try:
            source = files.examine(path)
            found = [record.cells for record in files.records(path, source)]
        except CrmError:
            return

    told = "\n".join([*("\n".join(cells) for cells in found), *source.footer]).replace('"', "")
    text = text[begin:].replace('"', "")
    for row in range(len(table) - 1):
        assert (f"row{row}" in text) == (f"row{row}" in told)
    whole = [cells for cells in found if len(cells) == len(source.header)]
    assert all("\n".join(cells).count("end") <= 1 for cells in whole)  # no row within another


@given(cells=st.lists(_DIRTY, min_size=len(HEADER), max_size=len(HEADER)))
@settings(max_examples=30, deadline=None)
def test_dirty_cells_of_a_house_never_raise_and_never_lose_a_row(cells: list[str]) -> None:
    found = recipes.recognise(HEADER)

    _is_whole(reader(found.mapping, found.name)(Record(7, cells)), cells)


_TARGETS = [target for target, _label in recipes.targets()]


@given(columns=st.lists(st.tuples(st.sampled_from(_TARGETS), _DIRTY), max_size=12))
@settings(max_examples=200, deadline=None)
def test_dirty_cells_of_any_mapping_never_raise_and_never_lose_a_row(
    columns: list[tuple[str, str]],
) -> None:
    mapping = [{"column": f"C{at}", "target": t} for at, (t, _) in enumerate(columns)]
    cells = [cell for _target, cell in columns]

    _is_whole(reader(mapping)(Record(7, cells)), cells)


def _is_whole(read: Read, cells: list[str]) -> None:
    assert (read.line, read.cells) == (7, cells)
    assert bool(read.reason) != bool(read.house or read.people)
    assert all(person["numbers"] or person["email"] for person in read.people)
    assert all(0 < len(person["name"]) <= 254 for person in read.people)
    assert json.loads(json.dumps([read.house, read.people])) == [read.house, read.people]
    assert "\0" not in json.dumps(read.warnings)


@given(order=st.permutations(range(len(HEADER))), column=st.sampled_from(["Roof", "County"]))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_columns_says_nothing(order: list[int], column: str) -> None:
    said = house(primary_mobile_phone1="781-555-0141, 617-555-0140", est_value="x",
                 secondary_name="SAM DE LA CRUZ", secondary_email1="sam@example.com")  # fmt: skip
    header, cells = [*HEADER, column], [*said.values(), "new"]
    mixed = [len(HEADER), *order]

    plain, other = (
        reader(recipes.recognise([header[at] for at in places]).mapping, "PropertyRadar")(
            Record(2, [cells[at] for at in places])
        )
        for places in (list(range(len(header))), mixed)
    )

    assert (plain.house, plain.people, plain.warnings) == (
        other.house, other.people, other.warnings,
    )  # fmt: skip
