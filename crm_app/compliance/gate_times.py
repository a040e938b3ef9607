"""The gate's rules of time: hours on every clock, days, frequency, the day's cap, the night."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm_app.compliance.facts import Facts
from crm_app.compliance.purposes import TERMS, Hours
from crm_app.compliance.windows import DAYS, Clock, common_opening, place, say
from crm_app.contacts.phones import TOLL_FREE, is_toll_free

REMINDER_HOURS = (8, 20)
WAKING_HOURS = (8, 21)


def day_words(at: datetime, now: datetime, zone: str) -> str:
    """A date for a sentence, on the clock of `zone`: "3 May", or "3 May 2025" in another year."""
    there, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    year = "" if there.year == today.year else f" {there.year}"
    return f"{there.day} {there:%B}{year}"


@lru_cache(maxsize=256)
def _clocks(facts: Facts) -> tuple[Clock, ...]:
    """The clocks that must be open for this text: theirs, then ours; none for one that always may.

    Source: facts/business.md, column "hours"; state hours: quiet_hours.toml.
    """
    theirs = sorted(facts.recipient_zones)
    kind = TERMS[facts.purpose].hours
    if kind is Hours.ALWAYS or not theirs:
        return ()
    if kind is Hours.DAYTIME:
        return tuple(Clock(z, *REMINDER_HOURS, states=facts.recipient_states) for z in theirs)
    if kind is Hours.ASKS_AT_NIGHT:
        return tuple(Clock(z, *WAKING_HOURS, states=facts.recipient_states) for z in theirs)
    wanted = (facts.start_hour, facts.end_hour, facts.weekdays, True)
    states = facts.recipient_states
    ours = Clock(facts.company_zone, *wanted, is_ours=True)
    return (*(Clock(z, *wanted, is_bound_by_law=True, states=states) for z in theirs), ours)


def _must_wait(facts: Facts) -> bool:
    """Whether hours bind this purpose at all (at night a reply only asks)."""
    return TERMS[facts.purpose].hours in (Hours.BUSINESS, Hours.DAYTIME)


def known_clock(facts: Facts, _now: datetime) -> str | None:
    """Without any clock of theirs a person decides. Source: facts/compliance.md C3."""
    if facts.recipient_zones or not _must_wait(facts):
        return None
    return "nobody knows what time it is where they are"


def common_hour(facts: Facts, now: datetime) -> str | None:
    """All clocks must be open at once some time. Source: facts/business.md, the clocks."""
    clocks = _clocks(facts)
    if not _must_wait(facts) or common_opening(clocks, now) is not None:
        return None
    if is_toll_free(facts.e164):
        return f"no common hour: {TOLL_FREE}"
    where = " and ".join(dict.fromkeys(place(clock) for clock in clocks if not clock.is_ours))
    return f"no common hour: our open hours and those in {where} never meet"


def _closed(facts: Facts, now: datetime, *, by: str) -> tuple[Clock, str, str] | None:
    """The clock that is closed longest by holiday, weekday or hours: it, what is on, the opening.

    None when no clock is closed by that, or when nothing opens at all (common_hour says so).
    """
    if not _must_wait(facts):
        return None
    opening = common_opening(_clocks(facts), now)
    found: list[tuple[datetime, Clock, str]] = []
    for clock in _clocks(facts):
        off = clock.day_off(clock.local(now).date())
        why = "hours" if off is None else "weekday" if off in DAYS else "holiday"
        if why == by and not clock.is_open(now):
            found.append((clock.opens(now) or now, clock, off or ""))
    if not found or opening is None:
        return None
    _when, clock, off = max(found, key=lambda closed: closed[0])
    return clock, off, say(clock, opening, now)


def holiday(facts: Facts, now: datetime) -> str | None:
    """None on federal holidays, here or there. Source: facts/business.md; 5 U.S.C. 6103."""
    closed = _closed(facts, now, by="holiday")
    return closed and f"closed for {closed[1]}: opens {closed[2]}"


def weekday(facts: Facts, now: datetime) -> str | None:
    """Only on the settings' weekdays, and none where a state forbids it. Source: facts C3."""
    closed = _closed(facts, now, by="weekday")
    return closed and f"closed on {closed[1]}: opens {closed[2]}"


def hours(facts: Facts, now: datetime) -> str | None:
    """Inside the hours of every clock. Source: 47 CFR 64.1200(c)(1), state rules, facts C3."""
    closed = _closed(facts, now, by="hours")
    return closed and f"opens {closed[2]}"


def _frequency_end(last: datetime | None, facts: Facts) -> datetime | None:
    """When the next cold text is free again after the last one."""
    if last is None or not TERMS[facts.purpose].is_cold:
        return None
    return last + timedelta(days=facts.frequency_days)


def _texted(last: datetime | None, by: str, facts: Facts, now: datetime) -> str | None:
    """When and by which campaign the last cold text went, if too lately."""
    end = _frequency_end(last, facts)
    if last is None or end is None or end <= now:
        return None
    zone = ZoneInfo(facts.company_zone)
    days = (now.astimezone(zone).date() - last.astimezone(zone).date()).days
    when = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    return f"texted {when}" + (f" by {by}" if by else "")


def number_frequency(facts: Facts, now: datetime) -> str | None:
    """One cold text a number in 30 days (setting). Source: facts/business.md, "frequency"."""
    return _texted(facts.last_cold_to_number_at, facts.last_cold_to_number_by, facts, now)


def household_frequency(facts: Facts, now: datetime) -> str | None:
    """One cold text a household in 30 days (setting). Source: facts/business.md, "frequency"."""
    last, by = facts.last_cold_to_household_at, facts.last_cold_to_household_by
    told = _texted(last, by, facts, now)
    return told and f"somebody else in this house was {told}"


def daily_cap(facts: Facts, _now: datetime) -> str | None:
    """125 cold texts a company day and number over all campaigns. Source: facts/business.md."""
    if not TERMS[facts.purpose].is_cold or facts.day_used < facts.day_limit:
        return None
    return f"{facts.day_used} of today's {facts.day_limit} cold texts are used"


def night(facts: Facts, now: datetime) -> str | None:
    """A reply between 21:00 and 8:00 on their clock asks first. Source: facts/business.md."""
    if TERMS[facts.purpose].hours is not Hours.ASKS_AT_NIGHT or facts.night_confirmed:
        return None
    asleep = [clock for clock in _clocks(facts) if not clock.is_open(now)]
    if not asleep:
        return None
    there = asleep[0].local(now)
    return f"it is {there.hour}:{there:%M} in {place(asleep[0])}: now, or at 8:00?"


def opening(facts: Facts, now: datetime) -> datetime | None:
    """The first instant (UTC) at which hours, frequency and cap all allow; None when unknown.

    A used-up cap opens with the next company day.
    """
    earliest = [now]
    for last in (facts.last_cold_to_number_at, facts.last_cold_to_household_at):
        earliest += filter(None, [_frequency_end(last, facts)])
    if daily_cap(facts, now) is not None:
        zone = ZoneInfo(facts.company_zone)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        earliest.append(datetime.combine(tomorrow, time(), zone))
    found = common_opening(_clocks(facts), max(earliest).astimezone(UTC))
    return found and found.astimezone(UTC)
