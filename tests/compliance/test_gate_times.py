"""Hours, days, holidays and clocks: when the gate opens, and what it says."""

from datetime import UTC
from typing import Any

import pytest

from crm_app.compliance.gate import may_send
from crm_app.compliance.windows import Clock, law, recipient_states, recipient_zones
from tests.compliance.told import EASTERN, PACIFIC, at, told


def who(e164: str, *zips: str) -> dict[str, Any]:
    """What number and ZIPs say about somebody."""
    return {
        "e164": e164,
        "recipient_zones": recipient_zones(e164, zips),
        "recipient_states": recipient_states(e164, zips),
    }


QUINCY = who("+16175550101", "02169")
MOVED = who("+14155550101", "02169")  # a Californian number at a house in Quincy
PANHANDLE = who("+18505550101")
KENTUCKY = who("+15025550101")
HONOLULU = who("+18085550101", "96801")
TOLL_FREE = who("+18005550199", "02169")
GUAM = who("+16715550101", "96910")


@pytest.mark.parametrize(
    ("person", "now", "opens", "reasons"),
    [
        (QUINCY, "2026-05-13 08:59", "2026-05-13 09:00", ["opens 9:00 today in Massachusetts"]),
        (
            QUINCY,
            "2026-05-13 18:00",
            "2026-05-14 09:00",
            ["opens 9:00 on Thursday in Massachusetts"],
        ),
        (QUINCY, "2026-05-15 18:01", "2026-05-18 09:00", ["opens 9:00 on Monday in Massachusetts"]),
        (
            QUINCY,
            "2026-05-16 12:00",
            "2026-05-18 09:00",
            ["closed on Saturday: opens 9:00 on Monday in Massachusetts"],
        ),
        (
            QUINCY,
            "2026-09-07 12:00",
            "2026-09-08 09:00",
            ["closed for Labor Day: opens 9:00 on Tuesday in Massachusetts"],
        ),
        # The Fourth of July 2026 is a Saturday, kept on Friday.
        (
            QUINCY,
            "2026-07-03 12:00",
            "2026-07-06 09:00",
            ["closed for Independence Day (observed): opens 9:00 on Monday in Massachusetts"],
        ),
        (MOVED, "2026-05-13 10:00", "2026-05-13 12:00", ["opens 9:00 today in California"]),
        (
            MOVED,
            "2026-05-13 18:30",
            "2026-05-14 12:00",
            ["opens 12:00 on Thursday in Massachusetts"],
        ),
        (
            {"recipient_zones": frozenset({PACIFIC}), "recipient_states": frozenset({"CA"})},
            "2026-05-13 18:30",
            "2026-05-14 12:00",
            ["opens 12:00 on Thursday, our time"],
        ),
        (PANHANDLE, "2026-05-13 09:30", "2026-05-13 10:00", ["opens 9:00 today in Florida"]),
        # Clocks go forward on 8 March and back on 1 November 2026.
        (QUINCY, "2026-03-06 18:00", "2026-03-09 09:00", ["opens 9:00 on Monday in Massachusetts"]),
        (QUINCY, "2026-10-30 18:00", "2026-11-02 09:00", ["opens 9:00 on Monday in Massachusetts"]),
        (HONOLULU, "2026-03-06 12:00", "2026-03-06 14:00", ["opens 9:00 today in Hawaii"]),
        (HONOLULU, "2026-03-09 12:00", "2026-03-09 15:00", ["opens 9:00 today in Hawaii"]),
        # Kentucky begins at 10, whatever the settings say.
        (KENTUCKY, "2026-05-13 09:30", "2026-05-13 10:00", ["opens 10:00 today in Kentucky"]),
    ],
)
def test_closed_gate_says_when_and_where_it_opens(
    person: dict[str, Any], now: str, opens: str, reasons: list[str]
) -> None:
    decision = may_send(told(**person), at(now))

    assert not decision.allowed
    assert not decision.never
    assert [reason.text for reason in decision.reasons] == reasons
    assert decision.opens_at == at(opens)
    assert decision.opens_at is not None
    assert decision.opens_at.tzinfo is UTC
    assert may_send(told(**person), at(opens)).allowed


@pytest.mark.parametrize(
    ("person", "text"),
    [
        (TOLL_FREE, "no common hour: toll-free number"),
        (GUAM, "no common hour: our open hours and those in Guam never meet"),
        (
            who("+16715550101", "02169"),
            "no common hour: our open hours and those in Massachusetts and Guam never meet",
        ),
    ],
)
@pytest.mark.parametrize("now", ["2026-01-07 12:00", "2026-07-08 12:00", "2026-07-11 03:00"])
def test_no_common_hour_is_never_with_the_reason(
    person: dict[str, Any], text: str, now: str
) -> None:
    decision = may_send(told(**person), at(now))

    assert decision.never
    assert decision.opens_at is None
    assert decision.reasons[0].rule == "common_hour"
    assert decision.reasons[0].text == text


def test_settings_never_widen_the_law() -> None:
    wide: dict[str, Any] = {"start_hour": 0, "end_hour": 24, "weekdays": frozenset(range(7))}
    alabama: dict[str, Any] = {
        "recipient_zones": frozenset({"America/Chicago"}),
        "recipient_states": frozenset({"AL"}),
    }
    facts = told(**wide, **alabama)

    assert may_send(facts, at("2026-05-16 08:00", "America/Chicago")).allowed
    assert not may_send(facts, at("2026-05-16 07:59", "America/Chicago")).allowed
    assert not may_send(facts, at("2026-05-16 20:00", "America/Chicago")).allowed
    sunday = may_send(facts, at("2026-05-17 12:00", "America/Chicago"))
    assert sunday.reasons[0].text == "closed on Sunday: opens 8:00 on Monday in Alabama"


def test_weekdays_nine_to_six_lie_inside_every_states_window_but_kentuckys() -> None:
    """Facts C3 found 10:00 to 18:00 inside all of them; the gate itself cuts Kentucky's hour."""
    windows = {"federal": law()["federal"]} | law()["states"]
    later = {
        state
        for state, days in windows.items()
        if not (days["weekday"][0] <= 9 and days["weekday"][1] >= 18)
    }

    assert later == {"KY"}
    assert law()["states"]["KY"]["weekday"] == [10, 21]
    assert len(windows) == 17


def test_opening_far_ahead_names_the_date() -> None:
    only = told(**QUINCY, weekdays=frozenset({0}))  # Mondays; the next one is Memorial Day
    decision = may_send(only, at("2026-05-19 12:00"))

    assert decision.opens_at == at("2026-06-01 09:00")
    text = "closed on Tuesday: opens 9:00 on Monday 1 June in Massachusetts"
    assert decision.reasons[0].text == text


def test_hour_that_the_clock_skips_does_not_open() -> None:
    clock = Clock(EASTERN, 2, 3)

    assert clock.opens(at("2026-03-08 00:30")) == at("2026-03-09 02:00")
    assert clock.opens(at("2026-03-07 00:30")) == at("2026-03-07 02:00")


def test_clock_without_any_hour_never_opens() -> None:
    assert Clock(EASTERN, 9, 9).opens(at("2026-05-13 12:00")) is None
    decision = may_send(told(**QUINCY, weekdays=frozenset()), at("2026-05-13 12:00"))
    text = "no common hour: our open hours and those in Massachusetts never meet"
    assert [reason.text for reason in decision.reasons] == [text]
    assert decision.never
