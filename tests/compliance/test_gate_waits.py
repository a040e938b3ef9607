"""What only time holds back: frequency, the day's cap, and the question at night."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from tests.compliance.told import EASTERN, NOON, PACIFIC, at, in_california, ready, reasons, told

COLD = (Purpose.COLD, Purpose.FIRST_BY_HAND)


@pytest.mark.parametrize("purpose", COLD)
@pytest.mark.parametrize(
    ("other", "rule", "text", "opens"),
    [
        (
            {"last_cold_to_number_at": NOON - timedelta(days=12)},
            "number_frequency",
            "texted on 1 May 2026",
            at("2026-06-01 09:00"),  # 31 May, the day it is free, is a Sunday
        ),
        (
            {"last_cold_to_number_at": NOON - timedelta(days=1)},
            "number_frequency",
            "texted on 12 May 2026",
            at("2026-06-11 12:00"),
        ),
        (
            {"last_cold_to_household_at": NOON - timedelta(hours=2)},
            "household_frequency",
            "somebody else in this house was texted on 13 May 2026",
            at("2026-06-12 10:00"),
        ),
        (
            {"day_used": 125},
            "daily_cap",
            "125 of today's 125 cold texts are used",
            at("2026-05-14 09:00"),
        ),
    ],
)
def test_cold_text_waits_for_its_turn(
    purpose: Purpose, other: dict[str, Any], rule: str, text: str, opens: datetime
) -> None:
    decision = may_send(ready(purpose, **other), NOON)

    assert reasons(decision) == {rule: text}
    assert decision.opens_at == opens
    assert not decision.never
    assert not decision.waits_for_person


def test_frequency_ends_to_the_instant() -> None:
    last = NOON - timedelta(days=30)

    assert may_send(told(last_cold_to_number_at=last), NOON).allowed
    early = may_send(told(last_cold_to_number_at=last), NOON - timedelta(microseconds=1))
    assert early.opens_at == NOON


def test_cap_of_a_friday_opens_on_the_next_workday() -> None:
    friday = at("2026-05-22 15:00")  # before Memorial Day

    assert may_send(told(day_used=130), friday).opens_at == at("2026-05-26 09:00")


def test_latest_of_several_rules_of_time_opens() -> None:
    facts = told(**in_california(day_used=125, last_cold_to_number_at=at("2026-04-14 15:00")))
    decision = may_send(facts, at("2026-05-13 08:00"))

    assert set(reasons(decision)) == {"hours", "number_frequency", "daily_cap"}
    assert decision.opens_at == at("2026-05-14 15:00")


def test_rule_that_waits_for_a_person_hides_the_time() -> None:
    decision = may_send(told(consents=()), at("2026-05-13 03:00"))

    assert set(reasons(decision)) == {"consent", "hours"}
    assert decision.waits_for_person


@pytest.mark.parametrize(
    ("zone", "hour", "asks"),
    [
        *[(EASTERN, 20, False), (EASTERN, 21, True), (EASTERN, 7, True), (EASTERN, 8, False)],
        *[(PACIFIC, 10, True), (PACIFIC, 11, False), (PACIFIC, 23, False)],
    ],
)
def test_reply_is_never_blocked_by_hours_but_asks_at_night(
    zone: str, hour: int, asks: bool
) -> None:
    states = frozenset({"CA" if zone == PACIFIC else "MA"})
    facts = ready(Purpose.REPLY, recipient_zones=frozenset({zone}), recipient_states=states)
    sunday = at("2026-05-17 00:30") + timedelta(hours=hour)
    decision = may_send(facts, sunday)

    assert decision.allowed
    assert bool(decision.allowed and decision.reasons) is asks
    if asks:
        place = "California" if zone == PACIFIC else "Massachusetts"
        assert f"in {place}: now, or at 8:00?" in decision.reasons[0].text
        assert decision.opens_at is not None
        assert decision.opens_at.astimezone(at("2026-01-01", zone).tzinfo).hour == 8
