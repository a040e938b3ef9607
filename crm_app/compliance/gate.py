"""The gate: whether a text may go now, by which rules, and from when if not yet.

Pure: it reads nothing but its arguments. Rules of time stand in gate_times.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from crm_app.compliance import gate_times as times
from crm_app.compliance.facts import Decision, Facts, Reason, from_json, to_json
from crm_app.compliance.purposes import TERMS, Basis, Purpose

__all__ = ["RULES_VERSION", "Decision", "Facts", "Reason", "from_json", "may_send", "to_json"]

RULES_VERSION = "1"
CONFIRM_WITHIN = timedelta(minutes=5)
REPLY_WITHIN_DAYS = 90


class Effect(StrEnum):
    """What it means that a rule has something to say."""

    NEVER = "never"
    PERSON = "person"  # no time opens it: it waits for somebody's act
    WAIT = "wait"
    ASK = "ask"  # does not block


def suppression(facts: Facts, now: datetime) -> str | None:
    """Nobody who opted out is texted, but for one confirmation within 5 minutes.

    Source: 47 CFR 64.1200(a)(10) and (12), FCC 24-24; no end of time (Virginia SB 1339: 10 years).
    """
    since = facts.suppressed_since
    if since is None:
        return None
    if facts.purpose is Purpose.CONFIRMATION and facts.is_confirmation_due:
        if now - since <= CONFIRM_WITHIN:
            return None
        return "opted out more than 5 minutes ago: too late for the confirmation"
    day = times.day_words(since, now, facts.company_zone)
    advice = ": call them, or they text START" if facts.purpose is Purpose.REPLY else ""
    return f"opted out on {day}{advice}"


def answer_due(facts: Facts, _now: datetime) -> str | None:
    """A confirmation or HELP answer goes once, and only to somebody who has just asked for it.

    Source: 47 CFR 64.1200(a)(12); facts/business.md, purpose "confirmation".
    """
    if TERMS[facts.purpose].basis is not Basis.DUE or facts.is_confirmation_due:
        return None
    return "their text has been answered already"


def own_number(facts: Facts, _now: datetime) -> str | None:
    """The health test texts the firm's own numbers only. Source: facts/business.md, "monitor"."""
    if TERMS[facts.purpose].basis is not Basis.OWN_NUMBER or facts.is_own_number:
        return None
    return "a health test goes to our own numbers only"


def textable(facts: Facts, _now: datetime) -> str | None:
    """A line that takes no texts gets none that we begin. Source: facts/propertyradar.md §1.5."""
    if facts.textable or not TERMS[facts.purpose].may_freeze:
        return None
    return facts.not_textable_because or "this line takes no texts"


def frozen(facts: Facts, _now: datetime) -> str | None:
    """A HOLD stops what the program begins, not a person's reply. Source: facts/business.md."""
    if not facts.frozen or not TERMS[facts.purpose].may_freeze:
        return None
    return "on hold: somebody has to read their last text first"


def campaign_running(facts: Facts, _now: datetime) -> str | None:
    """A campaign's texts go only while it runs. Source: design.md §8, states of a campaign."""
    if facts.purpose is not Purpose.COLD or facts.campaign_running:
        return None
    return "the campaign is not running"


def attested(facts: Facts, _now: datetime) -> str | None:
    """A bought list is texted only after somebody attested the right to.

    Source: facts/business.md "Consent"; OpenPhone's fair use forbids cold texts without consent.
    """
    if TERMS[facts.purpose].basis is not Basis.ATTESTED or facts.attested:
        return None
    return "nobody has attested the right to text this list"


def consent(facts: Facts, _now: datetime) -> str | None:
    """A follow-up needs somebody who wrote or bought, a reminder a customer.

    Source: facts/business.md, column "consent at least".
    """
    basis = TERMS[facts.purpose].basis
    if basis is Basis.CUSTOMER and not facts.is_customer:
        return "not a customer: reminders are for customers"
    if basis is Basis.REPLIED and facts.last_inbound_at is None and not facts.is_customer:
        return "they never wrote, asked or bought"
    return None


def wrote_lately(facts: Facts, now: datetime) -> str | None:
    """A reply answers a text of the last 90 days. Source: facts/business.md, purpose "reply"."""
    if TERMS[facts.purpose].basis is not Basis.WROTE_LATELY:
        return None
    last = facts.last_inbound_at
    if last is None:
        return "they have not written to us: this would be a first text"
    if now - last <= timedelta(days=REPLY_WITHIN_DAYS):
        return None
    return f"they last wrote {(now - last).days} days ago: after {REPLY_WITHIN_DAYS} it is no reply"


Rule = Callable[[Facts, datetime], str | None]
RULES: dict[str, tuple[Effect, Rule]] = {
    "suppression": (Effect.NEVER, suppression),
    "answer_due": (Effect.NEVER, answer_due),
    "own_number": (Effect.NEVER, own_number),
    "textable": (Effect.NEVER, textable),
    "common_hour": (Effect.NEVER, times.common_hour),
    "attested": (Effect.PERSON, attested),
    "consent": (Effect.PERSON, consent),
    "wrote_lately": (Effect.PERSON, wrote_lately),
    "frozen": (Effect.PERSON, frozen),
    "campaign_running": (Effect.PERSON, campaign_running),
    "known_clock": (Effect.PERSON, times.known_clock),
    "holiday": (Effect.WAIT, times.holiday),
    "weekday": (Effect.WAIT, times.weekday),
    "hours": (Effect.WAIT, times.hours),
    "number_frequency": (Effect.WAIT, times.number_frequency),
    "household_frequency": (Effect.WAIT, times.household_frequency),
    "daily_cap": (Effect.WAIT, times.daily_cap),
    "night": (Effect.ASK, times.night),
}


def may_send(facts: Facts, now: datetime) -> Decision:
    """Decide about one text at `now` (aware business time) and say why.

    The reasons are those of the rules against it, gravest first; all blocking rules are asked.
    """
    if now.tzinfo is None:
        raise ValueError("may_send needs an aware time")
    now = now.astimezone(UTC)
    found = [
        (effect, Reason(name, text))
        for name, (effect, rule) in RULES.items()
        if (text := rule(facts, now)) is not None
    ]
    effects = {effect for effect, _reason in found}
    only_time = bool(effects) and not effects & {Effect.NEVER, Effect.PERSON}
    return Decision(
        allowed=effects <= {Effect.ASK},
        reasons=tuple(reason for _effect, reason in found),
        opens_at=times.opening(facts, now) if only_time else None,
        never=Effect.NEVER in effects,
    )
