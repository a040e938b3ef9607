"""What a row does to a house that is known already, and which known house a row means."""

from collections import defaultdict
from typing import Any

House = dict[str, Any]

# A later file knows these better: the market moves, owners change. A blank says nothing.
_FOLLOW = (
    "value_cents", "equity_cents", "equity_percent", "is_owner_occupied", "is_listed",
    "is_in_foreclosure", "purchased_on", "owner",
)  # fmt: skip
_MAIL = ("mail_address", "mail_city", "mail_state", "mail_zip")
# These do not change, or somebody here knows better: only filled, never overwritten.
_FILL = (
    "zip5", "state", "subdivision", "kind", "latitude", "longitude", "year_built", "square_feet",
    "bedrooms", "bathrooms",
)  # fmt: skip
_NOTHING = (None, "")
FIELDS = (
    "radar_id", "apn", "address_key", "address", "city", *_FILL, *_FOLLOW, "listing_status",
    *_MAIL, "people",
)  # fmt: skip


def town_key(house: House) -> tuple[str, str]:
    """Return the parcel number with its town: parcel numbers are unique within a town only."""
    return house["apn"], house["city"].lower()


def merged(known: House, row: House) -> House:
    """Return the known house as it is after this row; `known` itself stays as it was."""
    after = dict(known)
    after |= {name: row[name] for name in _FILL if known[name] in _NOTHING}
    after |= {name: row[name] for name in _FOLLOW if row[name] not in _NOTHING}
    if row["is_listed"] is not None:
        after["listing_status"] = row["listing_status"]  # blank: it is no longer listed
    if row["mail_address"]:
        after |= {name: row[name] for name in _MAIL}
    people = {person["name"].casefold(): person for person in known["people"]}
    for person in row["people"]:
        same = people.get(person["name"].casefold(), person)
        people[person["name"].casefold()] = same | {"email": same["email"] or person["email"]}
    after["people"] = list(people.values())
    return after


class Houses:
    """The houses known so far by their identities: Radar ID, parcel and town, address."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_id: dict[int, House] = {}
        self._radar: dict[str, int] = {}
        self._parcel: dict[tuple[str, str], int] = {}
        self._address: defaultdict[str, list[int]] = defaultdict(list)

    def know(self, house_id: int, house: House) -> None:
        """Remember a house, or what became of it."""
        if house_id not in self.by_id:
            self._address[house["address_key"]].append(house_id)
        self.by_id[house_id] = house
        if house["radar_id"]:
            self._radar[house["radar_id"]] = house_id
        if house["apn"]:
            self._parcel[town_key(house)] = house_id

    def find(self, row: House) -> int | None:
        """Return the id of the house that a row means, or None when it is a new one.

        By Radar ID, else parcel and town, else address; two parcels at one address are two.
        """
        found = self._radar.get(row["radar_id"])
        if found is None and row["apn"]:
            found = self._parcel.get(town_key(row))
        if found is not None:
            return found
        for house_id in self._address.get(row["address_key"], ()):
            house = self.by_id[house_id]
            if not any(house[key] and row[key] for key in ("apn", "radar_id")):
                return house_id
        return None

    def take(self, house_id: int, row: House) -> bool:
        """Apply a row to a known house; return whether that changed it."""
        known = self.by_id[house_id]
        after = merged(known, row)
        for key, taken in (
            ("radar_id", row["radar_id"] in self._radar),
            ("apn", (row["apn"], known["city"].lower()) in self._parcel),
        ):
            if not known[key] and not taken:
                after[key] = row[key]
        self.know(house_id, after)
        return after != known
