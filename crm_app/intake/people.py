"""A person that a row speaks of: the name, the numbers, and whether they said stop."""

import re
from functools import lru_cache
from typing import Any

from crm_app.contacts.actions import BETWEEN, UNCHECKED
from crm_app.contacts.names import Name, case_word, split, surname
from crm_app.contacts.phones import PhoneReading, read_email, read_phones, show
from crm_app.intake.cells import day, flag
from crm_app.intake.houses import Columns
from crm_app.intake.recipes import key_of
from crm_app.tables import read_table

_TABLE = read_table(__file__, "rows")
_WORDS = {group: frozenset(words) for group, words in _TABLE["words"].items()}
_KIND_OF = {word: kind for kind, words in _TABLE["types"].items() for word in words}
_RANKS = {kind: rank for rank, kind in enumerate(["mobile", "", *list(_TABLE["types"])[1:]])}
_ROLES = {word: role for role, words in _TABLE["roles"].items() for word in words}
# Without these words the columns of one phone have one name: "Phone 1 - Value", "Phone 1 - Type".
_OF_A_PHONE = re.compile(r"phone|e?mail|status|type|label|value|address|number")
_PARTS = re.compile(r":::|[\s,;|<>]+")
_IN_NAME = ("first_name", "middle_name", "last_name", "suffix")


