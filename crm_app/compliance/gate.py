"""The gate: may a text go now, by which rules, else from when. It reads only its arguments."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from crm_app.compliance import gate_times as times
from crm_app.compliance.facts import Decision, Facts, Purpose, Reason

RULES_VERSION = "1"
CONFIRM_WITHIN = timedelta(minutes=5)
REPLY_WITHIN_DAYS = 90
Rule = Callable[[Facts, datetime], str | None]


def suppression(facts: Facts, now: datetime) -> str | None:
    """Nobody who opted out is texted, but for one confirmation (by its index) within 5 minutes.

    Source: 47 CFR 64.1200(a)(10) and (12), FCC 24-24; no end of time (Virginia SB 1339: 10 years).
    """
    since = facts.suppressed_since
    if since is None:
        return None
    if facts.purpose is Purpose.CONFIRMATION:
        late = now - since > CONFIRM_WITHIN
        return "opted out more than 5 minutes ago: too late for the confirmation" if late else None
    advice = ": call them, or they text START" if facts.purpose is Purpose.REPLY else ""
    return f"opted out on {times.day_words(since, now, facts.company_zone)}{advice}"


def textable(facts: Facts, _now: datetime) -> str | None:
    """A line that takes no texts gets none that we begin. Source: facts/propertyradar.md §1.5."""
    if facts.textable or not facts.purpose.is_cold:
        return None
    return facts.not_textable_because or "this line takes no texts"


def audience(facts: Facts, _now: datetime) -> str | None:
    """Who left the list or the house gets none, nor does an answered house. Source: business.md."""
    return facts.left_because or None if facts.purpose.is_cold else None


def attested(facts: Facts, _now: datetime) -> str | None:
    """A bought list waits until somebody attests the right. Source: facts/business.md "Consent"."""
    if facts.attested or not facts.purpose.is_cold:
        return None
    return "nobody has attested the right to text this list"


def wrote_lately(facts: Facts, now: datetime) -> str | None:
    """A reply answers a text of the last 90 days. Source: facts/business.md, purpose "reply"."""
    last, limit = facts.last_inbound_at, timedelta(days=REPLY_WITHIN_DAYS)
    if facts.purpose is not Purpose.REPLY or (last and now - last <= limit):
        return None
    if last is None:
        return "they have not written to us: this would be a first text"
    return f"they last wrote {(now - last).days} days ago: after {REPLY_WITHIN_DAYS} it is no reply"


NEVER = (suppression, textable, audience, times.common_hour)
PERSON = (attested, wrote_lately, times.known_clock)  # no time opens what waits for a person
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
