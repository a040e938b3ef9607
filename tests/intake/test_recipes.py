"""Headers are recognised; what is nobody's is guessed for a person to finish."""

import re
from random import Random

import pytest

from crm_app.contacts.models import Property
from crm_app.errors import CrmError
from crm_app.intake import recipes
from tests.imports.files import HEADER


def mapped(*header: str) -> dict[str, str]:
    return {one["column"]: one["target"] for one in recipes.recognise(header).mapping}


def test_the_firms_own_export_is_propertyradar_for_sure() -> None:
    found = recipes.recognise(HEADER)

    assert (found.name, found.sureness) == ("PropertyRadar", 100)
    assert [one["column"] for one in found.mapping] == HEADER


def test_headers_keep_dollar_and_percent_apart() -> None:
    found = mapped(*HEADER)

    assert (found["Est Equity $"], found["Est Equity %"]) == ("equity_cents", "equity_percent")


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    assert mapped("Primary Name", "zip", "CITY", "Address", "Something else") == {
        "Primary Name": "name", "zip": "zip", "CITY": "city", "Address": "address",
        "Something else": "extra",
    }  # fmt: skip


def test_numbered_phones_and_emails_are_taken() -> None:
    found = mapped(*HEADER, "Primary Mobile Phone2", "Secondary Phone3", "Secondary Email 12")

    assert list(found.values())[-3:] == ["phone.mobile", "2.phone", "2.email"]


def test_columns_nobody_knows_make_it_less_sure_and_are_kept() -> None:
    header = ["Address", "City", "ZIP", "Owner", "Colour", "Roof"]

    found = recipes.recognise(header)

    assert (found.name, found.sureness) == ("PropertyRadar", 80)
    assert [one["target"] for one in found.mapping[4:]] == ["extra", "extra"]
    assert recipes.recognise([*header, *"abcdefghi"]).sureness < recipes.SURE


def test_a_header_of_nobodys_is_half_mapped_and_never_sure() -> None:
    found = recipes.recognise(["Owner", "Cell", "Site Address", "Town", "Colour"])

    assert (found.name, found.sureness < recipes.SURE) == ("", True)
    assert [one["target"] for one in found.mapping] == [
        "name", "phone.mobile", "place", "city", "extra",
    ]  # fmt: skip


def test_a_blank_header_is_no_format() -> None:
    assert recipes.recognise(["", ""]).name == ""


def test_a_header_in_another_order_is_the_same_header() -> None:
    other = HEADER.copy()
    Random(7).shuffle(other)

    assert recipes.header_key(other) == recipes.header_key(HEADER)
    assert recipes.header_key(other[1:]) != recipes.header_key(HEADER)
    assert re.fullmatch("[0-9a-f]{64}", recipes.header_key(other))


def test_the_reason_beside_refused_rows_is_no_column_of_the_list() -> None:
    given = ["reason not imported", *HEADER]

    assert recipes.header_key(given) == recipes.header_key(HEADER)
    found = recipes.recognise(given)
    assert (found.sureness, found.mapping[0]["target"]) == (100, "ignore")
    assert recipes.recognise(given[:1]).sureness < recipes.SURE


@pytest.mark.parametrize("target", ["phone.mobile", "2.email", "place", "address", "apn"])
def test_a_mapping_needs_something_to_make(target: str) -> None:
    recipes.check([{"column": "x", "target": target}])
    with pytest.raises(CrmError, match="Say which column is a phone number"):
        recipes.check([{"column": "x", "target": "name"}, {"column": "y", "target": "ignore"}])


@pytest.mark.parametrize("wrong", [{"column": "x", "target": "id"}, {"column": "x"}, "x"])
def test_a_mapping_holds_only_what_a_column_can_be(wrong: object) -> None:
    with pytest.raises(CrmError, match="Choose from the list"):
        recipes.check([{"column": "y", "target": "phone"}, wrong])


def test_recipes_name_only_what_a_column_can_be() -> None:
    known = dict(recipes.targets())

    named = {target for recipe in recipes.recipes().values() for target in recipe["columns"]}
    assert named - known.keys() == set()
    assert len(known) == len(recipes.targets())
    assert known["2.phone.mobile"] == "Second person: Mobile phone"


def test_no_pattern_of_a_recipe_is_said_twice() -> None:
    for name, recipe in recipes.recipes().items():
        patterns = [pattern for found in recipe["columns"].values() for pattern in found]
        assert sorted(patterns) == sorted(set(patterns)), name


def test_every_field_of_a_house_can_be_a_column() -> None:
    ours = {
        "id", "address_key", "people", "notes", "extras", "edited", "version", "import_id",
        "edited_at", "edited_by",
        "created_at", "updated_at", "search", "zip5",
    }  # fmt: skip

    columns = set(Property.metadata.tables["property"].columns.keys())
    assert columns - ours - dict(recipes.targets()).keys() == set()


_OF_EACH = {
    "OpenPhone": ["First name", "Last name", "Phone number"],
    "Google Contacts": ["First Name", "Last Name", "Labels", "Phone 1 - Value", "Nickname"],
    "Google Contacts (legacy)": ["Given Name", "Family Name", "Phone 1 - Value"],
    "Jobber": ["J-ID", "Display Name", "Last Name", "Main Phone #s", "Service Street 1"],
    "PropertyRadar": HEADER,
    "HubSpot": ["Email", "Phone Number", "Record ID", "First Name", "Last Name"],
    "Housecall Pro": ["First Name", "Last Name", "Mobile Number", "Home Number"],
    "Outlook": ["First Name", "Last Name", "E-mail Address", "Mobile Phone"],
    "QuickBooks customers": ["Name", "Email", "Street", "Resale Number"],
    "QuickBooks report": ["Customer", "Phone", "Bill address", "Email", "Terms"],
    "": ["Full name", "Cell", "Colour", "Roof"],
}


@pytest.mark.parametrize("name", _OF_EACH)
@pytest.mark.parametrize(
    ("column", "target"),
    [
        *((told, "stop") for told in [
            "Do not text", "Do Not Contact?", "Don't text", "DO_NOT_CALL", "DNC", "DND",
            "Opted out", "Opt-out", "SMS opt out", "Opted out of SMS", "Unsubscribed",
            "Unsubscribed from all", "Phone 1 DNC", "DNC Status", "No texts", "Litigator",
        ]),
        *((told, "may_text") for told in [
            "Receives SMS?", "SMS consent", "SMS Opt-in", "Can text", "Text messages allowed",
        ]),
        *((told, "stop_since") for told in ["Opt out date", "SMS opted out on", "DNC since"]),
        *((told, "stop_source") for told in ["Opt-out reason", "DNC source"]),
        *((told, "extra") for told in [
            "Opted out of email", "Unsubscribed from all email", "Email opt out", "Stops",
            "Text message enabled phone #", "Nonstop",
        ]),
    ],
)  # fmt: skip
def test_do_not_text_is_a_column_of_every_format(name: str, column: str, target: str) -> None:
    found = recipes.recognise([*_OF_EACH[name], column])

    assert (found.name, found.mapping[-1]["target"]) == (name, target)
