"""Which clocks and states a number and its ZIPs name."""

import pytest

from crm_app.compliance.windows import Clock, holiday, law, place, recipient_states, recipient_zones
from crm_app.contacts.addresses import places
from tests.compliance.told import EASTERN, PACIFIC, at

CENTRAL = "America/Chicago"


@pytest.mark.parametrize(
    ("e164", "zips", "zones"),
    [
        ("+16175550101", ["02169"], {EASTERN}),
        ("+16175550101", [], {EASTERN}),
        ("+16175550101", ["34236", "02169"], {EASTERN}),
        ("+14155550101", ["02169"], {PACIFIC, EASTERN}),
        ("+18505550101", [], {EASTERN, CENTRAL}),
        ("+12705550101", [], {EASTERN, CENTRAL}),
        ("+16175550101", ["99999", "", "09001"], {EASTERN}),
        ("+16025550101", ["86515"], {"America/Phoenix", "America/Denver"}),  # Navajo Nation,
    ],
)
def test_zones_are_the_area_codes_and_every_zips(
    e164: str, zips: list[str], zones: set[str]
) -> None:
    assert recipient_zones(e164, zips) == zones


def test_toll_free_number_may_be_anywhere() -> None:
    zones = recipient_zones("+18005550199", [])

    assert zones > {EASTERN, PACIFIC, "Pacific/Honolulu", "Pacific/Guam"}


def test_number_of_no_known_place_has_no_zone() -> None:
    assert recipient_zones("+10005550101", []) == frozenset()
    assert recipient_states("+442079460958", []) == frozenset()


@pytest.mark.parametrize(
    ("e164", "zips", "states"),
    [
        ("+16175550101", ["02169"], {"MA"}),
        ("+18505550101", ["02169"], {"FL", "MA"}),
        ("+15025550101", [], {"KY"}),
        ("+18005550199", ["03801"], {"NH"}),
    ],
)
def test_states_are_the_area_codes_and_every_zips(
    e164: str, zips: list[str], states: set[str]
) -> None:
    assert recipient_states(e164, zips) == states


@pytest.mark.parametrize(
    ("zone", "states", "said"),
    [
        (PACIFIC, {"CA"}, "California"),
        (PACIFIC, {"CA", "MA"}, "California"),
        (PACIFIC, {"CA", "WA"}, "Pacific time"),
        (EASTERN, set[str](), "Eastern time"),
        ("America/St_Thomas", set[str](), "St Thomas"),
    ],
)
def test_place_of_a_clock_is_its_state_where_only_one_is_known(
    zone: str, states: set[str], said: str
) -> None:
    assert place(Clock(zone, 9, 18, states=frozenset(states))) == said


def test_every_state_with_an_area_code_has_a_name() -> None:
    assert set(places()["area_codes"]) <= set(law()["names"])


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-07-03", "Independence Day (observed)"),
        ("2026-07-04", "Independence Day"),
        ("2026-06-19", "Juneteenth National Independence Day"),
        ("2026-11-26", "Thanksgiving Day"),
        ("2026-11-27", None),  # the Friday after it is no federal holiday
        ("2027-12-31", "New Year's Day (observed)"),  # of the next year
        ("2026-04-20", None),  # Patriots' Day is Massachusetts' own
        ("2026-05-13", None),
    ],
)
def test_federal_holidays_also_as_observed(day: str, name: str | None) -> None:
    assert holiday(at(f"{day} 12:00").date()) == name
