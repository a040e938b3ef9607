"""What the cells of a row say about a house and its people."""

from typing import Any

import pytest

from crm_app.intake import cells, recipes
from crm_app.intake.files import Record
from crm_app.intake.rows import Read, reader
from tests.imports.files import HEADER, house


def read(**changes: str) -> Read:
    mapping = recipes.recognise(HEADER)
    return reader(mapping.mapping, mapping.name)(Record(2, list(house(**changes).values())))


def the_house(**changes: str) -> dict[str, Any]:
    found = read(**changes).house
    assert found is not None
    return found


def row(recipe: str = "", **said: str) -> Read:
    """Read one row whose columns are targets: `phone__mobile` is phone.mobile, `_2` is "2."."""
    names = [name.replace("__", ".").removeprefix("_") for name in said]
    mapping = [{"column": name, "target": name.replace("2_", "2.", 1)} for name in names]
    return reader(mapping, recipe)(Record(2, list(said.values())))


def test_a_ragged_row_says_how_many_cells_it_has() -> None:
    found = reader(recipes.recognise(HEADER).mapping)(Record(9, ["a"] * 40))

    assert found.reason.startswith("40 cells where the header has 39")
    assert (found.line, found.house, found.people) == (9, None, [])


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"address": "  "}, "no address"), ({"city": "", "zip": ""}, "no town and no ZIP")],
)
def test_a_list_of_houses_needs_an_address_in_each_row(said: dict[str, str], reason: str) -> None:
    assert read(**said).reason == reason


def test_a_house_is_cleaned_and_gets_its_state_from_the_zip() -> None:
    found = the_house(zip="2169", type="sfr", est_value="$612,000.50", owner_occ="Yes")

    assert (found["address"], found["city"], found["zip5"]) == (
        "12 Lanternwick St", "Quincy", "02169",
    )  # fmt: skip
    assert (found["state"], found["kind"]) == ("MA", "SFR")
    assert (found["value_cents"], found["is_owner_occupied"]) == (61_200_050, True)


def test_an_unreadable_zip_is_a_warning_and_the_town_tells_the_houses_apart() -> None:
    assert read(zip="x").warnings == ["The ZIP x cannot be read."]
    assert read(zip="").warnings == ["No ZIP: 12 Lanternwick St."]
    assert the_house(zip="")["address_key"] != the_house(zip="", city="Hull")["address_key"]


def test_the_state_is_read_where_there_is_no_zip() -> None:
    found = row(address="1 Elm St", city="Keene", state="New Hampshire").house

    assert found is not None
    assert found["state"] == "NH"


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
    found = read(longitude=longitude, latitude=latitude)

    assert found.house is not None
    assert (found.house["latitude"], found.house["longitude"]) == place
    assert len(found.warnings) == warnings


def test_what_cannot_be_read_or_is_too_long_is_not_lost_silently() -> None:
    found = read(est_value="a lot", purchase_date="0000-00-00", owner="X" * 130)

    assert found.house is not None
    assert found.house["extras"] == {"Est Value": "a lot"}
    assert len(found.house["owner"]) == 120
    assert found.warnings == ["Owner is longer than 120 letters: cut."]


def test_somebody_with_only_a_name_stays_with_the_house() -> None:
    found = read(primary_mobile_phone1="")

    assert found.house is not None
    assert found.house["people"] == [{"name": "Pat Example", "email": ""}]
    assert found.people == []


def test_somebody_with_an_email_is_a_contact() -> None:
    person = read(primary_mobile_phone1="", primary_email1="PAT@Example.com").people[0]

    assert (person["name"], person["email"], person["numbers"]) == (
        "Pat Example", "pat@example.com", [],
    )  # fmt: skip


def test_a_refused_phone_is_counted_and_explained() -> None:
    found = read(primary_mobile_phone1="555-0140", primary_name="")

    assert found.refused_phones == 1
    assert found.people == []
    assert found.warnings == [
        "Phone 555-0140 of Primary Mobile Phone1 not taken: 7 digits: the area code is missing."
    ]


