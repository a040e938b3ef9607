"""What a text is for, and the table of which rule binds which purpose (facts/business.md)."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """Why a text is sent, in the words of the purpose table."""

    CONFIRMATION = "confirmation"
    REPLY = "reply"
    REMINDER = "reminder"
    FOLLOW_UP = "follow_up"  # a cold sequence's next step is COLD, not this
    FIRST_BY_HAND = "first_by_hand"
    COLD = "cold"
    MONITOR = "monitor"


class Hours(StrEnum):
    """Which clocks a purpose asks."""

    ALWAYS = "always"
    ASKS_AT_NIGHT = "asks at night"  # 21:00 to 8:00 on their clock: now, or at 8:00?
    DAYTIME = "daytime"  # any day, 8:00 to 20:00 on their clock
    BUSINESS = "business"  # the settings' hours and days, on our clock and theirs, no holidays


class Basis(StrEnum):
    """What must be on record before such a text may go."""

    NONE = "none"
    OWN_NUMBER = "own number"
    DUE = "due"  # an opt-out, START or HELP that was not answered yet
    WROTE_LATELY = "wrote lately"
    CUSTOMER = "customer"
    REPLIED = "replied"  # wrote, asked or bought
    ATTESTED = "attested"


@dataclass(frozen=True)
class Terms:
    """One row of the purpose table; the lower `priority` leaves the outbox first."""

    priority: int
    hours: Hours
    basis: Basis
    is_cold: bool = False
    """Counts against the day's cap, once in 30 days a number and a household."""
    may_freeze: bool = True
    """A HOLD on the conversation stops it, and so does a line that takes no texts."""


TERMS: dict[Purpose, Terms] = {
    Purpose.CONFIRMATION: Terms(0, Hours.ALWAYS, Basis.DUE, may_freeze=False),
    Purpose.REPLY: Terms(1, Hours.ASKS_AT_NIGHT, Basis.WROTE_LATELY, may_freeze=False),
    Purpose.MONITOR: Terms(2, Hours.ALWAYS, Basis.OWN_NUMBER, may_freeze=False),
    Purpose.REMINDER: Terms(3, Hours.DAYTIME, Basis.CUSTOMER),
    Purpose.FOLLOW_UP: Terms(4, Hours.BUSINESS, Basis.REPLIED),
    Purpose.FIRST_BY_HAND: Terms(5, Hours.BUSINESS, Basis.ATTESTED, is_cold=True),
    Purpose.COLD: Terms(6, Hours.BUSINESS, Basis.ATTESTED, is_cold=True),
}
