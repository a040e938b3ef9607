"""What the gate promises for any facts, and that an opening is the first one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_app.compliance.facts import Basis, Consent, Facts, Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import LISTED
from crm_app.compliance.windows import SEARCH
from tests.compliance.told import CUSTOMER, EASTERN, PACIFIC, at, told

ZONES = [EASTERN, "America/Chicago", "America/Phoenix", PACIFIC, "Pacific/Honolulu"]
STATES = ["MA", "AL", "KY", "TX", "RI", "CA"]
quarters = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 20)).map(  # noqa: DTZ001
    lambda when: when.replace(minute=when.minute // 15 * 15, second=0, microsecond=0, tzinfo=UTC)
)
consents = st.builds(Consent, st.sampled_from(Basis), quarters, st.none() | quarters)
people = st.fixed_dictionaries(
    {
        "recipient_zones": st.frozensets(st.sampled_from(ZONES), min_size=1, max_size=3),
        "recipient_states": st.frozensets(st.sampled_from(STATES), max_size=2),
        "start_hour": st.integers(7, 11),
        "end_hour": st.integers(16, 21),
        "weekdays": st.sampled_from([frozenset(range(5)), frozenset(range(7)), frozenset({1, 4})]),
        "last_cold_to_number_at": st.none() | quarters,
        "last_cold_to_household_at": st.none() | quarters,
        "frequency_days": st.integers(1, 40),
        "day_used": st.sampled_from([0, 124, 125]),
        "suppressed_since": st.none() | quarters,
        "textable": st.booleans(),
        "frozen_since": st.none() | quarters,
        "on_lists": st.frozensets(st.sampled_from(list(LISTED)), max_size=2),
        "consents": st.lists(consents, max_size=3).map(tuple),
        "is_first": st.booleans(),
        "names_us": st.booleans(),
        "last_inbound_at": st.none() | quarters,
    }
)
clear = {"suppressed_since": None, "textable": True, "consents": CUSTOMER, "names_us": True}
clear |= {"frozen_since": None, "on_lists": frozenset()}


def next_day(facts: Facts, now: datetime, then: datetime) -> Facts:
    """The same facts at a later time: a new company day has a new cap."""
    zone = at("2026-01-01").tzinfo
    if then.astimezone(zone).date() == now.astimezone(zone).date():
        return facts
    return replace(facts, day_used=0)


def steps(start: datetime, days: int) -> Iterable[datetime]:
    """Each quarter of an hour after `start`."""
    return (start + timedelta(minutes=15 * step) for step in range(1, days * 96))


@settings(max_examples=40, deadline=None)
@given(person=people, now=quarters)
def test_opening_is_the_first_quarter_of_an_hour_that_is_allowed(
    person: dict[str, Any], now: datetime
) -> None:
    person |= clear
    for name in ("last_cold_to_number_at", "last_cold_to_household_at"):
        if person[name]:  # a search by steps must not take months
            person[name] = max(min(person[name], now), now - timedelta(days=5))
            person["frequency_days"] = min(person["frequency_days"], 5)
    facts = told(**person)
    decision = may_send(facts, now)
    found = (t for t in steps(now, 21) if may_send(next_day(facts, now, t), t).allowed)

    if decision.allowed:
        assert decision.opens_at is None
    elif decision.never:
        first = next(found, None)  # none before the gate's search ends
        assert first is None or first > now + SEARCH
    else:
        assert decision.opens_at == next(found, None)


@settings(max_examples=300, deadline=None)
@given(purpose=st.sampled_from(Purpose), person=people, now=quarters)
def test_what_the_gate_promises_for_any_facts(
    purpose: Purpose, person: dict[str, Any], now: datetime
) -> None:
    facts = told(purpose, **person)
    decision = may_send(facts, now)

    if decision.allowed and facts.suppressed_since:
        assert purpose is Purpose.CONFIRMATION
        assert now - facts.suppressed_since <= timedelta(minutes=5)
    if decision.allowed and purpose.is_cold:
        for zone in (*facts.recipient_zones, facts.company_zone):
            local = now.astimezone(at("2026-01-01", zone).tzinfo)
            assert facts.start_hour <= local.hour < facts.end_hour
            assert local.weekday() in facts.weekdays
    if decision.allowed and purpose.is_cold:
        assert any(one.until is None or now < one.until for one in facts.consents)
        assert facts.frozen_since is None
        assert facts.names_us or not facts.is_first
        assert not facts.on_lists & {"internal", "litigator"}
        assert facts.day_used < facts.day_limit
    if not decision.allowed:
        assert decision.reasons
        assert not (decision.never and decision.opens_at)
        assert decision.opens_at is None or decision.opens_at > now
    if purpose is Purpose.REPLY:
        blocking = {reason.rule for reason in decision.reasons} - {"night"}
        assert blocking <= {"suppression", "wrote_lately"}
