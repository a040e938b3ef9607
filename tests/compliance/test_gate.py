"""Each rule of the gate, by tables of cases."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crm_app.compliance.facts import BINDS, Decision, Purpose
from crm_app.compliance.gate import ASK, NEVER, PERSON, WAIT, may_send
from tests.compliance.told import NOON, at, ready, reasons, told


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_may_go_when_all_is_well(purpose: Purpose) -> None:
    decision = may_send(ready(purpose), NOON)

    assert decision == Decision(allowed=True, reasons=(), opens_at=None, never=False)
    assert not decision.waits_for_person


@pytest.mark.parametrize(
    "purpose", [p for p in Purpose if p not in (Purpose.CONFIRMATION, Purpose.MONITOR)]
)
def test_nobody_who_opted_out_is_texted(purpose: Purpose) -> None:
    decision = may_send(ready(purpose, suppressed_since=at("2026-05-03 20:00")), NOON)

    assert not decision.allowed
    assert decision.never
    assert decision.opens_at is None
    assert reasons(decision)["suppression"].startswith("opted out on 3 May")


def test_reply_to_somebody_who_opted_out_says_what_to_do_instead() -> None:
    decision = may_send(ready(Purpose.REPLY, suppressed_since=at("2025-05-03 20:00")), NOON)

    text = "opted out on 3 May 2025: call them, or they text START"
    assert reasons(decision) == {"suppression": text}


@pytest.mark.parametrize(("seconds", "may_go"), [(0, True), (300, True), (301, False)])
def test_confirmation_goes_within_five_minutes(seconds: int, may_go: bool) -> None:
    since = NOON - timedelta(seconds=seconds)
    decision = may_send(told(Purpose.CONFIRMATION, suppressed_since=since), NOON)

    assert set(reasons(decision)) == (set() if may_go else {"suppression"})
    assert decision.allowed is may_go
    assert decision.never is not may_go


def test_confirmation_goes_at_any_hour() -> None:
    assert may_send(told(Purpose.CONFIRMATION), at("2026-05-16 03:00")).allowed


@pytest.mark.parametrize(
    ("purpose", "other", "rule", "never"),
    [
        (Purpose.COLD, {"textable": False}, "line_type", True),
        (Purpose.FIRST_BY_HAND, {"textable": False}, "line_type", True),
        (Purpose.COLD, {"consents": ()}, "consent", False),
        (Purpose.FIRST_BY_HAND, {"consents": ()}, "consent", False),
        (Purpose.REPLY, {"last_inbound_at": None}, "wrote_lately", False),
        (Purpose.REPLY, {"last_inbound_at": NOON - timedelta(days=91)}, "wrote_lately", False),
        (Purpose.COLD, {"recipient_zones": frozenset()}, "known_clock", False),
    ],
)
def test_rule_that_no_time_opens_blocks_alone(
    purpose: Purpose, other: dict[str, Any], rule: str, never: bool
) -> None:
    decision = may_send(ready(purpose, **other), NOON)

    assert list(reasons(decision)) == [rule]
    assert (decision.allowed, decision.never, decision.opens_at) == (False, never, None)
    assert decision.waits_for_person is not never


@pytest.mark.parametrize(
    ("purpose", "other"),
    [
        (Purpose.REPLY, {"textable": False, "consents": ()}),
        (Purpose.REPLY, {"day_used": 125, "last_cold_to_number_at": NOON}),
        (Purpose.REPLY, {"recipient_zones": frozenset()}),
        (Purpose.REPLY, {"last_inbound_at": NOON - timedelta(days=90)}),
        (Purpose.CONFIRMATION, {"textable": False}),
    ],
)
def test_rule_of_another_purpose_does_not_bind(purpose: Purpose, other: dict[str, Any]) -> None:
    assert may_send(ready(purpose, **other), NOON).allowed


def test_line_says_why_it_takes_no_texts() -> None:
    facts = told(textable=False, not_textable_because="has an extension")

    assert reasons(may_send(facts, NOON)) == {"line_type": "has an extension"}


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        may_send(told(), datetime(2026, 5, 13, 12))  # noqa: DTZ001


def test_every_rule_names_its_source() -> None:
    for rule in (*NEVER, *PERSON, *WAIT, *ASK):
        assert "Source: " in (rule.__doc__ or ""), rule


def test_the_outbox_order_is_that_of_the_purposes() -> None:
    assert sorted(Purpose, key=lambda one: BINDS[one].priority) == list(Purpose)