def test_who_has_no_name_is_called_by_number_or_email() -> None:
    assert read(primary_name="").people[0]["name"] == "(617) 555-0140"
    assert row(email="pat@example.com").people[0]["name"] == "pat@example.com"


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
    found = read(primary_mobile_1_status=status)
    number = found.people[0]["numbers"][0]

    assert (number["is_textable"], number["not_textable_because"]) == (not because, because)
    assert found.warnings == (
        [f"Phone (617) 555-0140 of Pat Example is kept and not texted: {because}."]
        if because
        else []
    )


def test_a_file_without_the_status_column_says_nothing_against_a_number() -> None:
    header = [name for name in HEADER if name != "Primary Mobile 1 Status"]
    said = house(primary_mobile_1_status="")
    mapping = recipes.recognise(header).mapping

    found = reader(mapping, "PropertyRadar")(Record(2, [said[name] for name in header]))

    assert found.people[0]["numbers"][0]["is_textable"]


def test_a_status_belongs_to_the_phone_of_its_name() -> None:
    mapping = [
        {"column": column, "target": target}
        for column, target in [
            ("Phone 2 Status", "phone_status"),
            ("Phone 2", "phone"),
            ("Phone 10", "phone"),
            ("Phone 1", "phone"),
            ("Phone 1 Status", "phone_status"),
            ("Phone 1 Type", "phone_type"),
        ]
    ]
    said = ["Bad", "617-555-0141", "617-555-0142", "617-555-0140", "Active", "landline"]

    numbers = reader(mapping)(Record(2, said)).people[0]["numbers"]

    assert [(n["e164"][-2:], n["kind"], n["is_textable"]) for n in numbers] == [
        ("41", "", False), ("42", "", True), ("40", "home", True),
    ]  # fmt: skip


def test_a_label_nobody_knows_is_noted() -> None:
    number = row(phone="617-555-0140", phone_type="Daughter").people[0]["numbers"][0]

    assert (number["kind"], number["note"]) == ("", "Daughter")


def test_the_second_number_of_a_cell_is_kept_and_one_twice_is_one() -> None:
    found = row(phone="617-555-0141, 617-555-0142", phone__mobile="(617) 555-0142 x3")

    assert [(n["e164"][-2:], n["kind"], n["position"]) for n in found.people[0]["numbers"]] == [
        ("42", "mobile", 0), ("41", "", 1),
    ]  # fmt: skip
    assert found.people[0]["numbers"][0]["not_textable_because"] == "has an extension"


def test_emails_are_cleaned_kept_or_dropped_with_a_warning() -> None:
    bad = read(primary_email1="not-an-email")
    several = row(email="A@example.com ::: b@example.com; a@example.com", email_status="Bounced")

    assert (bad.people[0]["email"], bad.warnings) == (
        "", ["E-mail not-an-email of Pat Example not taken: no address."],
    )  # fmt: skip
    assert several.people[0]["email"] == "a@example.com"
    assert several.people[0]["other_emails"] == "b@example.com"
    assert len(several.warnings) == 1


def test_two_people_with_one_number_are_told() -> None:
    found = read(secondary_name="SAM EXAMPLE", secondary_mobile_phone1="617-555-0140",
                 secondary_mobile_1_status="Active")  # fmt: skip

    assert [person["position"] for person in found.people] == [0, 1]
    assert found.warnings == ["Pat Example and Sam Example have one number."]


@pytest.mark.parametrize(
    ("said", "stop"),
    [
        ({"stop": "Yes"}, {"since": None, "source": "stop: Yes"}),
        ({"stop": "3/4/2026"}, {"since": "2026-03-04", "source": "stop: 3/4/2026"}),
        ({"stop": "asked us to"}, {"since": None, "source": "stop: asked us to"}),
        (
            {"stop": "1", "stop_since": "2026-01-02", "stop_source": "a call"},
            {"since": "2026-01-02", "source": "a call"},
        ),
        ({"stop_since": "2026-01-02"}, {"since": "2026-01-02", "source": "stop_since: 2026-01-02"}),
        ({"may_text": "FALSE"}, {"since": None, "source": "may_text: FALSE"}),
        ({"may_text": "unsure"}, {"since": None, "source": "may_text: unsure"}),
        ({"stop_source": "a call"}, {"since": None, "source": "a call"}),
        ({"stop": "no"}, None),
        ({"stop": "", "stop_since": ""}, None),
        ({"stop": "no", "stop_since": "2026-01-02"}, None),
        ({"stop": "Clean"}, None),
        ({"may_text": "yes"}, None),
        ({"may_text": ""}, None),
    ],
)
def test_do_not_text_is_heard(said: dict[str, str], stop: dict[str, Any] | None) -> None:
    assert row(phone="617-555-0140", **said).people[0]["stop"] == stop


