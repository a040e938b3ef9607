"""Why a number may be texted or not: now, by the gate; then, by what was decided and kept."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Decision, Facts, Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import BASES
from crm_app.conversations.facts import Asked, facts_for
from crm_app.tables import read_table
from crm_app.times import exact

PURPOSES: dict[str, str] = read_table(__file__, "purposes")  # value: how a sentence calls it
ASKED = (Purpose.COLD, Purpose.FOLLOW_UP, Purpose.REMINDER, Purpose.REPLY)
_KEPT = text(
    "select d.*, u.name as by from decision d left join app_user u on u.id = d.asked_by"
    " where d.e164 = :e164 and d.at <= :at order by d.at desc, d.id desc limit :most"
)


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


def kept_in_words(row: Row[Any]) -> str:
    """Say a stored decision in one line, as it was at its time."""
    opens = f"may go from {exact(row.opens_at)}" if row.opens_at else "somebody has to act first"
    verdict = "may never go" if row.is_never else opens
    verdict = "may go" if row.is_allowed else verdict
    rules = "; ".join(f"{said} ({rule})" for rule, said in row.reasons)
    by = f", asked by {row.by}" if row.by else ""
    return (
        f"{exact(row.at)}, {PURPOSES[row.purpose]} ({row.stage}{by}): {verdict}"
        f"{f': {rules}' if rules else ''} [rules {row.rules_version}]"
    )


def consents_in_words(facts: Facts, now: datetime) -> list[str]:
    """Say each basis of a number: since when, until when; "no basis" when there is none."""
    said = []
    for one in facts.consents:
        until = "" if one.until is None else f", until {exact(one.until)}"
        ended = " (ended)" if one.until and one.until <= now else ""
        said.append(f"Consent: {BASES[one.basis]}, since {exact(one.since)}{until}{ended}")
    return said or ["Consent: none"]


def panel(session: Session, e164: str) -> list[str]:
    """Return what the gate says now of each kind of text to a number, and its consent."""
    now = clock.now(session)
    cold = facts_for(session, Purpose.COLD, [Asked(e164)])[e164]
    said = [(PURPOSES[one], may_send(replace(cold, purpose=one), now)) for one in ASKED]
    told = [f"{name[0].upper()}{name[1:]}: {in_words(decision)}" for name, decision in said]
    return told + consents_in_words(cold, now)


def kept(session: Session, e164: str, at: datetime, most: int = 5) -> list[str]:
    """Return what was decided about a number up to `at`, the newest first."""
    rows = session.execute(_KEPT, {"e164": e164, "at": at, "most": most})
    return [kept_in_words(row) for row in rows]
