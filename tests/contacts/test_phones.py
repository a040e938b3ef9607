"""What a cell of a file says about phones."""

import csv
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_app.contacts.phones import (
    PhoneReading,
    digits,
    is_toll_free,
    read_phone,
    read_phones,
    show,
)

SAMPLE = Path(__file__).parents[1] / "data" / "propertyradar_sample.csv"


@pytest.mark.parametrize(
    ("cell", "e164"),
    [
        ("617-555-0101", "+16175550101"),
        ("(617) 555-0115", "+16175550115"),
        ("617.555.0116", "+16175550116"),
        ("+1 617 555 0117", "+16175550117"),
        ("16175550118", "+16175550118"),
        ("1 (617) 555-0118", "+16175550118"),
        ("6175550119.0", "+16175550119"),
        ("  617 555 0119  ", "+16175550119"),
        ("617–555–0101", "+16175550101"),
        ("617\u00a0555\u00a00101", "+16175550101"),
        ("787-555-0101", "+17875550101"),
    ],
)
def test_number_is_read_however_it_is_written(cell: str, e164: str) -> None:
    assert read_phone(cell) == PhoneReading(e164)


@pytest.mark.parametrize(
    ("cell", "e164", "because"),
    [
        ("617-555-0121 x12", "+16175550121", "has an extension"),
        ("617-555-0121, x12", "+16175550121", "has an extension"),
        ("617-555-0121 ext. 4", "+16175550121", "has an extension"),
        ("617-555-0121 #4", "+16175550121", "has an extension"),
        ("800-555-0199", "+18005550199", "toll-free number"),
        ("900-555-0199", "+19005550199", "not an ordinary line"),
    ],
)
def test_number_that_cannot_be_texted_is_kept_with_the_reason(
    cell: str, e164: str, because: str
) -> None:
    assert read_phone(cell) == PhoneReading(e164, because)


@pytest.mark.parametrize(
    ("cell", "refused"),
    [
        ("555-0120", "7 digits: the area code is missing"),
        ("000-000-0000", "not a US number"),
        ("809-555-0131", "not a US number"),
        ("416-555-0100", "not a US number"),
        ("+44 20 7946 0958", "12 digits: a US number has 10"),
        ("+65 6123 4567", "not a US number"),
        ("011 44 20 7946 0958", "15 digits: a US number has 10"),
        ("617-055-0100", "not a US number"),
        ("617-555-010", "9 digits: a US number has 10"),
        ("617-555-01011", "11 digits: a US number has 10"),
        ("N/A", "not a phone number"),
        ("call Bob", "not a phone number"),
        ("1-800-FLOWERS", "not a phone number"),
        ("6.17555E+09", "not a phone number"),
        ("---", "not a phone number"),
    ],
)
def test_cell_without_a_us_number_is_refused_with_the_reason(cell: str, refused: str) -> None:
    assert read_phone(cell) == PhoneReading(refused=refused)


@pytest.mark.parametrize("cell", ["", "   ", "\u00a0", ","])
def test_blank_cell_is_neither_a_number_nor_refused(cell: str) -> None:
    assert read_phone(cell) == PhoneReading()


@pytest.mark.parametrize(
    ("cell", "e164", "extra"),
    [
        ("781-555-0122, 781-555-0123", "+17815550122", ("+17815550123",)),
        ("781-555-0122 / 781-555-0123", "+17815550122", ("+17815550123",)),
        ("781-555-0122 or 781-555-0123", "+17815550122", ("+17815550123",)),
        ("781-555-0122\n781-555-0123", "+17815550122", ("+17815550123",)),
        ("781-555-0122; 781-555-0122", "+17815550122", ("+17815550122",)),
        ("555-0120, 781-555-0123", "+17815550123", ()),
        ("781-555-0122, none", "+17815550122", ()),
    ],
)
def test_first_of_several_numbers_is_used_and_the_rest_kept(
    cell: str, e164: str, extra: tuple[str, ...]
) -> None:
    assert [reading.e164 for reading in read_phones(cell)] == [e164, *extra]


def test_sample_file_has_three_refused_cells_and_two_lines_that_take_no_texts() -> None:
    columns = ("Primary Mobile Phone1", "Secondary Mobile Phone1")
    with SAMPLE.open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    whole = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    readings = [read_phone(row[c]) for row in whole if row["Address"] for c in columns]

    assert sum(bool(reading.refused) for reading in readings) == 3
    assert sum(bool(reading.because) for reading in readings) == 2


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-().,x /eE", max_size=30))
def test_whatever_is_accepted_is_a_valid_number_in_e164(cell: str) -> None:
    for reading in read_phones(cell):
        assert bool(reading.e164) is not bool(reading.refused)
        if reading.e164:
            assert phonenumbers.is_valid_number(phonenumbers.parse(reading.e164))
            assert read_phone(show(reading.e164)).e164 == reading.e164


_AREAS = st.sampled_from([617, 781, 800, 900, 500, 710, 340, 671, 242, 868, 416, 246, 456, 523])


@given(
    area=_AREAS | st.integers(200, 999), exchange=st.integers(0, 999), line=st.integers(0, 9999),
    shape=st.sampled_from(["{}-{}-{}", "({}) {}-{}", "{}{}{}", "+1 {} {} {}", "1{}.{}.{}"]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_the_first_six_digits_decide_as_the_whole_number_does(
    area: int, exchange: int, line: int, shape: str
) -> None:
    found = read_phone(shape.format(area, f"{exchange:03}", f"{line:04}"))

    number = phonenumbers.parse(f"+1{area}{exchange:03}{line:04}")
    ours = phonenumbers.region_code_for_number(number) in {"US", "PR", "VI", "GU", "AS", "MP"}
    kind = phonenumbers.number_type(number)
    assert found.refused == ("" if ours else "not a US number")
    assert found.e164 == (f"+1{number.national_number}" if ours else "")
    assert (not found.because) == (
        not ours or kind == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    assert (found.because == "toll-free number") == (
        ours and kind == phonenumbers.PhoneNumberType.TOLL_FREE
    )


def test_a_cell_that_labels_its_numbers_keeps_the_labels() -> None:
    found = read_phones("Phone:(339) 555-0104 Mobile: 339 555 0108; 339-555-0109 Fax:555")

    assert [(one.e164[-4:], one.label) for one in found] == [
        ("0104", "phone"), ("0108", "mobile"), ("0109", "mobile"),
    ]  # fmt: skip


def test_number_is_shown_as_people_write_it() -> None:
    assert show("+16175550134") == "(617) 555-0134"
    assert show("+442079460958") == "+442079460958"
    assert show("") == ""


def test_digits_are_only_0_to_9() -> None:
    assert digits("(617) 555-0134 x") == "6175550134"


def test_toll_free_is_told_apart() -> None:
    assert is_toll_free("+18885550199")
    assert not is_toll_free("+16175550101")
