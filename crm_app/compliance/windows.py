"""Which clocks a text must respect, and when all of them are open, also over holidays and DST."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

from crm_app.contacts.addresses import place_of_zip, places, states_in
from crm_app.tables import read_table

SEARCH = timedelta(days=14)  # for a common hour: a week, and one since its days may be holidays
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def law() -> dict[str, Any]:
    """The tables of quiet_hours.toml: `federal`, `states`, `labels` and `names`."""
    return read_table(__file__, "quiet_hours")


@lru_cache(maxsize=4096)
def holiday(day: date) -> str | None:
    """Return the name of the federal holiday (5 U.S.C. 6103) kept on a local date, or None."""
    from holidays import country_holidays  # on first use: it costs 0.1 s and 16 MB

    return country_holidays("US", years=day.year).get(day)


def recipient_zones(e164: str, zips: Iterable[str]) -> frozenset[str]:
    """Return the IANA zones a text must respect: of the area code and of each ZIP (five digits).

    Codes across a border of time have both, toll-free numbers all; empty when nothing is known.
    """
    return _zones_of_exchange(e164[:8]) | {place_of_zip(zip5)[1] for zip5 in zips} - {""}


def recipient_states(e164: str, zips: Iterable[str]) -> frozenset[str]:
    """Return the states (two letters) whose hours a text must respect, as far as known.

    Florida and others presume that a number lives where its area code does (facts C3).
    """
    code, table = _area_code(e164), places()["area_codes"]
    of_number = frozenset(state for state, codes in table.items() if code in codes)
    return of_number | {place_of_zip(zip5)[0] for zip5 in zips} - {""}


@lru_cache(maxsize=65536)
def _zones_of_exchange(start: str) -> frozenset[str]:
    """The zones of a number that starts so: +1, area code, exchange; no US zone hangs on more."""
    code = _area_code(start)
    known = timezone.time_zones_for_number(phonenumbers.parse(f"{start}0100")) if code else ()
    return frozenset({*known, *places()["split"].get(code, ())} - {"Etc/Unknown"})


def _area_code(e164: str) -> str:
    return e164[2:5] if e164.startswith("+1") else ""  # none in another country


@dataclass(frozen=True)
class Clock:
    """Somebody's clock and when it is open: local hours [start, end) on these weekdays.

    `states` narrow it to what the federal rule and those states allow; `is_ours` is the firm's.
    """

    zone: str
    start: int
    end: int
    weekdays: frozenset[int] = frozenset(range(7))
    keeps_holidays: bool = False
    is_bound_by_law: bool = False
    states: frozenset[str] = frozenset()
    is_ours: bool = False

    def local(self, at: datetime) -> datetime:
        """The instant on this clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def day_off(self, day: date) -> str | None:
        """The holiday or weekday for which this local date is closed, or None."""
        rules = (law()["states"].get(state, {}) for state in self.states)
        is_kept = self.is_bound_by_law and any(rule.get("holidays") for rule in rules)
        if (self.keeps_holidays or is_kept) and (name := holiday(day)):
            return name
        return None if day.weekday() in self.weekdays and self.hours(day) else DAYS[day.weekday()]

    def hours(self, day: date) -> range:
        """The open hours of a local date by settings and law, holidays and weekdays apart."""
        start, end = self.start, self.end
        if self.is_bound_by_law:
            kind = {5: "saturday", 6: "sunday"}.get(day.weekday(), "weekday")
            rules = law()["states"]
            for rule in (law()["federal"], *(rules[s] for s in self.states if s in rules)):
                earliest, latest = rule[kind] or (0, 0)
                start, end = max(start, earliest), min(end, latest)
        return range(start, end)

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in the open hours."""
        local = self.local(at)
        return self.day_off(local.date()) is None and local.hour in self.hours(local.date())

    def opens(self, at: datetime) -> datetime | None:
        """The first open instant at or after `at`, in UTC; None when there is none in SEARCH."""
        if self.is_open(at):
            return at
        for ahead in range(SEARCH.days + 1):
            day = self.local(at).date() + timedelta(days=ahead)
            if self.day_off(day):
                continue
            first = time(self.hours(day)[0])
            start = datetime.combine(day, first, ZoneInfo(self.zone)).astimezone(UTC)
            # An hour that the clock skips in spring begins as the next one: maybe closed by then.
            if start >= at and self.is_open(start):
                return start
        return None


@lru_cache(maxsize=4096)
def common_opening(clocks: tuple[Clock, ...], at: datetime) -> datetime | None:
    """The first instant at or after `at` when all clocks are open; None when none is in SEARCH."""
    found = at
    while found <= at + SEARCH:
        openings = [clock.opens(found) for clock in clocks]
        if None in openings:
            return None
        latest = max([found, *filter(None, openings)])
        if latest == found:
            return found
        found = latest
    return None


def place(clock: Clock) -> str:
    """Where a clock is, for a sentence: "California", "Pacific time", "Guam"."""
    here = clock.states & states_in(clock.zone)
    if len(here) == 1:
        return str(law()["names"].get(*here, clock.zone))
    return str(law()["labels"].get(clock.zone, clock.zone.rpartition("/")[2].replace("_", " ")))


def say(clock: Clock, opening: datetime, now: datetime) -> str:
    """When and where something opens: "9:00 on Monday in California", "9:00 today, our time"."""
    there, today = clock.local(opening), clock.local(now).date()
    ahead = (there.date() - today).days
    day = "today" if ahead == 0 else f"on {DAYS[there.weekday()]}"
    day += f" {there.day} {there:%B}" if ahead > 6 else ""
    where = ", our time" if clock.is_ours else f" in {place(clock)}"
    return f"{there.hour}:{there:%M} {day}{where}"
