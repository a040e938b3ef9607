"""When texts left, as the provider saw it: hours, the day's cap, the pace, the line, requests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_app.compliance.windows import holiday, recipient_zones
from crm_app.terminal import say
from tests.chaos.world import World, read

COMPANY = ZoneInfo("America/New_York")
IN_FLIGHT = timedelta(seconds=12)  # a call's time-out is 10 s; what began before may still arrive
# A call that was slow on the wire comes nearer to the next one, on a machine with two cores.
LATE_FOR_PACE, LATE_FOR_LINE = timedelta(seconds=3), timedelta(seconds=0.25)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
Moments = dict[str, datetime]


@dataclass(frozen=True)
class Limits:
    """What was set: the start, cold texts a day, seconds between two, the line's speed."""

    begins: datetime
    cap: int
    seconds: float
    a_second: int
    a_minute: int


def dated(world: World, cold: list[Any], everything: list[Any]) -> tuple[Moments, list[str]]:
    """Return the business time of each text by its id, and what is wrong with them.

    It is the provider's `at`. The sandbox has two clocks: a player killed between moving ours and
    telling the provider leaves it behind for a moment; of those few texts ours is taken.
    """
    ours = dict(world.rows("select e164, started_at from outbox where campaign_id is not null"))
    moments, wrong, behind = {one["id"]: read(one["at"]) for one in everything}, list[str](), 0
    for one in cold:
        started = ours.get(one["to"])
        if started is None:
            wrong.append(f"{one['to']} was texted, and here it never left")
        elif abs(moments[one["id"]] - started) > IN_FLIGHT:
            moments[one["id"]], behind = started, behind + 1
    say(f"  {behind} texts were dated between two moves of the clocks")
    if behind > 1 + world.kills / 10:
        wrong.append(f"the provider dated {behind} texts otherwise than we did")
    return moments, wrong


def crossed(begins: datetime, moments: Moments) -> list[str]:
    """Say which nights, weekends and changes of the clock the texts went over."""
    days = sorted({begins.date()} | {at.astimezone(COMPANY).date() for at in moments.values()})
    nights = (days[-1] - days[0]).days
    weekends = sum((days[0] + timedelta(n)).weekday() == 6 for n in range(nights))
    noon = [datetime(day.year, day.month, day.day, 12, tzinfo=COMPANY) for day in days]
    changes = len({at.utcoffset() for at in noon}) - 1
    said = f"{nights} nights, {weekends} weekends, {changes} change of the clock"
    say(f"  texts on {len(days)} days, {days[0]} to {days[-1]}: over {said}")
    return [] if nights and weekends and changes else ["the run crossed too little"]


def over_the_limits(
    world: World, cold: list[Any], moments: Moments, limits: Limits
) -> Iterator[str]:
    """Yield what left at the wrong time or too fast."""
    yield from crossed(limits.begins, moments)
    for one in cold:
        zones = {COMPANY.key, *recipient_zones(one["to"], ["02169"])}
        for at in (moments[one["id"]].astimezone(ZoneInfo(zone)) for zone in zones):
            if at.weekday() > 4 or not 9 <= at.hour < 18 or holiday(at.date()):
                yield f"{one['to']} was texted at {at:%a %H:%M %Z}"
    yield from _days(world, cold, moments, limits.cap)
    yield from _too_near("cold texts", [moments[one["id"]] for one in cold], 1,
                         timedelta(seconds=0.75 * limits.seconds) - LATE_FOR_PACE)  # fmt: skip
    every = list(moments.values())
    yield from _too_near("texts", every, limits.a_second, SECOND - LATE_FOR_LINE)
    yield from _too_near("texts", every, limits.a_minute, MINUTE)
    walls = [read(one["wall_at"]) for one in world.provider.sent()]
    yield from _too_near("calls", walls, 10, SECOND)
    speed = world.provider.http.get("speed").json()
    say(f"  {speed['most_in_a_second']} requests at most in a second, reads included")
    if speed["too_fast"]:
        yield f"{speed['too_fast']} requests were more than 10 in a second"


def _too_near(what: str, moments: Sequence[datetime], most: int, span: timedelta) -> Iterator[str]:
    """Yield where more than `most` are less than `span` apart."""
    ordered = sorted(moments)
    for first, last in zip(ordered, ordered[most:], strict=False):
        if last - first < span:
            yield f"{most + 1} {what} in {(last - first).total_seconds():.2f} s at {first}"


def _days(world: World, cold: list[Any], moments: Moments, cap: int) -> Iterator[str]:
    days = Counter(moments[one["id"]].astimezone(COMPANY).date() for one in cold)
    counted = Counter(dict(world.rows("select day, used from day_cap where used > 0")))
    # What nobody knows keeps its slot, since it may have left.
    texted = {one["to"] for one in cold}
    for to, at in world.rows("select e164, started_at from outbox where state = 'uncertain'"):
        counted[at.astimezone(COMPANY).date()] -= to not in texted
    yield from (f"{day}: {n} texts of {cap}" for day, n in days.items() if n > cap)
    yield from (
        f"{day}: counted {counted[day]}, the provider saw {days[day]}"
        for day in days.keys() | counted.keys()
        if counted[day] != days[day]
    )
