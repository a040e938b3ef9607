from typing import Any

import pytest

from crm_app.importing import words


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("value_cents", 61200000, "$612,000"),
        ("equity_cents", -1500000, "-$15,000"),
        ("purchased_on", "2024-03-01", "Mar 1, 2024"),
        ("is_listed", False, "no"),
        ("is_listed", True, "yes"),
        ("year_built", 1958, "1958"),
        ("city", None, ""),
        ("tags", ["vip", "leak"], "vip, leak"),
        ("people", [{"name": "Pat Example", "email": ""}], "Pat Example"),
        ("extras", {"County": "Norfolk"}, "County: Norfolk"),
    ],
)
def test_values_are_said_as_people_read_them(name: str, value: Any, said: str) -> None:
    assert words.say(name, value) == said


def test_a_difference_names_the_field_and_whose_it_is() -> None:
    change = {
        "before": {"email": "", "version": 1},
        "after": {"email": "p@x.example", "version": 2},
    }

    assert words.differences(change, "Pat") == [("Pat: E-mail", "", "p@x.example")]
    assert words.differences(change, "") == [("E-mail", "", "p@x.example")]


@pytest.mark.parametrize(
    ("house", "people", "cells", "title"),
    [
        ({"address": "1 Elm St", "city": "Quincy"}, [], [], "1 Elm St, Quincy"),
        ({"address": "1 Elm St", "city": ""}, [], [], "1 Elm St"),
        (None, [{"name": "Pat"}, {"name": "Joe"}], ["x"], "Pat, Joe"),
        (None, [], ["", "a", " ", "b", "c", "d"], "a, b, c"),
        (None, [], [""], "(empty)"),
    ],
)
def test_a_row_is_called_by_its_house_else_its_people_else_its_cells(
    house: Any, people: Any, cells: list[str], title: str
) -> None:
    assert words.title_of(house, people, cells) == title


def test_a_person_is_shown_with_number_and_verdict() -> None:
    pat = {"name": "Pat", "numbers": [{"e164": "+16175550140"}]}

    assert words.person(pat, "created") == "Pat (617) 555-0140 (new)"
    assert words.person({"name": "Joe"}, "") == "Joe"
