from datetime import date

import pytest

from crm_app.intake import readers
from crm_app.intake.old_rows import Row, columns_of, read_row
from crm_app.intake.readers import Record
from tests.imports.files import HEADER, house


def read(**changes: str) -> Row:
    return read_row(Record(2, list(house(**changes).values())), columns_of(HEADER), len(HEADER))


def test_a_ragged_row_says_how_many_cells_it_has() -> None:
    row = read_row(Record(9, ["a"] * 40), columns_of(HEADER), 39)

    assert row.failed.startswith("40 cells where the header has 39")


def test_a_row_without_address_is_refused() -> None:
    assert read(address="  ").failed == "no address"


def test_a_house_is_cleaned_and_gets_its_state_from_the_zip() -> None:
    house = read(zip="2169", type="sfr", est_value="$612,000.50", owner_occ="Yes").house

    assert (house["address"], house["city"], house["zip5"]) == (
        "12 Lanternwick St", "Quincy", "02169",
    )  # fmt: skip
    assert (house["state"], house["kind"]) == ("MA", "SFR")
    assert (house["value_cents"], house["is_owner_occupied"]) == (61_200_050, True)


def test_an_unreadable_zip_is_a_warning() -> None:
    assert read(zip="x").warnings == ["The ZIP x cannot be read."]


@pytest.mark.parametrize(
    ("longitude", "latitude", "place", "warnings"),
    [
        ("-71.0", "42.2", (42.2, -71.0), 0),
        ("42.2", "-71.0", (42.2, -71.0), 1),
        ("", "42", (42.0, None), 0),
    ],
)
def test_swapped_coordinates_are_put_right(
    longitude: str, latitude: str, place: tuple[float | None, float | None], warnings: int
) -> None:
    row = read(longitude=longitude, latitude=latitude)

    assert (row.house["latitude"], row.house["longitude"]) == place
    assert len(row.warnings) == warnings


def test_somebody_without_a_number_stays_with_the_house() -> None:
    row = read(primary_mobile_phone1="", primary_email1="PAT@Example.com")

    assert row.house["people"] == [{"name": "Pat Example", "email": "pat@example.com"}]
    assert row.people == []


def test_a_refused_phone_is_counted_and_explained() -> None:
    row = read(primary_mobile_phone1="555-0140", primary_name="")

    assert row.refused_phones == 1
    assert row.people == []
    assert row.warnings == [
        "Phone 555-0140 of primary not taken: 7 digits: the area code is missing."
    ]


def test_a_number_without_a_name_is_called_by_the_number() -> None:
    assert read(primary_name="").people[0].contact["name"] == "(617) 555-0140"


@pytest.mark.parametrize(
    ("status", "because"),
    [
        ("Active", ""),
        ("active", ""),
        ("Disconnected", "marked Disconnected: check it first"),
        ("", "no status: check it first"),
    ],
)
def test_a_number_that_is_not_active_waits_for_a_check(status: str, because: str) -> None:
    number = read(primary_mobile_1_status=status).people[0].numbers[0]

    assert (number["is_textable"], number["not_textable_because"]) == (not because, because)


def test_a_file_without_the_status_column_says_nothing_against_a_number() -> None:
    columns = columns_of(HEADER)
    del columns["primary_status"]

    row = read_row(Record(2, list(house(primary_mobile_1_status="").values())), columns, 39)

    assert row.people[0].numbers[0]["is_textable"]


def test_a_bad_email_is_dropped_with_a_warning() -> None:
    row = read(primary_email1="not-an-email")

    assert (row.people[0].contact["email"], row.warnings) == (
        "", ["E-mail not-an-email of Pat Example not taken: no address."],
    )  # fmt: skip


def test_the_second_number_of_a_cell_is_kept_as_extra() -> None:
    person = read(primary_mobile_phone1="617-555-0141, 617-555-0142").people[0]

    assert [(n["e164"], n["position"]) for n in person.numbers] == [
        ("+16175550141", 0), ("+16175550142", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1,512", 1512), ("$ 512", 512), ("50%", 50), ("3.0", 3), ("-18", -18),
        (".5", 0.5), ("", None), ("n/a", None), ("9" * 12, 999_999_999_999), ("9" * 13, None),
    ],
)  # fmt: skip
def test_numbers(cell: str, said: float | None) -> None:
    found = readers.number(cell)
    assert (None if found is None else float(found)) == said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2004-06-18", date(2004, 6, 18)), ("6/18/2004", date(2004, 6, 18)), ("0000-00-00", None),
        ("2004-06-18 00:00:00", date(2004, 6, 18)), ("13/13/2004", None), ("", None),
    ],
)  # fmt: skip
def test_days(cell: str, said: date | None) -> None:
    assert readers.day(cell) == said


def test_the_rest_of_the_cells() -> None:
    assert [read(yr_built=c).house["year_built"] for c in ("1890", "0", "")] == [1890, None, None]
    assert [readers.flag(c) for c in ("1", "No", "TRUE", "maybe")] == [True, False, True, None]
    assert [readers.whole(c) for c in ("50%", "-18", "9999999999")] == [50, -18, None]
    assert [readers.cents(c) for c in ("1.5", "x", "$612,000.50")] == [150, None, 61_200_050]
    assert readers.clean("\u00a0 21\u00a0 BRINDLE ST \n REAR ") == "21 BRINDLE ST, REAR"
    assert readers.clean("a  b") == "a b"
