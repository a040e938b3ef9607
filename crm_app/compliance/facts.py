"""What the gate is told and what it answers; both can be stored and replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from crm_app.compliance.purposes import Purpose

WORKDAYS = frozenset(range(5))
_TIMES = (
    "suppressed_since",
    "last_inbound_at",
    "last_cold_to_number_at",
    "last_cold_to_household_at",
)
_SETS = ("recipient_zones", "recipient_states", "weekdays")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that decides about one text; times are aware, hours local, Monday is weekday 0.

    What could open the gate by being forgotten has no default. A field added later needs one,
    so that decisions stored before it can be replayed.
    """

    purpose: Purpose
    e164: str
    suppressed_since: datetime | None
    textable: bool
    frozen: bool
    campaign_running: bool
    last_cold_to_number_at: datetime | None
    last_cold_to_household_at: datetime | None
    day_used: int
    day_limit: int
    company_zone: str
    recipient_zones: frozenset[str]
    recipient_states: frozenset[str]
    is_confirmation_due: bool = False
    """This opt-out, START or HELP was not answered yet (once per opt-out, HELP once a day)."""
    attested: bool = False
    not_textable_because: str = ""
    last_inbound_at: datetime | None = None
    last_cold_to_number_by: str = ""
    last_cold_to_household_by: str = ""
    frequency_days: int = 30
    start_hour: int = 9
    end_hour: int = 18
    weekdays: frozenset[int] = WORKDAYS
    night_confirmed: bool = False
    is_customer: bool = False
    is_own_number: bool = False


def to_json(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain values for a JSON column; from_json makes them facts again."""
    told = {field.name: getattr(facts, field.name) for field in fields(facts)}
    told["purpose"] = facts.purpose.value
    told |= {name: told[name].isoformat() for name in _TIMES if told[name]}
    return told | {name: sorted(told[name]) for name in _SETS}


def from_json(stored: Mapping[str, Any]) -> Facts:
    """Return the facts of to_json; what an older version stored beside them is left out."""
    told = {field.name: stored[field.name] for field in fields(Facts) if field.name in stored}
    told["purpose"] = Purpose(told["purpose"])
    told |= {name: datetime.fromisoformat(told[name]) for name in _TIMES if told.get(name)}
    told |= {name: frozenset(told[name]) for name in _SETS if name in told}
    return Facts(**told)


@dataclass(frozen=True)
class Reason:
    """The name of a rule, and what it says in one plain sentence."""

    rule: str
    text: str


@dataclass(frozen=True)
class Decision:
    """Whether a text may go now. If not: `never`, or from `opens_at` (UTC), or a person decides.

    An allowed reply at night carries the reason "night": ask "now, or at `opens_at`?" first.
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    opens_at: datetime | None
    never: bool

    @property
    def waits_for_person(self) -> bool:
        """Whether neither time nor a skip settles it: it is held in a list for a person."""
        return not self.allowed and not self.never and self.opens_at is None

    @property
    def asks(self) -> bool:
        """Whether the person who sends is to be asked first (a reply at night)."""
        return self.allowed and bool(self.reasons)
