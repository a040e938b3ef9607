"""What came of it, as the provider saw it; every broken promise is one sentence."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests.chaos.speed import IN_FLIGHT, Limits, dated, over_the_limits
from tests.chaos.world import World, read

ENDED = {"sent", "delivered", "failed", "never", "cancelled"}
Text = dict[str, Any]


def broken(world: World, body_start: str, limits: Limits) -> list[str]:
    """Return the promises that were broken."""
    everything = world.provider.sent()
    cold = [one for one in everything if one["text"].startswith(body_start)]
    moments, wrong = dated(world, cold, everything)
    return [
        *wrong,
        *_twice_or_never(world, cold, everything),
        *_after_a_stop(world, cold),
        *_unsettled(world, everything),
        *over_the_limits(world, cold, moments, limits),
    ]


def _twice_or_never(world: World, cold: list[Text], everything: list[Text]) -> list[str]:
    texted = Counter(one["to"] for one in cold)
    wrong = [f"{to} was texted {times} times" for to, times in texted.items() if times > 1]
    same = Counter((one["to"], one["text"]) for one in everything if one not in cold)
    wrong += [
        f"{to} got {words!r} {times} times" for (to, words), times in same.items() if times > 1
    ]
    places = dict(world.rows("select e164, state from outbox where campaign_id is not null"))
    (everybody,) = world.rows("select count(*) from list_member")[0]
    if everybody != len(places):
        wrong.append(f"of {everybody} people {len(places)} are accounted for")
    for e164, state in places.items():
        if state in ("sent", "delivered") and not texted[e164]:
            wrong.append(f"{e164} is {state} and the provider never heard of it")
        if state in ("never", "cancelled") and texted[e164]:
            wrong.append(f"{e164} is {state} and was texted all the same")
    return wrong


def _after_a_stop(world: World, cold: list[Text]) -> list[str]:
    statement = (
        "select s.e164, s.source, min(d.received_at) from suppression s left join delivery d"
        " on d.body like '%' || s.e164 || '%' and (d.body like '%21610%'"
        "   or d.kind = 'message.received' and d.body like '%STOP%') group by s.e164, s.source"
    )
    # Who said it at the door has no delivery: not one text may go. Whose STOP never came is known
    # from a refusal of the provider, who lets nothing through from then on.
    unheard = {"person": datetime.min.replace(tzinfo=UTC)}
    never = datetime.max.replace(tzinfo=UTC) - IN_FLIGHT
    stopped = {e164: at or unheard.get(source, never) for e164, source, at in world.rows(statement)}
    return [
        f"{one['to']} was texted after a STOP"
        for one in cold
        if one["to"] in stopped and read(one["wall_at"]) > stopped[one["to"]] + IN_FLIGHT
    ]


def _unsettled(world: World, everything: list[Text]) -> list[str]:
    """Every text has an end, or a person has to decide; every sent one its receipt or none."""
    rows = world.rows(
        "select e164, purpose, state, provider_id, receipt_checks from outbox"
        " where not (is_for_person and state in ('waiting', 'uncertain'))"
    )
    wrong = [f"{to}: a {what} text was left {state}" for to, what, state, *_ in rows
             if state not in ENDED]  # fmt: skip
    theirs = {one["id"]: one["status"] for one in everything}
    for to, _, state, provider_id, checks in rows:
        found = theirs.get(provider_id, "")
        if state == "sent" and checks < 3:
            wrong.append(f"{to}: sent, without a receipt, asked for {checks} times")
        if state == "sent" and found != "sent":
            wrong.append(f"{to}: unconfirmed here, {found} at the provider")
    return wrong
