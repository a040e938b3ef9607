"""A naive oracle: its own books of the world, and what the purpose table says of one text.

Written from facts/business.md ("Purposes") and facts/compliance.md alone; slow, and plain.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

COMPANY = ZoneInfo("America/New_York")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MONTH = 30 * DAY
CAP = 3
PASSING = ("hours", "hours of their state", "holiday", "number", "household", "cap")
OURS = "attack-a-crack"
# The purpose table: what counts, what hours, the least consent, what a HOLD and a list stop.
COUNTS = ("cold", "first_by_hand")
OFFICE = (*COUNTS, "follow_up")
AUTOMATIC = (*OFFICE, "reminder")
LEAST = {"cold": "attested", "first_by_hand": "attested", "follow_up": "replied",
         "reminder": "customer"}  # fmt: skip
ORDER = ["attested", "replied", "asked", "customer", "written"]
HOLDS = {"attested": 365, "replied": 90, "asked": 90, "customer": 548, "written": 36500}  # days
LISTS_FOR_ALL, LISTS_FOR_STRANGERS = ("internal", "litigator"), ("national", "massachusetts")


def nth(year: int, month: int, weekday: int, which: int) -> date:
    """The which-th such weekday of a month; 0 is the last one."""
    days = [date(year, month, 1) + n * DAY for n in range(31)]
    found = [day for day in days if day.month == month and day.weekday() == weekday]
    return found[which - 1]


def holidays(year: int) -> set[date]:
    """The days off of 5 U.S.C. 6103; on a Saturday it is the Friday before, on a Sunday after."""
    fixed = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
    days = {date(year, month, day) for month, day in fixed} | {date(year + 1, 1, 1)}
    moved = {day - DAY if day.weekday() == 5 else day + DAY for day in days if day.weekday() > 4}
    mondays = {nth(year, 1, 0, 3), nth(year, 2, 0, 3), nth(year, 5, 0, 0), nth(year, 9, 0, 1)}
    return days | moved | mondays | {nth(year, 10, 0, 2), nth(year, 11, 3, 4)}


HOLIDAYS = {day for year in range(2025, 2040) for day in holidays(year)}


@dataclass
class Person:
    """What the books say of one number; `opens` is the hour before which their state forbids."""

    zones: tuple[str, ...]
    house: str = ""
    opens: int = 8
    has_hours: bool = True  # false: no working hour is common to all their clocks
    words: list[tuple[datetime, str]] = field(default_factory=list)  # of STOP and START
    wrote: list[datetime] = field(default_factory=list)
    held: list[datetime] = field(default_factory=list)  # when they wrote what wants eyes
    frozen: bool = False
    gone: bool = False  # the contact was deleted, or never was
    lists: set[str] = field(default_factory=set)
    do_not_call: set[str] = field(default_factory=set)
    consents: list[tuple[str, datetime]] = field(default_factory=list)

    def stopped(self) -> datetime | None:
        """Since when they want no texts: their last word is STOP."""
        last = max(self.words, default=None)
        return last[0] if last and last[1] == "STOP" else None


@dataclass
class Text:
    """A text that waits or left; `left` is when it started, None again if it surely did not."""

    e164: str
    purpose: str
    body: str = ""
    on_list: str = ""  # of its campaign
    campaign: int = 0
    left: datetime | None = None


class Oracle:
    """The books, and the verdict."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.attested: dict[str, datetime] = {}
        self.paused: set[int] = set()
        self.left: dict[int, Text] = {}  # by row

    def forbids(self, row: int, one: Text, at: datetime) -> str:
        """Why this text may not start at this instant; "" when it may."""
        them, purpose = self.people[one.e164], one.purpose
        stopped = them.stopped()
        if purpose == "confirmation":
            since = max(them.words)[0]
            return "a late confirmation" if at - since > 5 * MINUTE else ""
        if stopped:
            return "suppressed"
        if purpose == "help":
            return "HELP twice a day" if self._left_since(row, one.e164, "help", at - DAY) else ""
        if purpose == "reply":
            lately = [when for when in them.wrote if at - when <= 90 * DAY]
            return "" if lately else "no reply to anything"
        lasting = self._automatic(one, them, at) or self._lasting(row, one, them)
        return lasting or self._hours(one, them, at) or self._too_much(row, one, them, at)

    def _automatic(self, one: Text, them: Person, at: datetime) -> str:
        if them.frozen:
            return "frozen"
        if them.gone:
            return "the contact was deleted"
        known = self._strength(them, at)
        for kind in them.do_not_call:
            if kind in LISTS_FOR_ALL or known < ORDER.index("asked"):
                return f"on the {kind} list"
        return "" if known >= ORDER.index(LEAST[one.purpose]) else "consent"

    def _strength(self, them: Person, at: datetime) -> int:
        stops = [when for when, word in them.words if word == "STOP"]
        agreed = [when for when in them.wrote if all(when > bad for bad in (*stops, *them.held))]
        given = [*them.consents, *(("replied", when) for when in agreed)]
        given += [("attested", self.attested[name]) for name in them.lists & set(self.attested)]
        return max((ORDER.index(basis) for basis, since in given
                    if at < since + HOLDS[basis] * DAY), default=-1)  # fmt: skip

    def _hours(self, one: Text, them: Person, at: datetime) -> str:
        theirs = [at.astimezone(ZoneInfo(zone)) for zone in them.zones]
        if one.purpose == "reminder":
            awake = all(max(8, them.opens) <= there.hour < 20 for there in theirs)
            return "" if awake else "hours"
        ours = at.astimezone(COMPANY)
        for there in (*theirs, ours):
            if there.date() in HOLIDAYS:
                return "holiday"
            if there.weekday() > 4 or not 9 <= there.hour < 18:
                return "hours"
        early = any(there.hour < them.opens for there in theirs)
        return "hours of their state" if early else ""

    def _lasting(self, row: int, one: Text, them: Person) -> str:
        """What no hour of the day opens."""
        if not them.has_hours and one.purpose != "reminder":
            return "no common hour"
        if one.purpose not in COUNTS:
            return ""
        if one.campaign in self.paused:
            return "paused"
        if one.on_list and one.on_list not in them.lists:
            return "no longer on the list"
        if them.house and self._answered(one.e164, them.house):
            return "their house has answered"
        is_first = not any(text.e164 == one.e164 and text.left and other != row
                           for other, text in self.left.items())  # fmt: skip
        said = one.body.lower()
        return "wording" if is_first and not (OURS in said and "stop" in said) else ""

    def _too_much(self, row: int, one: Text, them: Person, at: datetime) -> str:
        today, used = at.astimezone(COMPANY).date(), 0
        for other, text in self.left.items():
            if text.left is None or not {text.purpose, one.purpose} <= set(COUNTS):
                continue
            used += text.left.astimezone(COMPANY).date() == today
            if other == row or text.left + MONTH <= at:
                continue
            if text.e164 == one.e164:
                return "number"
            if them.house and self.people[text.e164].house == them.house:
                return "household"
        return "cap" if used >= CAP else ""

    def _answered(self, e164: str, house: str) -> bool:
        """Whether somebody else in this house wrote after a cold text of ours."""
        for text in self.left.values():
            them, left = self.people[text.e164], text.left
            if text.e164 == e164 or them.house != house or left is None:
                continue
            if text.purpose in COUNTS and any(when > left for when in them.wrote):
                return True
        return False

    def is_shy(self, e164: str) -> bool:
        """Whether somebody in the house ever said STOP: the program may then leave all alone."""
        house = self.people[e164].house
        return any(one.words for one in self.people.values() if one.house == house)

    def _left_since(self, row: int, e164: str, purpose: str, since: datetime) -> bool:
        last = list[datetime | None]()
        for other, text in self.left.items():
            if other != row and (text.e164, text.purpose) == (e164, purpose):
                last.append(text.left)
        return any(left is not None and left > since for left in last)
