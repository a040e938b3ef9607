"""The self-test: golden cases against the live settings, the reader and the database's guards."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlmodel import Session

from crm_app.compliance import replies
from crm_app.compliance.facts import Facts
from crm_app.compliance.gate import may_send
from crm_app.compliance.rules import Rules, rules
from crm_app.evidence import ledger
from crm_app.settings import settings
from crm_app.tables import read_table

READINGS = {
    "STOP": "STOP", "pls quit texting": "STOP", "Stop by after 3": "NONE", "who is this?": "HOLD",
}  # fmt: skip
_FACTS = TypeAdapter(Facts)
_USUAL: dict[str, Any] = {
    "purpose": "cold", "e164": "+16175550101", "suppressed_since": None, "frozen_since": None,
    "on_lists": [], "textable": True, "is_first": True, "names_us": True, "tells_stop": True,
    "consents": [{"basis": "attested", "since": "2026-01-02T12:00:00Z"}],
    "last_cold_to_number_at": None, "last_cold_to_household_at": None, "day_used": 0,
    "recipient_zones": ["America/New_York"], "recipient_states": ["MA"],
}  # fmt: skip


@dataclass(frozen=True)
class Golden:
    """One case: whether it came out as it must, and what came out."""

    name: str
    is_ok: bool
    words: str


def results(session: Session) -> list[Golden]:
    """Return every case, by the settings in force."""
    live = rules(session)
    table: list[dict[str, Any]] = read_table(__file__, "golden")["case"]
    found = [_decided(case, live) for case in table]
    for words, verdict in READINGS.items():
        read = replies.read(words).verdict
        found.append(Golden(f"“{words}” is read as {verdict}", read == verdict, read))
    problems = ledger.guards(session)
    return [*found, Golden("the database's guards are on", not problems, " ".join(problems))]


def _decided(case: dict[str, Any], live: Rules) -> Golden:
    facts = _USUAL | {"company_zone": settings().company_timezone} | case.get("facts", {})
    facts |= {"day_limit": max(1, live.cold_daily_limit), "frequency_days": live.frequency_days}
    facts |= {"start_hour": live.opens, "end_hour": live.closes}
    facts |= {"purpose": case.get("purpose", "cold")}
    at = _time(case["at"], live)
    facts = {name: at - timedelta(hours=1) if value == "an hour before" else value
             for name, value in facts.items()}  # fmt: skip
    decision = may_send(_FACTS.validate_python(facts), at)
    first = decision.reasons[0] if decision.reasons and not decision.allowed else None
    is_ok = (first.rule if first else "") == case.get("rule", "")
    return Golden(case["name"], is_ok, first.text if first else "may go")


def _time(written: str, live: Rules) -> datetime:
    """A time on our clock; "opens", "before" (a minute) and "closes" are the settings' hours."""
    day, _, hour = written.partition(" ")
    hours = {"opens": time(live.opens), "before": time(live.opens), "closes": time(live.closes)}
    there = hours.get(hour) or time.fromisoformat(hour)
    at = datetime.combine(datetime.fromisoformat(day), there, ZoneInfo(settings().company_timezone))
    return at - timedelta(minutes=hour == "before")