@pytest.mark.parametrize("column", ["stop", "may_text"])
@pytest.mark.parametrize(
    ("told", "says"),
    [
        *((told, "no") for told in ["No", "n", "FALSE", "0", "0.0", "0.00", "no.", "off"]),
        *((told, "free") for told in ["None", "n/a", "null", "-", "0000-00-00", "Opted in"]),
        *((told, "yes") for told in ["Yes", "x", "X", "1", "1.0", "true", "t", "on"]),
        *((told, "stop") for told in ["STOP", "DNC", "Opted out", "Unsubscribed!"]),
        *((told, "day") for told in ["2026-03-04", "3/4/2026 10:00"]),
        *((told, "") for told in ["maybe", "2", "active", "not sure", "no idea", "Ann said so"]),
    ],
)
def test_what_is_not_clearly_a_no_is_do_not_text(column: str, told: str, says: str) -> None:
    found = row(phone="617-555-0140", **{column: told})

    is_free = {"stop": ("no", "free"), "may_text": ("yes", "day", "free")}[column]
    assert bool(found.people[0]["stop"]) == (says not in is_free)
    warned = [f"{column} of somebody says {told}: not texted."]
    assert found.warnings == ([] if says else warned)


def test_do_not_text_of_who_has_no_number_counts_for_who_has() -> None:
    assert row(stop="x", _2_phone="617-555-0141").people[0]["stop"]["source"] == "stop: x"


def test_a_refused_row_says_its_reason_once() -> None:
    found = row(name="Pat Example", phone="12")

    assert found.reason.startswith("nobody to reach: no number, e-mail or address. Phone 12 of Pat")
    assert (found.warnings, found.refused_phones) == ([], 1)


def test_do_not_text_of_a_row_counts_for_both_of_its_people() -> None:
    found = row(phone="617-555-0140", _2_phone="617-555-0141", stop="x")

    assert [bool(person["stop"]) for person in found.people] == [True, True]


@pytest.mark.parametrize(
    ("said", "name", "first", "is_company"),
    [
        (
            {"first_name": "MARY ANN", "last_name": "DE LA CRUZ"},
            "Mary Ann de la Cruz",
            "Mary Ann",
            0,
        ),
        ({"name": "Pat Example", "company": "Example Homes"}, "Pat Example", "Pat", 0),
        ({"name": "Example Homes", "company": "Example Homes"}, "Example Homes", "", 1),
        ({"name": "X Homes", "company": "X Homes", "first_name": "Pat"}, "Pat", "Pat", 0),
        ({"company": "Pat Example"}, "Pat Example", "", 1),
        ({"first_name": "Estate of", "last_name": "Example"}, "Estate of Example", "", 1),
    ],
)
def test_names_from_their_parts(
    said: dict[str, str], name: str, first: str, is_company: int
) -> None:
    person = row(phone="617-555-0140", **said).people[0]

    assert (person["name"], person["first_name"], person["is_company"]) == (name, first, is_company)


def test_somebody_without_number_email_or_house_is_refused_with_what_is_missing() -> None:
    found = row(name="Pat Example", phone="12", notes="x")

    assert found.reason.startswith("nobody to reach: no number, e-mail or address. Phone 12 of Pat")
    assert (found.people, found.refused_phones) == ([], 1)


def test_a_person_without_house_keeps_every_cell() -> None:
    found = row(phone="617-555-0140", city="Quincy", extra="blue", kind="Lead", zip="2169")

    assert found.house is None
    assert found.people[0]["extras"] == {
        "city": "Quincy",
        "extra": "blue",
        "kind": "Lead",
        "zip": "2169",
    }
    assert found.people[0]["mail_zip"] == "02169"


def test_of_two_columns_for_one_field_the_other_is_kept_as_extra() -> None:
    mapping = [{"column": c, "target": "name"} for c in ("Alias", "Name", "Short")]
    mapping.append({"column": "Phone", "target": "phone"})

    person = reader(mapping)(Record(2, ["Patty", "Pat", "PAT", "617-555-0140"])).people[0]

    assert (person["name"], person["extras"]) == ("Pat", {"Alias": "Patty"})


