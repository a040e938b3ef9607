from typing import Any

from crm_app.intake.fold import FIELDS, Houses

BLANK: dict[str, Any] = {name: None for name in FIELDS} | dict.fromkeys(
    ("radar_id", "apn", "subdivision", "kind", "owner", "listing_status", "zip5", "state",
     "mail_address", "mail_city", "mail_state", "mail_zip"), "",
)  # fmt: skip


def a_house(**fields: Any) -> dict[str, Any]:
    return BLANK | {
        "address_key": "12 LANTERNWICK ST||02169", "address": "12 Lanternwick St",
        "city": "Quincy", "people": [],
    } | fields  # fmt: skip


def known(*houses: dict[str, Any]) -> Houses:
    found = Houses()
    for house_id, house in enumerate(houses, 1):
        found.know(house_id, house)
    return found


def test_a_house_is_found_by_radar_id_then_parcel_then_address() -> None:
    houses = known(a_house(radar_id="P1", apn="Q-1"), a_house(address_key="other", apn="Q-2"))

    assert houses.find(a_house(radar_id="P1", apn="Q-2")) == 1
    assert houses.find(a_house(radar_id="P9", apn="Q-2", city="QUINCY")) == 2
    assert houses.find(a_house()) == 1
    assert houses.find(a_house(address_key="none")) is None


def test_two_parcels_at_one_address_are_two_houses() -> None:
    houses = known(a_house(apn="Q-1"))

    assert houses.find(a_house(apn="Q-2")) is None
    assert houses.find(a_house(apn="Q-1", city="Milton", address_key="other")) is None


def test_the_market_follows_the_file_and_the_house_is_only_filled() -> None:
    houses = known(a_house(year_built=1958, value_cents=1, is_listed=True, listing_status="Active"))

    changed = houses.take(
        1, a_house(year_built=1960, square_feet=900, value_cents=2, is_listed=False, owner="X")
    )

    after = houses.by_id[1]
    assert changed
    assert (after["year_built"], after["square_feet"], after["value_cents"]) == (1958, 900, 2)
    assert (after["is_listed"], after["listing_status"], after["owner"]) == (False, "", "X")


def test_blank_cells_change_nothing() -> None:
    houses = known(a_house(value_cents=1, is_listed=True, listing_status="Active", owner="X"))

    assert not houses.take(1, a_house())


def test_the_mailing_address_follows_as_a_whole() -> None:
    houses = known(a_house(mail_address="1 A St", mail_city="Quincy", mail_zip="02169"))

    houses.take(1, a_house(mail_address="PO Box 9"))

    assert (houses.by_id[1]["mail_address"], houses.by_id[1]["mail_zip"]) == ("PO Box 9", "")


def test_identities_are_filled_unless_another_house_has_them() -> None:
    houses = known(a_house(), a_house(address_key="other", apn="Q-2"))

    houses.take(1, a_house(apn="Q-2", radar_id="P1"))

    assert (houses.by_id[1]["apn"], houses.by_id[1]["radar_id"]) == ("", "P1")


def test_people_without_a_number_are_gathered_by_name() -> None:
    houses = known(a_house(people=[{"name": "Pat Example", "email": ""}]))

    houses.take(
        1,
        a_house(people=[{"name": "PAT EXAMPLE", "email": "p@example.com"},
                        {"name": "Sam", "email": ""}]),
    )  # fmt: skip

    assert houses.by_id[1]["people"] == [
        {"name": "Pat Example", "email": "p@example.com"},
        {"name": "Sam", "email": ""},
    ]