class Who:
    """Reads one person of each row; `prefix` is "2." for the second of a row, whose position is 1.

    `columns` say what is where, the preferred first.
    """

    def __init__(self, columns: Columns, prefix: str) -> None:
        """Work out once which cells are which field."""
        self._position = len(prefix) // 2
        self._at = dict[str, list[tuple[int, str]]]()
        for place, name, target in columns:
            if target.startswith("2.") == bool(prefix):
                self._at.setdefault(target[len(prefix) :], []).append((place, name))
        self._phones = [
            (place, name, target[6:], self._beside(name, "phone_type"),
             self._beside(name, "phone_status"))
            for target, found in self._at.items() if target.split(".")[0] == "phone"
            for place, name in found
        ]  # fmt: skip
        self._emails = [
            (place, self._beside(name, "email_status")) for place, name in self._at.get("email", ())
        ]

        self._has_parts = not self._at.keys().isdisjoint((*_IN_NAME, "company"))
        self._notes = [place for place, _name in self._at.get("notes", ())]
        self._stops = [
            (place, name, target)
            for target in ("stop", "may_text", "stop_since")
            for place, name in self._at.get(target, ())
        ]

    def _beside(self, name: str, target: str) -> int | None:
        """Where the type or status of a phone's column stands; one without number is of all."""
        stems = {at: _stem(other) for at, other in self._at.get(target, ())}
        found = [at for at, stem in stems.items() if stem == _stem(name)]
        found = found or [
            at for at, stem in stems.items() if len(stems) == 1 and not re.search(r"\d", stem)
        ]
        return found[0] if found else None

    def read(
        self, cells: list[str], written: list[str], warnings: list[str]
    ) -> tuple[dict[str, Any], int]:
        """Return who it is, with `numbers`, and how many phones were refused.

        `written` are the cells before they were cleaned: notes keep their lines.
        """
        extras = dict[str, str]()
        name = self._name(cells, extras)
        emails = self._mail(cells, name.name, warnings)
        numbers, refused = self._numbers(cells, name.name, warnings, extras)
        role = self._said(cells, "role")
        if role and role.lower() not in _ROLES:
            extras[self._at["role"][0][1]] = role
        if name.is_company and numbers:
            warnings.append(f"{name.name} is a company or a trust.")
        called = name.name or (show(numbers[0]["e164"]) if numbers else "".join(emails[:1]))
        person = {
            "name": called, "first_name": name.first_name, "last_name": name.last_name,
            "is_company": name.is_company, "email": emails[0] if emails else "",
            "other_emails": BETWEEN.join(emails[1:]),
            "notes": "\n".join(written[at].strip() for at in self._notes if cells[at]),
            "extras": extras, "position": self._position, "numbers": numbers,
            "role": _ROLES.get(role.lower(), "owner"),
            "stop": self._stop(cells) if self._stops else None,
        }  # fmt: skip
        return person, refused

    def _said(self, cells: list[str], target: str) -> str:
        for at, _name in self._at.get(target, ()):
            if cells[at]:
                return cells[at]
        return ""

    def _name(self, cells: list[str], extras: dict[str, str]) -> Name:
        parts, company = (
            [self._said(cells, part) for part in _IN_NAME],
            self._said(cells, "company"),
        )
        written = self._said(cells, "name")
        if written.casefold() == company.casefold():
            written = ""
        written = written or " ".join(filter(None, parts))
        if company and not written:
            return split(company)._replace(first_name="", last_name="", is_company=True)
        if company:
            extras[self._at["company"][0][1]] = company
        found = split(written)
        if (parts[0] or parts[2]) and not found.is_company:
            first = " ".join(map(case_word, parts[0].split()))
            found = found._replace(first_name=first[:60], last_name=surname(parts[2]))
        return found

    def _mail(self, cells: list[str], name: str, warnings: list[str]) -> list[str]:
        found = list[str]()
        for place, status_at in self._emails:
            if written := cells[place]:
                plain = read_email(written)
                several = [] if plain else map(read_email, _PARTS.split(written))
                emails = [plain] if plain else [*filter(None, several)]
                if not emails:
                    warnings.append(f"E-mail {written} of {name} not taken: no address.")
                status = cells[status_at] if status_at is not None else ""
                if status and status.lower() not in _WORDS["active"]:
                    warnings.append(f"E-mail {written} of {name} is marked {status}.")
                found += emails
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def _numbers(
        self, cells: list[str], name: str, warnings: list[str], extras: dict[str, str]
    ) -> tuple[list[dict[str, Any]], int]:
        """Return the numbers, mobiles first, and how many cells held none."""
        found, refused = dict[str, dict[str, Any]](), 0
        for place, column, kind, type_at, status_at in self._phones:
            if not (written := cells[place]):
                continue
            label = "" if kind or type_at is None else cells[type_at]
            kind = kind or _kind_of(label)
            doubt = "" if status_at is None else _doubt(cells[status_at])
            for one in read_phones(written):
                own = _kind_of(one.label) if one.label else kind
                if own == "fax":
                    extras[column] = written
                elif one.refused:
                    warnings.append(
                        f"Phone {written} of {name or column} not taken: {one.refused}."
                    )
                    refused += 1
                else:
                    note = written if "extension" in one.because else "" if own else label
                    _add(found, one, own, doubt, note)
        numbers = list(found.values())
        if len(numbers) > 1:
            numbers.sort(key=lambda number: _RANKS[number["kind"]])
        for position, number in enumerate(numbers):
            number["position"] = position
            if because := number["not_textable_because"]:
                told = f"{show(number['e164'])} of {name or 'somebody'}"
                warnings.append(f"Phone {told} is kept and not texted: {because}.")
        return numbers, refused

    def _stop(self, cells: list[str]) -> dict[str, Any] | None:
        """Since when they must not be texted, and who says so; None when nobody does."""
        for place, name, target in self._stops:
            if target == "stop_since" and self._said(cells, "stop"):
                continue
            told, said = cells[place], flag(cells[place])
            free = not told or said is False or told.lower() in _WORDS["free"]
            if said is False if target == "may_text" else not free:
                since = day(self._said(cells, "stop_since")) or day(told)
                source = self._said(cells, "stop_source") or f"{name}: {told}"
                return {"since": since, "source": source}
        return None


def _stem(column: str) -> str:
    return _OF_A_PHONE.sub("", key_of(column))


@lru_cache(maxsize=512)
def _kind_of(label: str) -> str:
    """The type that a label names; a work fax is a fax."""
    kinds = {_KIND_OF.get(word, "") for word in re.findall(r"[a-z]+", label.lower())}
    return "fax" if "fax" in kinds else min(kinds - {""}, key=_RANKS.__getitem__, default="")


def _doubt(status: str) -> str:
    if status.lower() in _WORDS["active"]:
        return ""
    return f"marked {status[:40]}: {UNCHECKED}" if status else f"no status: {UNCHECKED}"


def _add(
    found: dict[str, dict[str, Any]], one: PhoneReading, kind: str, doubt: str, note: str
) -> None:
    """Add a number, or what else is said of one that is there."""
    because = one.because or doubt
    known = found.setdefault(one.e164, {
        "e164": one.e164, "kind": kind, "position": 0, "is_textable": True,
        "not_textable_because": "", "note": note[:120],
    })  # fmt: skip
    known["kind"] = min(known["kind"], kind, key=_RANKS.__getitem__)
    if because:
        known |= {"is_textable": False, "not_textable_because": because}
