"""The gate: may a text go now, by which rules, else from when. It reads only its arguments."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from crm_app.compliance import gate_rules as rules
from crm_app.compliance import gate_times as times
from crm_app.compliance.facts import Decision, Facts, Reason

RULES_VERSION = "2"
Rule = Callable[[Facts, datetime], str | None]
NEVER = (
    rules.suppression, rules.own_number, rules.do_not_call, rules.audience, rules.line_type,
    rules.once, times.common_hour,
)  # fmt: skip
# No time opens what waits for a person.
PERSON = (
    rules.frozen, rules.consent, rules.wrote_lately, rules.campaign_state, rules.first_text,
    times.known_clock,
)  # fmt: skip
WAIT = (times.number_frequency, times.household_frequency, times.daily_cap, times.hours)
ASK = (times.night,)  # what only asks does not block


def may_send(facts: Facts, now: datetime) -> Decision:
    """Ask every rule about one text at `now` (aware business time); gravest reason first."""
    if now.tzinfo is None:
        raise ValueError("may_send needs an aware time")
    now = now.astimezone(UTC)
    never, person, wait, ask = (_said(rules, facts, now) for rules in (NEVER, PERSON, WAIT, ASK))
    opens_at = times.opening(facts, now) if (wait or ask) and not (never or person) else None
    is_allowed = not (never or person or wait)
    return Decision(is_allowed, never + person + wait + ask, opens_at, bool(never))


def _said(rules: Iterable[Rule], facts: Facts, now: datetime) -> tuple[Reason, ...]:
    said = ((rule.__name__, rule(facts, now)) for rule in rules)
    return tuple(Reason(name, words) for name, words in said if words is not None)
