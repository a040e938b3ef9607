"""What came of it, as the provider saw it; every broken promise is one sentence."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_app.compliance.windows import holiday
from tests.chaos.world import World, read

COMPANY = ZoneInfo("America/New_York")
IN_FLIGHT = timedelta(seconds=12)  # a call that began before a STOP was kept may still arrive
ENDED = {"sent", "delivered", "failed", "never", "cancelled"}


def broken(world: World, body_start: str, cap: int) -> list[str]:
    """Return the promises that were broken."""
    everything = world.provider.sent()
    cold = [one for one in everything if one["text"].startswith(body_start)]
    return [
        *_twice_or_never(world, cold),
        *_after_a_stop(world, cold),
        *_out_of_hours(cold),
        *_over_the_caps(world, cold, everything, cap),
    ]


def _twice_or_never(world: World, cold: list[dict[str, Any]]) -> list[str]:
    texted = Counter(one["to"] for one in cold)
    wrong = [f"{to} was texted {times} times" for to, times in texted.items() if times > 1]
    places = dict(world.rows("select e164, state from outbox where campaign_id is not null"))
    (everybody,) = world.rows("select count(*) from list_member")[0]
    if everybody != len(places):
        wrong.append(f"of {everybody} people {len(places)} are accounted for")
    people = "select e164 from outbox where campaign_id is not null and is_for_person"
    asked = {e164 for (e164,) in world.rows(people)}
    for e164, state in places.items():
        if state not in ENDED and e164 not in asked:
            wrong.append(f"{e164} was left {state}")
        if state in ("sent", "delivered") and not texted[e164]:
            wrong.append(f"{e164} is {state} and the provider never heard of it")
        if state in ("never", "cancelled") and texted[e164]:
            wrong.append(f"{e164} is {state} and was texted all the same")
    return wrong


def _after_a_stop(world: World, cold: list[dict[str, Any]]) -> list[str]:
    statement = (
        "select s.e164, min(d.received_at) from suppression s"
        " left join delivery d on d.kind = 'message.received' and d.body like '%' || s.e164 || '%'"
        " and d.body like '%' || s.because || '%' group by s.e164"
    )
    # Who had said it before the start has no delivery: not one text may go.
    stopped = {e164: at or datetime.min.replace(tzinfo=UTC) for e164, at in world.rows(statement)}
    return [
        f"{one['to']} was texted after a STOP"
        for one in cold
        if one["to"] in stopped and read(one["wall_at"]) > stopped[one["to"]] + IN_FLIGHT
    ]


def _out_of_hours(cold: list[dict[str, Any]]) -> list[str]:
    wrong = []
    for one in cold:
        at = read(one["at"]).astimezone(COMPANY)
        if at.weekday() > 4 or not 9 <= at.hour < 18 or holiday(at.date()):
            wrong.append(f"{one['to']} was texted at {at:%a %H:%M}")
    return wrong


def _over_the_caps(
    world: World, cold: list[dict[str, Any]], everything: list[dict[str, Any]], cap: int
) -> list[str]:
    days = Counter(read(one["at"]).astimezone(COMPANY).date() for one in cold)
    counted = dict(world.rows("select day, used from day_cap where used > 0"))
    # What nobody knows keeps its slot: it may have left.
    for (at,) in world.rows("select started_at from outbox where state = 'uncertain'"):
        counted[at.astimezone(COMPANY).date()] -= 1
    wrong = [f"{day}: {n} texts of {cap}" for day, n in days.items() if n > cap]
    wrong += [
        f"{day}: counted {counted.get(day, 0)}, the provider saw {days[day]}"
        for day in days.keys() | counted.keys()
        if counted.get(day, 0) != days[day]
    ]
    moments = sorted(read(one["wall_at"]) for one in everything)
    for first, eleventh in zip(moments, moments[10:], strict=False):
        if eleventh - first < timedelta(seconds=1):
            wrong.append(f"11 texts within a second at {first}")
    return wrong
