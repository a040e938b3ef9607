from itertools import count
from typing import Any

from crm_app.imports.models import Verdict
from crm_app.intake.fold import Houses
from crm_app.intake.old_rows import _READ

BLANK: dict[str, Any] = {name: read("") for name, read in _READ.items()} | dict.fromkeys(
    ("zip5", "state", "mail_state"), ""
)


def a_house(**fields: Any) -> dict[str, Any]:
    return BLANK | {
        "address_key": "12 LANTERNWICK ST||02169", "address": "12 Lanternwick St",
        "city": "Quincy", "people": [],
    } | fields  # fmt: skip


def known(*houses: dict[str, Any]) -> Houses:
    return Houses([house | {"id": number} for number, house in enumerate(houses, 1)], count(9))


def test_a_house_is_found_by_radar_id_then_parcel_then_address() -> None:
    houses = known(a_house(radar_id="P1", apn="Q-1"), a_house(address_key="other", apn="Q-2"))

    assert houses.take(a_house(radar_id="P1", apn="Q-2"))[0] == 1
    assert houses.take(a_house(radar_id="P9", apn="Q-2", city="QUINCY"))[0] == 2
    assert houses.take(a_house()) == (1, Verdict.UNCHANGED)
    assert houses.take(a_house(address_key="none")) == (9, Verdict.CREATED)


def test_two_parcels_at_one_address_are_two_houses() -> None:
    houses = known(a_house(apn="Q-1"))

    assert houses.take(a_house(apn="Q-2")) == (9, Verdict.CREATED)
    assert houses.take(a_house(apn="Q-1", city="Milton", address_key="other"))[0] == 10


def test_the_market_follows_the_file_and_the_house_is_only_filled() -> None:
    houses = known(a_house(year_built=1958, value_cents=1, is_listed=True, listing_status="Active"))

    _house, verdict = houses.take(
        a_house(year_built=1960, square_feet=900, value_cents=2, is_listed=False, owner="X")
    )

    after = houses.by_id[1]
    assert verdict == Verdict.UPDATED
    assert (after["year_built"], after["square_feet"], after["value_cents"]) == (1958, 900, 2)
    assert (after["is_listed"], after["listing_status"], after["owner"]) == (False, "", "X")


def test_blank_cells_change_nothing() -> None:
    houses = known(a_house(value_cents=1, is_listed=True, listing_status="Active", owner="X"))

    assert houses.take(a_house()) == (1, Verdict.UNCHANGED)


def test_identities_are_filled_unless_another_house_has_them() -> None:
    houses = known(a_house(radar_id="P1"), a_house(address_key="other", apn="Q-2"))

    houses.take(a_house(apn="Q-2", radar_id="P1"))
    houses.take(a_house(apn="Q-2", radar_id="P2"))

    assert (houses.by_id[1]["apn"], houses.by_id[1]["radar_id"]) == ("", "P1")
    assert houses.by_id[2]["radar_id"] == "P2"


def test_people_without_a_number_are_gathered_by_name() -> None:
    houses = known(a_house(people=[{"name": "Pat Example", "email": ""}]))

    houses.take(
        a_house(people=[{"name": "PAT EXAMPLE", "email": "p@example.com"},
                        {"name": "Sam", "email": ""}]),
    )  # fmt: skip

    assert houses.by_id[1]["people"] == [
        {"name": "Pat Example", "email": "p@example.com"},
        {"name": "Sam", "email": ""},
    ]
