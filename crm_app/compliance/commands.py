"""`why NUMBER` on the command line: may we text it now, and which rules say so."""

import argparse
import json
from typing import Any

from sqlmodel import Session

from crm_app import clock, db
from crm_app.compliance.facts import Decision
from crm_app.compliance.gate import may_send
from crm_app.compliance.purposes import Purpose
from crm_app.contacts.phones import read_phone, show
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError
from crm_app.terminal import show as tell
from crm_app.times import exact

ASKED = {"a campaign's text": Purpose.COLD, "a reply": Purpose.REPLY}


def command(args: list[str]) -> int:
    """Say for a cold text and for a reply whether it may go now; 0 whatever the answer."""
    parser = argparse.ArgumentParser(prog="python -m crm_app why")
    parser.add_argument("number", help="any way of writing a US number")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    given = parser.parse_args(args)
    number = read_phone(given.number).e164
    if number is None:
        raise CrmError(f"{given.number} is no phone number.")
    with db.transaction() as session:
        decisions = why(session, number)
    if given.json:
        found = {purpose.value: _plain(decision) for purpose, decision in decisions.items()}
        tell(json.dumps({"number": number, **found}))
        return 0
    for words, purpose in ASKED.items():
        tell(f"{show(number)}, {words}: {in_words(decisions[purpose])}")
    return 0


def why(session: Session, e164: str) -> dict[Purpose, Decision]:
    """Return what the gate says now of a cold text and of a reply to this number."""
    now = clock.now(session)
    return {
        purpose: may_send(facts_for(session, purpose, [Asked(e164)])[e164], now)
        for purpose in ASKED.values()
    }


def in_words(decision: Decision) -> str:
    """Say a decision in one line, with every rule that had something to say."""
    rules = "; ".join(f"{reason.text} ({reason.rule})" for reason in decision.reasons)
    if decision.allowed:
        return f"may go now; {rules}" if rules else "may go now"
    if decision.never:
        return f"may never go: {rules}"
    if decision.opens_at is None:
        return f"somebody has to act first: {rules}"
    return f"may go from {exact(decision.opens_at)}: {rules}"


def _plain(decision: Decision) -> dict[str, Any]:
    return {
        "allowed": decision.allowed,
        "never": decision.never,
        "opens_at": decision.opens_at.isoformat() if decision.opens_at else None,
        "reasons": [{"rule": reason.rule, "text": reason.text} for reason in decision.reasons],
    }
