"""Applying a file: every row gets a verdict, all in one transaction, safe to run again."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.contacts.actions import houses_text, refresh_houses
from crm_app.errors import CrmError
from crm_app.imports.models import Verdict
from crm_app.intake import batch, batch_people
from crm_app.intake.fold import House, Houses
from crm_app.intake.mapping import columns_of
from crm_app.intake.people import People
from crm_app.intake.readers import Table
from crm_app.intake.rows import PersonRead, Row, read_row

BATCH = 5000
_Links = dict[tuple[int, int], int]  # (contact, house): 0 for the main contact of the house
_UNCHANGED = text(
    "update import_row set verdict = 'unchanged' where import_id = :id and line = any(:lines)"
)


@dataclass
class _Change:
    """What a house that was there before is at first and now (digests), and who changed it."""

    first: int
    now: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class Applying:
    """An application under way; what it remembers is ids, so a long file stays small."""

    session: Session
    import_id: int
    list_id: int
    at: datetime
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    refused_phones: int = 0
    new_houses: set[int] = field(default_factory=set)
    changes: dict[int, _Change] = field(default_factory=dict)
    links: set[tuple[int, int]] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    added: int = 0
    touched: set[int] = field(default_factory=set)
    created: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)

    def apply(self, table: Table, told: Callable[[int], None]) -> dict[str, Any]:
        """Apply every row of `table` and return the counts; `told(rows)` hears of progress.

        Rows of one house are folded in file order. Raises CrmError when columns are missing or a
        row would be unaccounted for; IntegrityError (psycopg) when somebody saved the same
        number or house meanwhile: nothing is written then, and it may run again.
        """
        columns = columns_of(table.header)
        self.members = batch_people.members(self.session, self.list_id)
        before, done = len(self.members), 0
        records = table.records()
        while rows := [read_row(r, columns, len(table.header)) for r in islice(records, BATCH)]:
            self._apply(rows)
            done += len(rows)
            told(done)
        self._settle()
        self.added = len(self.members) - before
        return self._counts(done)

    def _apply(self, rows: list[Row]) -> None:
        good = [row for row in rows if not row.failed]
        houses, verdicts, house_of = self._houses(good)
        self._people(good, houses, house_of)
        lines = (
            (
                self.import_id, row.line, verdicts.get(row.line, Verdict.FAILED).value, row.failed,
                json.dumps(row.warnings), json.dumps(row.cells), house_of.get(row.line),
            )
            for row in rows
        )  # fmt: skip
        columns = "import_id, line, verdict, reason, warnings, raw, property_id"
        batch.copy_in(self.session, "import_row", columns, lines)
        self.verdicts.update(verdicts.get(row.line, Verdict.FAILED) for row in rows)
        self.refused_phones += sum(row.refused_phones for row in good)

    def _houses(self, good: list[Row]) -> tuple[Houses, dict[int, Verdict], dict[int, int]]:
        """Create and update the houses of a batch; return them, and verdict and id by line."""
        houses = batch.known_houses(self.session, good)
        before = dict(houses.by_id)
        ids = batch.new_ids(self.session, "property", len(good))
        verdicts: dict[int, Verdict] = {}
        house_of: dict[int, int] = {}
        for row in good:
            house_id = houses.find(row.house)
            if house_id is None:
                house_id = next(ids)
                houses.know(house_id, row.house)
                self.new_houses.add(house_id)
                verdicts[row.line] = Verdict.CREATED
            else:
                verdicts[row.line] = self._update(houses, house_id, row)
            house_of[row.line] = house_id
        new = houses.by_id.keys() - before.keys()
        changed = {i for i, was in before.items() if houses.by_id[i] != was}
        batch.write_houses(self.session, houses, new, changed, self.at)
        return houses, verdicts, house_of

    def _update(self, houses: Houses, house_id: int, row: Row) -> Verdict:
        was = houses.by_id[house_id]
        if not houses.take(house_id, row.house):
            return Verdict.UNCHANGED
        if house_id not in self.new_houses:
            change = self.changes.setdefault(house_id, _Change(_digest(was)))
            change.now = _digest(houses.by_id[house_id])
            change.lines.append(row.line)
        return Verdict.UPDATED

    def _people(self, good: list[Row], houses: Houses, house_of: dict[int, int]) -> None:
        """Make and complete contacts, link them to houses, and put them on the list."""
        found = [(row, person) for row in good for person in row.people if person.e164]
        numbers = [number for _row, p in found for number in (p.e164, *p.extra)]
        people = People(batch_people.known_people(self.session, numbers))
        ids = batch.new_ids(self.session, "contact", len(found))
        linked = batch_people.links_of(self.session, set(house_of.values()))
        links: _Links = {}
        members: dict[int, int] = {}
        for row, person in found:
            contact = people.take(person, row.house["mail_zip"], lambda: next(ids))
            if contact.is_deleted:
                row.warnings.append(_deleted(person))
                continue
            pair = (contact.id, house_of[row.line])
            self.links.add(pair)
            if pair not in linked:
                links.setdefault(pair, person.position)
            if contact.id not in self.members:
                members[contact.id] = house_of[row.line]
                self.members.add(contact.id)
        self._write_people(people, links, members, houses)

    def _write_people(
        self, people: People, links: _Links, members: dict[int, int], houses: Houses
    ) -> None:
        contacts = {c.id: c for c in people.by_number.values() if not c.is_deleted}
        new = {i for i, contact in contacts.items() if contact.is_new}
        self.touched |= contacts.keys()
        self.created |= new
        self.changed |= {i for i, contact in contacts.items() if contact.is_changed} - new
        lived: dict[int, list[House]] = {}
        for contact_id, house_id in sorted(links):
            lived.setdefault(contact_id, []).append(houses.by_id[house_id])
        shown = {i: houses_text((h["address"], h["city"]) for h in lived[i]) for i in lived}
        batch_people.write_people(self.session, contacts.values(), shown, self.at)
        batch_people.write_numbers(self.session, people.numbers)
        batch_people.write_links(self.session, links)
        batch_people.write_members(self.session, self.list_id, members)
        refresh_houses(self.session, lived.keys() - new)
        careful = {n: why for n, why in people.careful.items()
                   if people.by_number[n].id in self.created}  # fmt: skip
        batch_people.hold_back(self.session, careful)

    def _settle(self) -> None:
        """Rows that changed a house and changed it back have changed nothing."""
        lines = [n for c in self.changes.values() if c.first == c.now for n in c.lines]
        self.session.execute(_UNCHANGED, {"id": self.import_id, "lines": lines})
        self.verdicts[Verdict.UPDATED] -= len(lines)
        self.verdicts[Verdict.UNCHANGED] += len(lines)

    def _counts(self, rows: int) -> dict[str, Any]:
        properties = {verdict.value: self.verdicts[verdict] for verdict in Verdict}
        if sum(properties.values()) != rows:
            raise CrmError(f"{rows} rows were read and {properties} are accounted for.")
        updated = self.changed - self.created
        return {
            "rows": rows,
            "properties": properties,
            "contacts": {
                "created": len(self.created),
                "updated": len(updated),
                "unchanged": len(self.touched - self.created - updated),
            },
            "links": len(self.links),
            "refused_phones": self.refused_phones,
        }


def _digest(house: House) -> int:
    return hash(repr(house))


def _deleted(person: PersonRead) -> str:
    return f"{person.name} not taken: this number belongs to a contact that was deleted."
