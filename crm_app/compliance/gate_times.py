"""The gate's rules of time: hours on every clock, days, frequency, the day's cap, the night."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from crm_app.compliance.facts import Facts, Purpose
from crm_app.compliance.windows import DAYS, Clock, common_opening, place, say
from crm_app.contacts.phones import TOLL_FREE, is_toll_free

NO_CLOCK = "nobody knows what time it is where they are"


def day_words(at: datetime, zone: str) -> str:
    """A date for a sentence that is kept for years, on the clock of `zone`: "3 May 2026"."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%B %Y}"


def _clocks(facts: Facts) -> tuple[Clock, ...]:
    """Theirs, in office hours then ours. Source: facts/business.md "hours"; quiet_hours.toml."""
    zones, states, kind = facts.recipient_zones, facts.recipient_states, facts.binds.hours
    if facts.purpose is Purpose.REPLY:
        return _theirs(zones, states, (8, 21))
    if kind == "day":
        decided = {facts.company_zone} if facts.is_decided and not zones else set[str]()
        return _theirs(zones | decided, states, (8, 20), is_bound_by_law=True)
    if not (zones or facts.is_decided) or not kind:
        return ()
    wanted = (facts.start_hour, facts.end_hour, facts.weekdays, True)
    ours = Clock(facts.company_zone, *wanted, is_ours=True)
    return (*_theirs(zones, states, wanted, is_bound_by_law=True), ours)


@lru_cache(maxsize=1024)
def _theirs(
    zones: frozenset[str], states: frozenset[str], wanted: Any, *, is_bound_by_law: bool = False
) -> tuple[Clock, ...]:
    law = partial(Clock, is_bound_by_law=is_bound_by_law, states=states)
    return tuple(law(zone, *wanted) for zone in sorted(zones))


def known_clock(facts: Facts, _now: datetime) -> str | None:
    """Without any clock of theirs a person decides. Source: facts/compliance.md C3."""
    if facts.recipient_zones or facts.is_decided or not facts.binds.hours:
        return None
    return NO_CLOCK


def common_hour(facts: Facts, now: datetime) -> str | None:
    """All clocks must be open at once some time. Source: facts/business.md, the clocks."""
    clocks = _clocks(facts)
    if not facts.binds.hours or common_opening(clocks, now) is not None:
        return None
    if is_toll_free(facts.e164):
        return f"no common hour: {TOLL_FREE}"
    where = " and ".join(dict.fromkeys(place(clock) for clock in clocks if not clock.is_ours))
    return f"no common hour: our open hours and those in {where} never meet"


def hours(facts: Facts, now: datetime) -> str | None:
    """Every clock is open. Source: facts/business.md, C3; 47 CFR 64.1200(c)(1); 5 U.S.C. 6103."""
    clocks = _clocks(facts)
    opening = common_opening(clocks, now) if facts.binds.hours else None
    closed = [(c.opens(now) or now, c) for c in clocks if not c.is_open(now)] if opening else []
    if opening is None or not closed:  # common_hour says that nothing opens
        return None
    _opens, longest = max(closed, key=lambda found: found[0])
    off = longest.day_off(longest.local(now).date())
    what = "" if off is None else f"closed on {off}: " if off in DAYS else f"closed for {off}: "
    return f"{what}opens {say(longest, opening, now)}"


def _texted(last: datetime | None, facts: Facts, now: datetime) -> str | None:
    """When the last cold text went, if that is too lately for another one."""
    pause = timedelta(days=facts.frequency_days)
    if last is None or not facts.purpose.is_cold or last + pause <= now:
        return None
    return f"texted on {day_words(last, facts.company_zone)}"


def number_frequency(facts: Facts, now: datetime) -> str | None:
    """One cold text a number in 30 days (setting). Source: facts/business.md, "frequency"."""
    told = _texted(facts.last_cold_to_number_at, facts, now)
    return told and told + (f" by {facts.last_cold_by}" if facts.last_cold_by else "")


def household_frequency(facts: Facts, now: datetime) -> str | None:
    """One cold text a household in 30 days (setting). Source: facts/business.md, "frequency"."""
    told = _texted(facts.last_cold_to_household_at, facts, now)
    return told and f"somebody else in this house was {told}"


def daily_cap(facts: Facts, _now: datetime) -> str | None:
    """125 cold texts a company day and number over all campaigns. Source: facts/business.md."""
    if not facts.purpose.is_cold or facts.day_used < facts.day_limit:
        return None
    return f"{facts.day_used} of today's {facts.day_limit} cold texts are used"


def night(facts: Facts, now: datetime) -> str | None:
    """A reply between 21:00 and 8:00 on their clock asks first. Source: facts/business.md."""
    is_reply = facts.purpose is Purpose.REPLY
    asleep = [clock for clock in _clocks(facts) if is_reply and not clock.is_open(now)]
    if not asleep:
        return None
    there = asleep[0].local(now)
    return f"it is {there.hour}:{there:%M} in {place(asleep[0])}: now, or at 8:00?"


def opening(facts: Facts, now: datetime) -> datetime | None:
    """The first instant (UTC) that hours, frequency and cap (the next company day) all allow."""
    earliest = [now]
    if facts.purpose.is_cold:
        lasts = filter(None, (facts.last_cold_to_number_at, facts.last_cold_to_household_at))
        earliest += [last + timedelta(days=facts.frequency_days) for last in lasts]
    if daily_cap(facts, now) is not None:
        zone = ZoneInfo(facts.company_zone)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        earliest.append(datetime.combine(tomorrow, time(), zone))
    found = common_opening(_clocks(facts), max(earliest).astimezone(UTC))
    return found and found.astimezone(UTC)
