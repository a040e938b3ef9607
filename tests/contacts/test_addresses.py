"""Streets as they are shown and compared, ZIPs, and the table of places."""

import pytest
import zipcodes
from hypothesis import given
from hypothesis import strategies as st

from crm_app.contacts.addresses import (
    address_key,
    place_of_zip,
    places,
    proper_street,
    read_state,
    read_zip,
    split_place,
    states_in,
)
from tests.contacts import places as made


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("12 LANTERNWICK ST", "12 Lanternwick St"),
        ("12 Lanternwick Street", "12 Lanternwick Street"),
        ("  21 BRINDLEHOOK ST ", "21 Brindlehook St"),
        ("4 MAPLESPOUT HILL RD, REAR COTTAGE", "4 Maplespout Hill Rd, Rear Cottage"),
        ("300 COVEWRIGHT AVE UNIT 3B", "300 Covewright Ave Unit 3B"),
        ("300 COVEWRIGHT AVE #3b", "300 Covewright Ave #3B"),
        ("PO BOX 155", "PO Box 155"),
        ("5 10TH ST NW", "5 10th St NW"),
        ("9 O'MEARA CT", "9 O'Meara Ct"),
        ("1 MCGRATH HWY", "1 McGrath Hwy"),
        ("1 martha's way", "1 Martha's Way"),
        ("", ""),
    ],
)
def test_street_is_written_as_people_do(written: str, shown: str) -> None:
    assert proper_street(written) == shown


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "12 LANTERNWICK ST",
            "12 Lanternwick Street",
            "12 lanternwick st.",
            " 12  Lanternwick ST ",
        ],
        ["300 COVEWRIGHT AVE UNIT 3B", "300 COVEWRIGHT AVE #3B", "300 Covewright Avenue, Apt. 3-B"],
        ["1 NORTH MAIN ST", "1 N MAIN ST", "1 No. Main Street"],
        ["9 O'MEARA CT", "9 OMEARA COURT", "9 O’Meara Ct"],
        ["4 HILL RD\nREAR COTTAGE", "4 HL ROAD, REAR COTTAGE"],
        ["7 SAINT JAMES AVE", "7 St. James Avenue"],
        ["1 RÉSERVOIR RD", "1 Reservoir Road"],
    ],
)
def test_spellings_of_one_house_have_one_key(spellings: list[str]) -> None:
    assert len({address_key(spelling, "02169") for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 LANTERNWICK ST", "21 LANTERNWICK ST"),
        ("12 LANTERNWICK ST", "12 LANTERNWICK ST #2"),
        ("12 LANTERNWICK ST #1", "12 LANTERNWICK ST #2"),
        ("12-14 ELM ST", "1214 ELM ST"),
        ("12 1/2 ELM ST", "12 ELM ST"),
        ("12 ELM ST", "12 ELM RD"),
        ("12 N ELM ST", "12 ELM ST"),
    ],
)
def test_other_houses_have_other_keys(one: str, other: str) -> None:
    assert address_key(one, "02169") != address_key(other, "02169")


def test_same_address_in_another_zip_is_another_house() -> None:
    assert address_key("12 ELM ST", "02169") == "12 ELM ST||02169"
    assert address_key("12 ELM ST", "02169") != address_key("12 ELM ST", "02170")


def test_without_a_zip_the_town_tells_main_streets_apart() -> None:
    assert address_key("1 Main St", "", "Quincy") == "1 MAIN ST||QUINCY"
    assert address_key("1 Main St", "", "Hull") != address_key("1 Main St", "", "Quincy")
    assert address_key("1 Main St", "02169", "Hull") == "1 MAIN ST||02169"
    assert len(address_key("1 Main St " * 90 + "#" + "b" * 90, "", "Manchester-by-the-Sea")) <= 160


@pytest.mark.parametrize(
    ("written", "street", "city", "state", "zip5"),
    [
        ("12 Elm St, Quincy, MA 02169", "12 Elm St", "Quincy", "MA", "02169"),
        ("12 Elm St, Quincy, MA, 02169-1234", "12 Elm St", "Quincy", "MA", "02169"),
        ("12 Elm St\nQuincy, Massachusetts 02169, USA", "12 Elm St", "Quincy", "MA", "02169"),
        ("Pat Example, 12 Elm St, Quincy MA 02169", "12 Elm St", "Quincy", "MA", "02169"),
        (
            "12 Elm St Unit 3, New York, New York 10001",
            "12 Elm St Unit 3",
            "New York",
            "NY",
            "10001",
        ),
        ("12 Elm St., Unit 3, Hull MA", "12 Elm St., Unit 3", "Hull", "MA", ""),
        ("12 Elm St Quincy MA 02169", "12 Elm St", "Quincy", "MA", "02169"),
        ("12 Elm St", "12 Elm St", "", "", ""),
        ("12 Fairview", "12 Fairview", "", "", ""),
        ("Quincy, MA 02169", "", "Quincy", "MA", "02169"),
        ("", "", "", "", ""),
    ],
)
def test_a_whole_address_is_split(
    written: str, street: str, city: str, state: str, zip5: str
) -> None:
    assert split_place(", ".join(written.splitlines())) == (street, city, state, zip5)


@pytest.mark.parametrize(
    ("cell", "state"),
    [("ma", "MA"), ("Mass", ""), ("New Hampshire", "NH"), ("R.I.", "RI"), ("", "")],
)
def test_a_state_is_read_from_its_letters_or_name(cell: str, state: str) -> None:
    assert read_state(cell) == state


@given(address=st.text(max_size=400))
def test_key_fits_its_column_and_is_stable(address: str) -> None:
    found = address_key(address, "02169")

    assert len(found) <= 160
    assert address_key(address.strip() + "  ", "02169") == found


@pytest.mark.parametrize(
    ("cell", "zip5"),
    [
        ("02171", "02171"),
        ("2171", "02171"),
        ("2171.0", "02171"),
        ("03801-1234", "03801"),
        ("038011234", "03801"),
        ("03431 ", "03431"),
        ("501", "00501"),
        ("", ""),
        ("00000", ""),
        ("12", ""),
        ("123456", ""),
        ("H2X 1Y4", ""),
        ("QUINCY", ""),
    ],
)
def test_zip_is_five_digits_or_nothing(cell: str, zip5: str) -> None:
    assert read_zip(cell) == zip5


@pytest.mark.parametrize(
    ("zip5", "state", "zone"),
    [
        ("02169", "MA", "America/New_York"),
        ("03801", "NH", "America/New_York"),
        ("06320", "CT", "America/New_York"),
        ("32501", "FL", "America/Chicago"),
        ("09001", "AE", ""),
        ("00000", "", ""),
        ("00100", "", ""),
        ("2169", "", ""),
        ("", "", ""),
        ("٠٢١٦٩", "", ""),
    ],
)
def test_zip_names_its_state_and_clock(zip5: str, state: str, zone: str) -> None:
    assert place_of_zip(zip5) == (state, zone)


def test_states_of_a_zone_are_those_with_a_zip_in_it() -> None:
    assert states_in("America/Phoenix") == {"AZ"}
    assert {"FL", "MA"} <= states_in("America/New_York")


def test_table_of_places_says_of_every_zip_what_the_package_says() -> None:
    for row in zipcodes.list_all():
        found = (row["state"], made.clock(row["timezone"]))
        assert place_of_zip(row["zip_code"]) == found, row


def test_table_of_places_is_as_it_is_made() -> None:
    assert made.FILE.read_text() == made.text(), "run: python -m tests.contacts.places"
    assert {"270", "850"} <= set(places()["split"])
