"""The purpose table of the firm is the test table: each cell is asked of the gate."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_app.compliance.facts import BINDS, STRENGTH, Basis, Consent, Purpose
from crm_app.compliance.gate import may_send
from tests.compliance.told import NOON, at, ready, reasons

FILE = Path(__file__).parents[1] / "data" / "purposes.md"
NAMES = {
    "cold": [Purpose.COLD], "first by hand": [Purpose.FIRST_BY_HAND],
    "follow-up": [Purpose.FOLLOW_UP], "reminder": [Purpose.REMINDER], "reply": [Purpose.REPLY],
    "confirmation": [Purpose.CONFIRMATION, Purpose.HELP], "monitor": [Purpose.MONITOR],
}  # fmt: skip
BASES = {"attested list": "attested", "replied": "replied", "customer": "customer"}
SINCE = datetime(2026, 1, 2, tzinfo=UTC)
SUNDAY, NIGHT, HOLIDAY = at("2026-05-17 12:00"), at("2026-05-13 20:30"), at("2026-05-25 12:00")


def table() -> list[Any]:
    """Each purpose with its cells by the head's names; "as cold" is what stands above it."""
    head, _, *lines = [
        [cell.strip().replace("**", "") for cell in line.strip("| \n").split(" | ")]
        for line in FILE.read_text().splitlines()
    ]
    found, cold = [], {}
    for line in lines:
        cells = dict(zip(head, line, strict=True))
        cold = cold or cells
        cells = {name: cold[name] if "as cold" in cell and not cell.startswith("a cold") else cell
                 for name, cell in cells.items()}  # fmt: skip
        name = next(name for name in NAMES if cells["purpose"].startswith(name))
        found += [pytest.param(purpose, cells, id=purpose) for purpose in NAMES[name]]
    return found


ROWS = pytest.mark.parametrize(("purpose", "cells"), table())


def ruled(purpose: Purpose, when: datetime = NOON, **other: Any) -> set[str]:
    """The rules that speak against an otherwise well founded text."""
    decision = may_send(ready(purpose, **other), when)
    return set() if decision.allowed else set(reasons(decision))


def test_every_purpose_has_its_row() -> None:
    assert {row.values[0] for row in table()} == set(Purpose) - {Purpose.TEST}


@ROWS
def test_daily_cap(purpose: Purpose, cells: dict[str, str]) -> None:
    is_capped = cells["daily cap"].startswith("125")
    assert ("daily_cap" in ruled(purpose, day_used=125)) is is_capped
    assert ruled(purpose, is_ours=False) == (
        {"own_number"} if cells["daily cap"].startswith("own") else set()
    )


@ROWS
def test_hours(purpose: Purpose, cells: dict[str, str]) -> None:
    hours = cells["hours"]
    is_office, is_day = hours.startswith("Mon–Fri"), hours.startswith("any day 8–20")
    assert is_office or is_day or "always" in hours
    for when, is_closed in (
        (SUNDAY, is_office), (HOLIDAY, is_office), (NIGHT, is_office or is_day), (NOON, False),
        (at("2026-05-13 08:30"), is_office), (at("2026-05-13 07:30"), is_office or is_day),
    ):  # fmt: skip
        wrote = {"last_inbound_at": when, "last_help_at": None}
        assert ("hours" in ruled(purpose, when, **wrote)) is is_closed, when


@ROWS
def test_frequency(purpose: Purpose, cells: dict[str, str]) -> None:
    is_monthly = "30 days" in cells["frequency"]
    last = {"last_cold_to_number_at": SINCE + timedelta(days=120)}
    house = {"last_cold_to_household_at": SINCE + timedelta(days=120)}
    assert ("number_frequency" in ruled(purpose, **last)) is is_monthly
    assert ("household_frequency" in ruled(purpose, **house)) is is_monthly
    helped = ruled(purpose, last_help_at=NOON - timedelta(hours=23))
    assert helped == ({"once"} if purpose is Purpose.HELP else set())


@ROWS
@pytest.mark.parametrize("basis", Basis)
def test_consent(purpose: Purpose, cells: dict[str, str], basis: Basis) -> None:
    cell = cells["consent at least"]
    needed = Basis(BASES.get(cell, "none"))
    assert BINDS[purpose].consent is needed
    is_enough = STRENGTH[basis] >= STRENGTH[needed]
    given = () if basis is Basis.NONE else (Consent(basis, SINCE),)
    assert ruled(purpose, consents=given) == (set() if is_enough else {"consent"})
    ended = tuple(Consent(one.basis, one.since, NOON) for one in given)
    assert ("consent" in ruled(purpose, consents=ended)) is (needed is not Basis.NONE)
    if "wrote within 90 days" in cell:
        assert ruled(purpose, last_inbound_at=NOON - timedelta(days=91)) == {"wrote_lately"}


@ROWS
def test_frozen_and_suppressed(purpose: Purpose, cells: dict[str, str]) -> None:
    is_blocked = cells["frozen (HOLD)"] == "blocked"
    assert is_blocked or cells["frozen (HOLD)"] in ("allowed", "–")
    assert ruled(purpose, frozen_since=SINCE) == ({"frozen"} if is_blocked else set())
    suppressed = ruled(purpose, suppressed_since=NOON)
    if cells["suppressed"].startswith("blocked"):
        assert suppressed == {"suppression"}
    else:  # one text after a STOP, and that is its confirmation, not an answer to HELP
        assert suppressed == ({"suppression"} if purpose is Purpose.HELP else set())


def test_a_reply_at_night_asks() -> None:
    night = at("2026-05-13 21:30")
    decision = may_send(ready(Purpose.REPLY, last_inbound_at=night), night)
    assert decision.allowed
    assert reasons(decision)["night"].endswith("now, or at 8:00?")
