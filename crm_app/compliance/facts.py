"""What the gate is told and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """Why a text is sent, in the words of the purpose table (facts/business.md, "Purposes")."""

    CONFIRMATION = "confirmation"
    REPLY = "reply"
    TEST = "test"  # a campaign's text to somebody of the firm
    FIRST_BY_HAND = "first_by_hand"
    COLD = "cold"

    @property
    def is_cold(self) -> bool:
        """Whether we begin it; most rules bind only such texts."""
        return self in (Purpose.FIRST_BY_HAND, Purpose.COLD)


# The lower leaves first.
PRIORITY = {Purpose.CONFIRMATION: 0, Purpose.REPLY: 1, Purpose.TEST: 1}
PRIORITY |= {Purpose.FIRST_BY_HAND: 5, Purpose.COLD: 6}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that decides about one text; times are aware, hours local, Monday is weekday 0."""

    # What could open the gate by being forgotten has no default.
    purpose: Purpose
    e164: str
    suppressed_since: datetime | None
    textable: bool
    last_cold_to_number_at: datetime | None
    last_cold_to_household_at: datetime | None
    day_used: int
    day_limit: int
    company_zone: str
    recipient_zones: frozenset[str]
    recipient_states: frozenset[str]
    left_because: str = ""  # why somebody who was to get a text is to get it no more
    last_cold_by: str = ""  # the campaign's name
    is_decided: bool = False  # a person said that the firm's own hours will do
    attested: bool = False
    not_textable_because: str = ""
    last_inbound_at: datetime | None = None
    frequency_days: int = 30
    start_hour: int = 9
    end_hour: int = 18
    weekdays: frozenset[int] = frozenset(range(5))


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
