"""What the gate is told and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from crm_app.tables import read_table


class Purpose(StrEnum):
    """Why a text is sent, in the words of the purpose table (facts/business.md, "Purposes")."""

    CONFIRMATION = "confirmation"
    HELP = "help"
    MONITOR = "monitor"  # to a number of the firm's own, to see that texts arrive
    REPLY = "reply"
    TEST = "test"  # a campaign's text to somebody of the firm
    REMINDER = "reminder"  # also thanks, and asking for a review
    FOLLOW_UP = "follow_up"
    FIRST_BY_HAND = "first_by_hand"
    COLD = "cold"

    @property
    def is_cold(self) -> bool:
        """Whether it counts against the day's cap and the month of a number."""
        return BINDS[self].counts


class Basis(StrEnum):
    """Why we may text a number, the weakest first (facts/business.md, "consent at least")."""

    NONE = "none"
    ATTESTED = "attested"  # on a list that the owner attests
    REPLIED = "replied"
    ASKED = "asked"  # for a quote
    CUSTOMER = "customer"
    WRITTEN = "written"


STRENGTH = {basis: strength for strength, basis in enumerate(Basis)}


@dataclass(frozen=True)
class Consent:
    """A basis that somebody gave at `since`, which holds before `until` (None: for ever)."""

    basis: Basis
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Binding:
    """Which rules bind a purpose; the words are explained in purposes.toml."""

    priority: int
    counts: bool = False
    hours: str = ""
    consent: Basis = Basis.NONE
    is_automatic: bool = False


def _binding(given: dict[str, Any]) -> Binding:
    values: dict[str, Any] = given | {"consent": Basis(given.get("consent", "none"))}
    return Binding(**values)


BINDS = {Purpose(name): _binding(row) for name, row in read_table(__file__, "purposes").items()}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that decides about one text; times are aware, hours local, Monday is weekday 0."""

    # What could open the gate by being forgotten has no default.
    purpose: Purpose
    e164: str
    suppressed_since: datetime | None
    frozen_since: datetime | None
    on_lists: frozenset[str]  # do-not-call lists that name the number, see listed.toml
    consents: tuple[Consent, ...]
    textable: bool
    is_first: bool  # we never texted this number
    names_us: bool
    tells_stop: bool
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
    is_paused: bool = False  # the campaign
    is_ours: bool = False  # a number of the firm's own
    not_textable_because: str = ""
    last_inbound_at: datetime | None = None
    last_help_at: datetime | None = None
    company: str = ""
    frequency_days: int = 30
    start_hour: int = 9
    end_hour: int = 18
    weekdays: frozenset[int] = frozenset(range(5))

    @property
    def binds(self) -> Binding:
        """The row of the purpose table."""
        return BINDS[self.purpose]


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
