"""The self-test: golden cases against the live settings, the reader and the database's guards."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from crm_app.compliance import replies
from crm_app.compliance.facts import Reason
from crm_app.compliance.rules import Rules, rules
from crm_app.evidence import ledger
from crm_app.settings import settings
from crm_app.tables import read_table

_TABLE = read_table(__file__, "golden")
_NEVER = dict.fromkeys((
    "suppressed_since", "frozen_since", "last_cold_to_number_at", "last_cold_to_household_at",
))  # fmt: skip


@dataclass(frozen=True)
class Golden:
    """One case: whether it came out as it must, and what came out."""

    name: str
    is_ok: bool
    words: str


def results(session: Session) -> list[Golden]:
    """Return every case, by the settings in force."""
    live, problems = rules(session), ledger.guards(session)
    found = [_decided(case, live) for case in _TABLE["case"]]
    for words, verdict in _TABLE["readings"].items():
        read = replies.read(words).verdict
        found.append(Golden(f"“{words}” is read as {verdict}", read == verdict, read))
    return [*found, Golden("the database's guards are on", not problems, " ".join(problems))]


def _decided(case: dict[str, Any], live: Rules) -> Golden:
    zone, opens, closes = settings().company_timezone, time(live.opens), time(live.closes)
    before = time(live.opens - 1, 59)
    written = case["at"].format(opens=opens, before=before, closes=closes)
    ours = {
        "company_zone": zone, "start_hour": live.opens, "end_hour": live.closes,
        "day_limit": max(1, live.cold_daily_limit), "frequency_days": live.frequency_days,
    }  # fmt: skip
    facts = _NEVER | _TABLE["usual"] | ours | case.get("facts", {})
    at = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))
    decision = ledger.replay(facts, at)
    first = Reason("", "may go") if decision.allowed else decision.reasons[0]
    return Golden(case["name"], first.rule == case.get("rule", ""), first.text)
