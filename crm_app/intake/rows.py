"""One row of a file as a house and its people, or the reason why it is neither."""

from dataclasses import dataclass, field
from typing import Any

from crm_app.contacts import addresses, phones
from crm_app.contacts.names import split
from crm_app.intake import cells
from crm_app.intake.mapping import Columns
from crm_app.intake.readers import Record

_READERS = {
    "year_built": cells.year,
    "square_feet": cells.whole,
    "bedrooms": cells.amount,
    "bathrooms": cells.amount,
    "purchased_on": cells.day,
    "value_cents": cells.cents,
    "equity_cents": cells.cents,
    "equity_percent": cells.percent,
    "is_owner_occupied": cells.flag,
    "is_listed": cells.flag,
    "is_in_foreclosure": cells.flag,
}
_TEXTS = {
    "radar_id": 20, "apn": 60, "city": 80, "subdivision": 80, "kind": 10, "owner": 120,
    "listing_status": 20, "mail_city": 80,
}  # fmt: skip


@dataclass(slots=True)
class PersonRead:
    """Somebody in a row; `e164` is empty when there is no number that may be kept."""

    name: str
    first_name: str = ""
    last_name: str = ""
    is_company: bool = False
    email: str = ""
    position: int = 0
    e164: str = ""
    extra: tuple[str, ...] = ()
    because: str = ""
    note: str = ""


@dataclass(slots=True)
class Row:
    """What a record says. With `failed` (why) there is neither house nor people."""

    line: int
    cells: list[str]
    failed: str = ""
    house: dict[str, Any] = field(default_factory=dict)
    people: list[PersonRead] = field(default_factory=list)
    refused_phones: int = 0
    warnings: list[str] = field(default_factory=list)


def read_row(record: Record, columns: Columns, width: int) -> Row:
    """Read a record; `width` is how many cells the header has."""
    row = Row(record.line, record.cells)
    if len(record.cells) != width:
        row.failed = f"{len(record.cells)} cells where the header has {width}: the row is shifted"
        return row
    cell = {name: cells.clean(record.cells[place]) for name, place in columns.items()}
    if not cell["address"]:
        row.failed = "no address"
        return row
    row.house = _house(cell, row.warnings)
    for position, who in enumerate(("primary", "secondary")):
        person = _person(cell, who, position, row)
        if person:
            row.people.append(person)
    return row


def _house(cell: dict[str, str], warnings: list[str]) -> dict[str, Any]:
    """The fields of the property table that a row gives; None or "" where it says nothing."""
    house: dict[str, Any] = {
        name: " ".join(cell.get(name, "").split())[:longest] for name, longest in _TEXTS.items()
    }
    for name, read in _READERS.items():
        house[name] = read(cell.get(name, ""))
    zip5 = addresses.read_zip(cell["zip"]) or ""
    if not zip5:
        warnings.append(f"The ZIP {cell['zip'] or '(blank)'} cannot be read.")
    house["address"] = addresses.proper_street(cell["address"])[:160]
    house["address_key"] = addresses.key(cell["address"], zip5)
    house["zip5"] = zip5
    house["city"] = addresses.proper_street(house["city"])
    house["subdivision"] = addresses.proper_street(house["subdivision"])
    house["kind"] = house["kind"].upper()
    house["state"] = _state(cell.get("state", "")) or addresses.state_of_zip(zip5) or ""
    house["mail_address"] = addresses.proper_street(cell.get("mail_address", ""))[:160]
    house["mail_city"] = addresses.proper_street(house["mail_city"])
    house["mail_state"] = _state(cell.get("mail_state", ""))
    house["mail_zip"] = addresses.read_zip(cell.get("mail_zip", "")) or ""
    house["latitude"], house["longitude"] = _place(cell, warnings)
    house["people"] = []
    return house


def _state(cell: str) -> str:
    return cell.upper() if len(cell) == 2 and cell.isalpha() else ""


def _place(cell: dict[str, str], warnings: list[str]) -> tuple[float | None, float | None]:
    """Latitude and longitude, put right when they are swapped, blank when in no US place."""
    latitude = cells.amount(cell.get("latitude", ""))
    longitude = cells.amount(cell.get("longitude", ""))
    if latitude is None or longitude is None:
        return None, None
    if -180 <= latitude < -60 and 13 <= longitude <= 72:
        warnings.append("Longitude and latitude were swapped; put right.")
        latitude, longitude = longitude, latitude
    if 13 <= latitude <= 72 and -180 <= longitude < -60:
        return latitude, longitude
    warnings.append("The coordinates are in no place of the US; left out.")
    return None, None


def _person(cell: dict[str, str], who: str, position: int, row: Row) -> PersonRead | None:
    """The primary or secondary person of a row; None when the row names nobody there."""
    written = cell.get(f"{who}_phone", "")
    phone = phones.read_phone(written)
    name = split(" ".join(cell.get(f"{who}_name", "").split()))
    called = name.full or (phones.show(phone.e164) if phone.e164 else "")
    if phone.refused:
        row.refused_phones += 1
        row.warnings.append(f"Phone {written} of {called or who} not taken: {phone.refused}.")
    if not called:
        return None
    mail = cells.email(cell.get(f"{who}_email", ""))
    if cell.get(f"{who}_email") and not mail:
        row.warnings.append(f"E-mail {cell[f'{who}_email']} of {called} not taken: no address.")
    person = PersonRead(called, name.first, name.last, name.company, mail, position)
    if not phone.e164:
        row.house["people"].append({"name": called, "email": mail})
        return person
    person.e164, person.extra = phone.e164, phone.extra
    person.because = phone.because or _unchecked(cell.get(f"{who}_status"))
    if phone.because or phone.extra:
        person.note = f"as written: {written}"[:120]
    return person


def _unchecked(status: str | None) -> str:
    """Why a number with this status waits for a check; "" when it is active or has no column."""
    if status is None or status.lower() == "active":
        return ""
    return f"marked {status[:40]}: check it first" if status else "no status: check it first"
