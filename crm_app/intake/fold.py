"""What the rows of a file do, in their order, to the houses and contacts that are known."""

from collections.abc import Iterable, Iterator
from typing import Any

from crm_app.contacts.actions import BETWEEN
from crm_app.contacts.names import Name
from crm_app.contacts.phones import show
from crm_app.intake.old_rows import PersonRead

House = dict[str, Any]
Contact = dict[str, Any]
# A later file knows these better: the market moves, owners change. All else is only filled,
# since it does not change, or somebody here knows better.
_FOLLOW = (
    "value_cents", "equity_cents", "equity_percent", "is_owner_occupied", "is_listed",
    "is_in_foreclosure", "purchased_on", "owner", "mail_address", "mail_city", "mail_state",
    "mail_zip",
)  # fmt: skip
_NOTHING = (None, "")  # a blank cell says nothing


def _merged(known: House, row: House) -> House:
    """Return the known house as it is after this row; `known` itself stays as it was."""
    after = dict(known)
    for name, value in row.items():
        if value not in _NOTHING and (name in _FOLLOW or known[name] in _NOTHING):
            after[name] = value
    if row["is_listed"] is not None:
        after["listing_status"] = row["listing_status"]  # blank: it is no longer listed
    people = {person["name"].casefold(): person for person in known["people"]}
    for person in row["people"]:
        same = people.get(person["name"].casefold(), person)
        people[person["name"].casefold()] = same | {"email": same["email"] or person["email"]}
    return after | {"people": list(people.values())}


def _identities(house: House) -> Iterator[tuple[str, str, str]]:
    """What a house is known by, the best first; parcel numbers are unique within a town only."""
    if house["radar_id"]:
        yield "radar_id", house["radar_id"], ""
    if house["apn"]:
        yield "apn", house["apn"], house["city"].lower()
    yield "address_key", house["address_key"], ""


class Houses:
    """The houses known so far."""

    def __init__(self, known: Iterable[House], ids: Iterator[int]) -> None:
        """Begin with houses of the database; `ids` are for new ones."""
        self.by_id: dict[int, House] = {}
        self._known_as: dict[tuple[str, str, str], int] = {}
        self._ids = ids
        for house in known:
            self._know(house)
        self._before = dict(self.by_id)

    def take(self, row: House) -> tuple[int, str]:
        """Apply a row; return its house's id, and whether that is created, updated or unchanged."""
        known = self._find(row)
        if known is None:
            new = row | {"id": next(self._ids)}
            self._know(new)
            return new["id"], "created"
        named = _identities(row | {"city": known["city"]})
        taken = [identity[0] for identity in named if identity in self._known_as]
        after = _merged(known, row | dict.fromkeys(taken, ""))
        self._know(after)
        return after["id"], "unchanged" if after == known else "updated"

    def changed(self) -> list[House]:
        """Return the houses that are new, or other than at the beginning."""
        houses = self.by_id.items()
        return [house for house_id, house in houses if self._before.get(house_id) != house]

    def _know(self, house: House) -> None:
        self.by_id[house["id"]] = house
        for identity in _identities(house):
            self._known_as.setdefault(identity, house["id"])

    def _find(self, row: House) -> House | None:
        """The known house that a row means; two parcels at one address are two."""
        for identity in _identities(row):
            house = self.by_id.get(self._known_as.get(identity, 0))
            if house and (
                identity[0] != "address_key"
                or not any(house[name] and row[name] for name in ("apn", "radar_id"))
            ):
                return house
        return None


class People:
    """The contacts known so far by their numbers: one number is one contact."""

    def __init__(self, known: dict[str, Contact], ids: Iterator[int]) -> None:
        """Begin with contacts of the database by number; `ids` are for new ones."""
        self._by_number, self._ids = known, ids
        self.created: set[int] = set()
        self.changed: dict[int, Contact] = {}
        self.numbers: dict[str, dict[str, Any]] = {}

    def take(self, person: PersonRead) -> int:
        """Return the id of the contact with the person's number, made or completed.

        What is there stays: somebody may have put it right. Another name is kept beside it.
        """
        new, number = person.contact, person.numbers[0]["e164"]
        known = self._by_number.get(number)
        if known is None:
            known = new | {"id": next(self._ids), "notes": "", "other_names": "", "houses": ""}
            self.created.add(known["id"])
        before = dict(known)
        if known["name"] in ("", show(number)):  # a stranger who texted us has a name now
            known |= {column: new[column] for column in Name._fields}
        had = (known["name"], show(number), *known["other_names"].split(BETWEEN))
        if new["name"].casefold() not in map(str.casefold, had):
            known["other_names"] = BETWEEN.join(filter(None, (known["other_names"], new["name"])))
        for name in ("email", "mail_zip"):
            known[name] = known[name] or new[name]
        if self._add(known, person.numbers) or known != before:
            self.changed[known["id"]] = known
        return int(known["id"])

    def _add(self, contact: Contact, numbers: list[dict[str, Any]]) -> bool:
        """Add numbers nobody has, hold back new ones in doubt; return whether some were added."""
        before = len(self.numbers)
        for number in numbers:
            if number["e164"] not in self._by_number:
                self._by_number[number["e164"]] = contact
                self.numbers[number["e164"]] = number | {"contact_id": contact["id"]}
            known = self.numbers.get(number["e164"])
            if known and known["is_textable"]:
                known |= {n: number[n] for n in ("is_textable", "not_textable_because")}
        return len(self.numbers) > before
