"""Our own export, after somebody had it in a spreadsheet."""

import json
import re

import pytest

from crm_app.intake import files, recipes
from crm_app.intake.files import Record
from crm_app.intake.rows import Read, reader
from tests.intake.test_formats import FORMATS

PATH = FORMATS / "ours.csv"
SOURCE = files.examine(PATH)
CELLS = next(files.records(PATH, SOURCE)).cells
MAPPING = recipes.recognise(SOURCE.header).mapping


def read(*ignored: str, **said: str) -> Read:
    """Read the first row, with other cells: `ZIP="2169"`, `Phone_1="abc"`."""
    given = {name.replace("_", " "): cell for name, cell in said.items()}
    mapping = [one | {"target": "ignore"} if one["column"] in ignored else one for one in MAPPING]
    cells = [given.get(name, cell) for name, cell in zip(SOURCE.header, CELLS, strict=True)]
    return reader(mapping, "Attack-a-Crack export")(Record(2, cells))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"ZIP": "2169"}, '"zip5": "02169"'),
        ({"ZIP": "2169"}, '"address_key": "12 LANTERNWICK ST||02169"'),
        ({"State": "Massachusetts"}, '"state": "MA"'),
        ({"Purchased_on": "6/18/2004 0:00"}, '"purchased_on": "2004-06-18"'),
        ({"Since": "1/2/2020"}, '"started_on": "2020-01-02"'),
        ({"Phone_2_opted_out_since": "3/1/2026 7:00"}, '"since": "2026-03-01"'),
        ({"Phone_1": "6175550149"}, '"e164": "+16175550149"'),
        ({"Phone_1": "+442079460000"}, '"e164": "+442079460000"'),
        ({"Phone_1": "(416) 555-0140"}, '"e164": "+14165550140"'),
        ({"Phone_1": ""}, '"e164": "+16175550141"'),
        ({"Role": "Tenant "}, '"role": "tenant"'),
        ({"Year_built": "1,958"}, '"year_built": 1958'),
        ({"E-mail": "PAT@example.com"}, '"email": "pat@example.com"'),
        ({"Name": ""}, '"name": "(617) 555-0140"'),
    ],
)
def test_what_a_spreadsheet_changed_is_read_all_the_same(said: dict[str, str], found: str) -> None:
    row = read(**said)

    assert row.reason == ""
    assert found in json.dumps([row.house, row.people])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"ZIP": "21"}, "ZIP: “21” cannot be read, type five digits"),
        ({"Role": "landlord"}, "Role: “landlord” cannot be read, type owner, tenant"),
        ({"Phone_1": "abc"}, "Phone 1: “abc” cannot be read, type a US number"),
        ({"Phone_2_opted_out_since": "yes"}, "Phone 2 opted out since: “yes” .* type a day"),
        ({"Phone_1_type": "mobile phone of the wife"}, "Phone 1 type has 24 letters.* at most 20"),
        ({"Purchased_on": "soon"}, "Purchased on: .* type a day, like 2019-05-06"),
        ({"Since": "13/45/2020"}, "Since: .* type a day"),
        ({"Place": "first"}, "Place: .* type a whole number"),
        ({"Year_built": "9999999999"}, "Year built: .* type a whole number"),
        ({"Value_($)": "much"}, "Value .* type dollars"),
        ({"For_sale": "perhaps"}, "For sale: .* type yes, no"),
        ({"State": "Masachusets"}, "State: .* type two letters"),
        ({"E-mail": "pat"}, "E-mail: .* type an e-mail address"),
        ({"Name": "x" * 130}, "Name has 130 letters, type at most 120"),
        ({"Town": "", "ZIP": ""}, "no town and no ZIP"),
        ({"ZIP": "x", "Place": "y"}, "Place: .*; ZIP: "),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_the_row(said: dict[str, str], reason: str) -> None:
    row = read(**said)

    assert (row.house, row.people) == (None, [])
    assert re.match(reason, row.reason)


def test_a_column_that_is_left_out_says_nothing() -> None:
    assert read("Address", "Town", "State", "ZIP").house is None
    assert [one["e164"] for one in read("Phone 1").people[0]["numbers"]] == ["+16175550141"]
    assert read("Role", Role="landlord").reason == ""


def test_a_number_counts_once() -> None:
    assert len(read(Phone_2="617.555.0140").people[0]["numbers"]) == 1


def test_a_row_of_nobody_is_refused() -> None:
    nobody = read("Address", "Name", "E-mail", "Phone 1", "Phone 2")

    assert nobody.reason.startswith("nobody to reach")


def test_a_column_added_by_hand_stops_texts_to_all_numbers() -> None:
    mapping = recipes.recognise([*SOURCE.header, "Do not text"]).mapping
    by_hand = reader(mapping, "Attack-a-Crack export")

    said = [by_hand(Record(2, [*CELLS, cell])).people[0]["stop"] for cell in ("yes", "no", "")]

    assert said == [{"since": None, "source": "Do not text: yes"}, None, None]
