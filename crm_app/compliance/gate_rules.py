"""The gate's rules of people: who said stop, what they consented to, what a first text says."""

import re
from datetime import datetime, timedelta

from crm_app.compliance.facts import STRENGTH, Basis, Facts, Purpose
from crm_app.compliance.gate_times import day_words
from crm_app.tables import read_table

CONFIRM_WITHIN = timedelta(minutes=5)
REPLY_WITHIN_DAYS = 90
HELP_EVERY = timedelta(days=1)
LISTED = read_table(__file__, "listed")  # name, binds_known, stale_days
_BASES = read_table(__file__, "bases")
BASES: dict[str, str] = _BASES["names"]
DAYS: dict[str, int] = _BASES["days"]  # for how long a basis holds, 0: for ever


# "Reply STOP to end", "text STOP if you mind": not "we stop leaks". Source: CTIA 2023 §5.1.3.
_TELLS_STOP = re.compile(
    r"\b(?:reply|text|txt|send|write|say|answer)\W+(?:\w+\W+){0,2}?stop\b"
    r"|\bstop\W+(?:to|2|ends|if)\b",
    re.IGNORECASE,
)


def introduces(body: str, company: str) -> tuple[bool, bool]:
    """Say of a text whether it names the firm, and whether it says how to stop."""
    return company.casefold() in body.casefold(), bool(_TELLS_STOP.search(body))


def suppression(facts: Facts, now: datetime) -> str | None:
    """Nobody who opted out is texted, but for one confirmation (by its index) within 5 minutes.

    Source: 47 CFR 64.1200(a)(10) and (12), FCC 24-24; no end of time (Virginia SB 1339: 10 years).
    """
    since = facts.suppressed_since
    if since is None or facts.purpose is Purpose.MONITOR:
        return None
    if facts.purpose is Purpose.CONFIRMATION:
        late = now - since > CONFIRM_WITHIN
        return "opted out more than 5 minutes ago: too late for the confirmation" if late else None
    advice = ": call them, or they text START" if facts.purpose is Purpose.REPLY else ""
    return f"opted out on {day_words(since, facts.company_zone)}{advice}"


def own_number(facts: Facts, _now: datetime) -> str | None:
    """The monitor texts only ourselves. Source: facts/business.md, purpose "monitor"."""
    is_foreign = facts.purpose is Purpose.MONITOR and not facts.is_ours
    return "not a number of the firm's own" if is_foreign else None


def do_not_call(facts: Facts, now: datetime) -> str | None:
    """Listed numbers get nothing automatic; some lists spare whom we know (an EBR).

    Source: 47 CFR 64.1200(c)(2) and (d), (f)(5); M.G.L. c. 159C; 201 CMR 12. See listed.toml.
    """
    if not facts.binds.is_automatic:
        return None
    is_known = strongest(facts, now) >= STRENGTH[Basis.ASKED]
    for kind, row in LISTED.items():
        if kind in facts.on_lists and (row["binds_known"] or not is_known):
            return f"on {row['name']}"
    return None


def audience(facts: Facts, _now: datetime) -> str | None:
    """Who left the list or the house gets none, nor does an answered house. Source: business.md."""
    return facts.left_because or None if facts.purpose.is_cold else None


def line_type(facts: Facts, _now: datetime) -> str | None:
    """A line that takes no texts gets none that we begin. Source: facts/propertyradar.md §1.5."""
    if facts.textable or not facts.binds.is_automatic:
        return None
    return facts.not_textable_because or "this line takes no texts"


def once(facts: Facts, now: datetime) -> str | None:
    """HELP is answered once a day. Source: facts/business.md, "frequency" of HELP."""
    last = facts.last_help_at
    if facts.purpose is not Purpose.HELP or last is None or now - last >= HELP_EVERY:
        return None
    return "HELP was answered within the last day"


def frozen(facts: Facts, now: datetime) -> str | None:
    """What they wrote wants a person first. Source: facts/compliance.md C2, "safe policy"."""
    since = facts.frozen_since
    if since is None or not facts.binds.is_automatic:
        return None
    return f"frozen since {day_words(since, facts.company_zone)}: look at what they wrote"


def strongest(facts: Facts, now: datetime) -> int:
    """The strength of the best basis that holds at `now`."""
    valid = (one for one in facts.consents if one.until is None or now < one.until)
    return max((STRENGTH[one.basis] for one in valid), default=0)


def consent(facts: Facts, now: datetime) -> str | None:
    """A purpose needs a basis: one, one that still holds, one that is strong enough.

    Source: facts/business.md "Consent" and the column "consent at least"; bases.toml for how long.
    """
    needed = facts.binds.consent
    best = strongest(facts, now)
    if best >= STRENGTH[needed]:
        return None
    ended = [one for one in facts.consents if one.until and one.until <= now
             and STRENGTH[one.basis] >= STRENGTH[needed]]  # fmt: skip
    if ended:
        last = max(ended, key=lambda one: one.until or now)
        on = day_words(last.until or now, facts.company_zone)
        return f"their consent ended on {on}: {BASES[last.basis]}"
    if best == 0 and facts.purpose is Purpose.COLD:
        return "nobody has attested the right to text this list"
    if best == 0:
        return f"it takes “{BASES[needed]}”, and no consent is known: note one at the contact"
    has = next(name for basis, name in BASES.items() if STRENGTH[Basis(basis)] == best)
    return f"it takes “{BASES[needed]}”; of this number we have “{has}”"


def wrote_lately(facts: Facts, now: datetime) -> str | None:
    """A reply answers a text of the last 90 days. Source: facts/business.md, purpose "reply"."""
    last, limit = facts.last_inbound_at, timedelta(days=REPLY_WITHIN_DAYS)
    if facts.purpose is not Purpose.REPLY or (last and now - last <= limit):
        return None
    if last is None:
        return "they have not written to us: this would be a first text"
    return f"they last wrote {(now - last).days} days ago: after {REPLY_WITHIN_DAYS} it is no reply"


def campaign_state(facts: Facts, _now: datetime) -> str | None:
    """What belongs to a paused campaign waits. Source: facts/business.md, Roles (start or stop)."""
    return "campaign is paused" if facts.is_paused else None


def first_text(facts: Facts, _now: datetime) -> str | None:
    """The first text to a number says who we are and how to stop. Source: CTIA 2023 §5.1; C1."""
    if not facts.is_first or not facts.purpose.is_cold or (facts.names_us and facts.tells_stop):
        return None
    name = facts.company or "the firm's name"
    return f"a first text says who we are and how to stop: write {name} and “Reply STOP to end”"
