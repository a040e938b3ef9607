"""Facts for tests: somebody in Quincy whom a campaign may text at any open hour."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm_app.compliance.facts import Basis, Consent, Decision, Facts, Purpose

EASTERN = "America/New_York"
PACIFIC = "America/Los_Angeles"


def told(purpose: Purpose = Purpose.COLD, **other: Any) -> Facts:
    """Facts that open the gate on a workday, but for what a test says otherwise."""
    facts: dict[str, Any] = {
        "e164": "+16175550101",
        "suppressed_since": None,
        "textable": True,
        "last_cold_to_number_at": None,
        "last_cold_to_household_at": None,
        "day_used": 0,
        "day_limit": 125,
        "company_zone": EASTERN,
        "recipient_zones": frozenset({EASTERN}),
        "recipient_states": frozenset({"MA"}),
        "frozen_since": None,
        "on_lists": frozenset(),
        "consents": (Consent(Basis.ATTESTED, datetime(2026, 1, 2, tzinfo=UTC)),),
        "is_first": True,
        "names_us": True,
        "tells_stop": True,
    }
    return Facts(purpose=purpose, **(facts | other))


def at(text: str, zone: str = EASTERN) -> datetime:
    """An instant by a clock: "2026-05-13 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def in_california(**other: Any) -> dict[str, Any]:
    """The facts of somebody who lives there with a number from there."""
    here = {"recipient_zones": frozenset({PACIFIC}), "recipient_states": frozenset({"CA"})}
    return here | other


NOON = at("2026-05-13 12:00")  # a Wednesday


CUSTOMER = (Consent(Basis.CUSTOMER, datetime(2025, 1, 2, tzinfo=UTC)),)


def reasons(decision: Decision) -> dict[str, str]:
    """Rule -> sentence."""
    return {reason.rule: reason.text for reason in decision.reasons}


def ready(purpose: Purpose, **other: Any) -> Facts:
    """Facts under which any purpose may go at noon."""
    return told(
        purpose, **({"last_inbound_at": NOON, "is_ours": True, "consents": CUSTOMER} | other)
    )