def test_a_mailing_address_is_the_house_in_a_list_of_people_only() -> None:
    people = row(phone="617-555-0140", mail_address="1 Elm St", mail_zip="02169")
    houses = row(phone="617-555-0140", mail_address="1 Elm St", mail_zip="02169", apn="")

    assert people.house is not None
    assert people.house["address_key"] == "1 ELM ST||02169"
    assert houses.reason == "no address"


def test_the_clock_of_a_contact_is_where_the_mail_goes() -> None:
    assert read(mail_zip="34236").people[0]["mail_zip"] == "34236"
    assert read(mail_zip="").people[0]["mail_zip"] == "02169"
    assert read(mail_zip="", mail_address="9 Palm Ct").people[0]["mail_zip"] == ""


@pytest.mark.parametrize(
    ("unit", "address", "key"),
    [
        ("3b", "1 Elm St #3B", "1 ELM ST|3B|02169"),
        ("Unit 3B", "1 Elm St, Unit 3B", "1 ELM ST|3B|02169"),
        ("", "1 Elm St", "1 ELM ST||02169"),
    ],
)
def test_a_unit_is_part_of_the_house(unit: str, address: str, key: str) -> None:
    found = row(address="1 ELM ST", unit=unit, zip="02169").house

    assert found is not None
    assert (found["address"], found["address_key"]) == (address, key)


def test_what_a_file_says_of_somebody_with_only_a_name_stays_with_the_house() -> None:
    found = row(name="Pat Example", company="Pat's", notes="Call", tag="Lead", address="1 Elm St",
                zip="02169").house  # fmt: skip

    assert found is not None
    assert found["people"] == [{"name": "Pat Example", "email": ""}]
    assert found["extras"] == {"company": "Pat's", "Notes": "Call", "Tags": "Lead"}


def test_an_email_and_a_number_in_one_row_are_two_people() -> None:
    found = row(email="pat@example.com", _2_phone="617-555-0140")

    assert [person["name"] for person in found.people] == ["pat@example.com", "(617) 555-0140"]


def test_tags_roles_and_words_for_nothing() -> None:
    found = row("HubSpot", phone="617-555-0140", tag="Leads; * Quincy ::: * myContacts",
                tag_if_yes="yes", role="Renter", last_name="Null", email="null")  # fmt: skip

    assert found.people[0]["tags"] == ["tag_if_yes", "Leads", "Quincy"]
    assert (found.people[0]["role"], found.people[0]["name"]) == ("tenant", "Null")
    assert found.warnings == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1,512", 1512), ("$ 512", 512), ("50%", 50), ("3.0", 3), ("-18", -18), ("($18)", -18),
        (".5", 0.5), ("", None), ("n/a", None), ("9" * 12, 999_999_999_999), ("9" * 13, None),
    ],
)  # fmt: skip
def test_numbers(cell: str, said: float | None) -> None:
    found = cells.number(cell)
    assert (None if found is None else float(found)) == said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2004-06-18", "2004-06-18"), ("6/18/2004", "2004-06-18"), ("0000-00-00", None),
        ("2004-06-18 00:00:00", "2004-06-18"), ("6/18/2004 0:00", "2004-06-18"),
        ("13/13/2004", None), ("", None),
    ],
)  # fmt: skip
def test_days(cell: str, said: str | None) -> None:
    assert cells.day(cell) == said


def test_the_rest_of_the_cells() -> None:
    assert [the_house(yr_built=c)["year_built"] for c in ("1890", "0", "")] == [1890, None, None]
    assert [cells.flag(c) for c in ("1", "No", "TRUE", "maybe")] == [True, False, True, None]
    assert [cells.whole(c) for c in ("50%", "-18", "9999999999")] == [50, -18, None]
    assert [cells.cents(c) for c in ("1.5", "x", "$612,000.50")] == [150, None, 61_200_050]
    assert cells.clean_all(["\u00a0 21\u00a0 BRINDLE ST \n REAR ", "a  b", '="678"']) == [
        "21 BRINDLE ST, REAR", "a b", "678",
    ]  # fmt: skip
