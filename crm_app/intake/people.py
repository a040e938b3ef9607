"""A person that a row speaks of: the name, the numbers, and whether they said stop."""

import re
from functools import lru_cache
from typing import Any

from crm_app.contacts.actions import BETWEEN, UNCHECKED
from crm_app.contacts.names import Name, case_word, split, surname
from crm_app.contacts.phones import read_email, read_phones, show
from crm_app.intake.cells import day, flag, number
from crm_app.intake.recipes import Columns, key_of
from crm_app.tables import read_table

_TABLE = read_table(__file__, "rows")
_WORDS = {group: frozenset(words) for group, words in _TABLE["words"].items()}
_KIND_OF = {word: kind for kind, words in _TABLE["types"].items() for word in words}
_RANKS = {kind: rank for rank, kind in enumerate(["mobile", "", *list(_TABLE["types"])[1:]])}
_ROLES = {word: role for role, words in _TABLE["roles"].items() for word in words}
# Without these words the columns of one phone have one name: "Phone 1 - Value", "Phone 1 - Type".
_OF_A_PHONE = re.compile(r"phone|e?mail|status|type|label|value|address|number")
_PARTS = re.compile(r":::|[\s,;|<>]+")


class Who:
    """Reads one person of each row: `who` is "" for the first, "2." for the second."""

    def __init__(self, columns: Columns, who: str) -> None:
        """Work out once which cells are which field."""
        self._who, self._columns, of = who, columns, columns.of
        self._phones = [
            (place, name, target[len(who) + 6 :], self._beside(name, "phone_type"),
             self._beside(name, "phone_status"))
            for target in of if f"{target}.".startswith(f"{who}phone.")
            for place, name in of[target]
        ]  # fmt: skip
        emails = of.get(f"{who}email", ())
        self._emails = [(place, self._beside(name, "email_status")) for place, name in emails]
        self._notes = [place for place, _name in of.get(f"{who}notes", ())]
        signs = ("stop", "may_text", "stop_since", "stop_source")
        self._stops = [(*at, sign) for sign in signs for at in of.get(f"{who}{sign}", ())]

    def _beside(self, name: str, target: str) -> int | None:
        """Where the type or status of a phone's column stands; one without number is of all."""
        beside = self._columns.of.get(f"{self._who}{target}", ())
        stems = {_OF_A_PHONE.sub("", key_of(other)): place for place, other in beside}
        plain = [place for stem, place in stems.items() if not re.search(r"\d", stem)]
        return stems.get(
            _OF_A_PHONE.sub("", key_of(name)), plain[0] if len(stems) == len(plain) == 1 else None
        )

    def read(self, cells: list[str], warnings: list[str]) -> tuple[dict[str, Any], int]:
        """Return who it is, with `numbers`, and how many phones were refused."""
        extras = dict[str, str]()
        name = self._name(cells, extras)
        emails = self._mail(cells, name.name, warnings)
        numbers, refused = self._numbers(cells, name.name, warnings, extras)
        role = self._said(cells, "role")
        if role and role.lower() not in _ROLES:
            extras[self._columns.of[f"{self._who}role"][0][1]] = role
        if name.is_company and numbers:
            warnings.append(f"{name.name} is a company or a trust.")
        called = name.name or (show(numbers[0]["e164"]) if numbers else "".join(emails[:1]))
        return {
            **name._asdict(), "name": called, "email": "".join(emails[:1]), "extras": extras,
            "other_emails": BETWEEN.join(emails[1:]), "numbers": numbers,
            "notes": "\n".join(cells[at] for at in self._notes if cells[at]),
            "position": len(self._who) // 2, "role": _ROLES.get(role.lower(), "owner"),
            "stop": self.stop(cells, name.name, warnings),
        }, refused  # fmt: skip

    def _said(self, cells: list[str], target: str) -> str:
        return self._columns.said(cells, self._who + target)

    def _name(self, cells: list[str], extras: dict[str, str]) -> Name:
        written, company = self._said(cells, "name"), self._said(cells, "company")
        parts = [self._said(cells, f"{part}_name") for part in ("first", "middle", "last")]
        if not written or written.casefold() == company.casefold():
            written = " ".join(filter(None, [*parts, self._said(cells, "suffix")]))
        if company and not written:
            return split(company)._replace(first_name="", last_name="", is_company=True)
        if company:
            extras[self._columns.of[f"{self._who}company"][0][1]] = company
        found = split(written)
        if (parts[0] or parts[2]) and not found.is_company:
            first = " ".join(map(case_word, parts[0].split()))
            return found._replace(first_name=first[:60], last_name=surname(parts[2]))
        return found

    def _mail(self, cells: list[str], name: str, warnings: list[str]) -> list[str]:
        found = dict[str, None]()
        for place, status_at in self._emails:
            if written := cells[place]:
                emails = [*filter(None, map(read_email, _PARTS.split(written)))]
                status = cells[status_at] if status_at is not None else ""
                if not emails:
                    warnings.append(f"E-mail {written} of {name} not taken: no address.")
                elif status and status.lower() not in _WORDS["active"]:
                    warnings.append(f"E-mail {written} of {name} is marked {status}.")
                found |= dict.fromkeys(emails)
        return list(found)

    def _numbers(
        self, cells: list[str], name: str, warnings: list[str], extras: dict[str, str]
    ) -> tuple[list[dict[str, Any]], int]:
        """Return the numbers, mobiles first, and how many cells held none."""
        found, refused = dict[str, dict[str, Any]](), 0
        for place, column, kind, type_at, status_at in self._phones:
            if not (written := cells[place]):
                continue
            label = "" if kind or type_at is None else cells[type_at]
            doubt = "" if status_at is None else _doubt(cells[status_at])
            for one in read_phones(written):
                own = _kind_of(one.label or label) if one.label or label else kind
                because = one.because or doubt
                if own == "fax":
                    extras[column] = written
                elif one.refused:
                    told = f"Phone {written} of {name or column} not taken: {one.refused}."
                    warnings.append(told)
                    refused += 1
                else:
                    number = found.setdefault(one.e164, {"e164": one.e164, "kind": own, "note": ""})
                    number["kind"] = min(number["kind"], own, key=_RANKS.__getitem__)
                    number["not_textable_because"] = number.get("not_textable_because") or because
                    note = written if "extension" in one.because else "" if own else label
                    number["note"] = number["note"] or note[:120]
        numbers = sorted(found.values(), key=lambda number: _RANKS[number["kind"]])
        for position, number in enumerate(numbers):
            because = number["not_textable_because"]
            number |= {"position": position, "is_textable": not because}
            if because:
                told = f"{show(number['e164'])} of {name or 'somebody'}"
                warnings.append(f"Phone {told} is kept and not texted: {because}.")
        return numbers, refused

    def stop(self, cells: list[str], who: str, warnings: list[str]) -> dict[str, Any] | None:
        """Since when they must not be texted, and who says so; None when nobody does.

        What is not clearly a no is do not text; a warning tells it where it is no clear yes.
        """
        for place, name, sign in self._stops:
            told = cells[place]
            said = _says(told) if told else None
            if sign == "may_text":
                is_free, is_clear = said in ("yes", "day", "free"), said in ("no", "stop")
            else:
                is_free, is_clear = said in ("no", "free"), said in ("yes", "day", "stop")
            beside = sign in ("stop_since", "stop_source") and self._said(cells, "stop")
            if told and not is_free and not beside:
                if not is_clear:
                    warnings.append(f"{name} of {who or 'somebody'} says {told}: not texted.")
                source = self._said(cells, "stop_source") or f"{name}: {told}"
                return {
                    "since": day(self._said(cells, "stop_since")) or day(told),
                    "source": source,
                }
        return None


@lru_cache(maxsize=512)
def _kind_of(label: str) -> str:
    """The type that a label names; a work fax is a fax."""
    kinds = {_KIND_OF.get(word, "") for word in re.findall(r"[a-z]+", label.lower())}
    return "fax" if "fax" in kinds else min(kinds - {""}, key=_RANKS.__getitem__, default="")


@lru_cache(maxsize=512)
def _says(told: str) -> str:
    """Whether a cell says yes, no, a day, or a word of do not text (stop) or of its lack (free)."""
    plain = told.lower().strip(" .!?")
    yes = bool(value) if (value := number(plain)) in (0, 1) else flag(plain)
    if yes is None:
        found = (group for group in ("free", "stop") if plain in _WORDS[group])
        return "day" if day(told) else next(found, "")
    return "yes" if yes else "no"


@lru_cache(maxsize=512)
def _doubt(status: str) -> str:
    if status.lower() in _WORDS["active"]:
        return ""
    return f"marked {status[:40]}: {UNCHECKED}" if status else f"no status: {UNCHECKED}"
