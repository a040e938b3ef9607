"""How rows of a file and what they change are said: names, money, dates, differences."""

from datetime import date
from typing import Any

from crm_app.contacts.phones import show
from crm_app.tables import read_table

LABELS = read_table(__file__, "labels")
_SILENT = {"version", "updated_at", "houses", "address_key", "state", "import_id", "edited"}


def label(name: str) -> str:
    """Return how a column of ours is called on the screen."""
    return LABELS["fields"].get(name) or name.replace("_", " ").capitalize()


def say(name: str, value: Any) -> str:
    """Return the value of a field as people read it: money in dollars, dates with the month."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(one["name"] if isinstance(one, dict) else f"{one}" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if value in (None, ""):
        return ""
    if name.endswith("_cents"):
        return f"{'-' if value < 0 else ''}${abs(value) // 100:,}"
    return f"{date.fromisoformat(value):%b %-d, %Y}" if name.endswith("_on") else f"{value}"


def differences(change: dict[str, Any], whose: str) -> list[tuple[str, str, str]]:
    """Return each field that a change touches, with what it was and what it is after.

    `whose` stands before the field's name; '' for the row's own house.
    """
    before, after = change.get("before") or {}, change.get("after") or {}
    return [
        (f"{whose}: {label(name)}" if whose else label(name),
         say(name, before.get(name)), say(name, after.get(name)))
        for name in after if name not in _SILENT and before.get(name) != after.get(name)
    ]  # fmt: skip


def person(read: dict[str, Any], verdict: str) -> str:
    """Return somebody of a row with their numbers, and what becomes of them."""
    said = [read.get("name", ""), *(show(number["e164"]) for number in read.get("numbers", []))]
    found = LABELS["verdicts"].get(verdict)
    return " ".join(filter(None, said)) + (f" ({found[0].lower()})" if found else "")


def title_of(house: dict[str, Any] | None, people: list[Any], cells: list[str]) -> str:
    """Return what a row is about: its house, else its people, else its first cells."""
    if house and house.get("address"):
        return ", ".join(filter(None, (house["address"], house.get("city"))))
    names = [one["name"] for one in people if one.get("name")]
    return ", ".join(names or [cell for cell in cells if cell.strip()][:3]) or "(empty)"
