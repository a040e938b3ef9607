"""`why NUMBER` on the command line: may we text it now, and which rules say so."""

import argparse

from crm_app import clock, db
from crm_app.compliance.facts import Decision, Purpose
from crm_app.compliance.gate import may_send
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
    given = parser.parse_args(args).number
    number = read_phone(given).e164
    if not number:
        raise CrmError(f"{given} is no phone number.")
    with db.transaction() as session:
        for words, purpose in ASKED.items():
            facts = facts_for(session, purpose, [Asked(number)])[number]
            tell(f"{show(number)}, {words}: {in_words(may_send(facts, clock.now(session)))}")
    return 0


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
