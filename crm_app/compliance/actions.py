"""Verbs of compliance; to stop what waits too, suppress through conversations.optout."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_jsonable_python
from sqlalchemy import insert, text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Basis, Decision, Facts
from crm_app.compliance.gate import RULES_VERSION
from crm_app.compliance.gate_rules import DAYS
from crm_app.compliance.models import Attestation, ConsentRecord, DecisionRecord
from crm_app.errors import CrmError

_SUPPRESS = text(
    "insert into suppression (e164, source, because, by_user, at, lifted_because, lifted_proof,"
    " is_lifted_by_them) select cast(:e164 as text), cast(:source as text), :because,"
    " cast(:by_user as int),"
    " cast(:at as timestamptz), '', '', false"
    # Only their own, later START outranks an older STOP that arrives late; nobody else's word does.
    " where cast(:source as text) <> 'text' or not exists"
    " (select from suppression where e164 = :e164 and is_lifted_by_them and lifted_at > :at)"
    # Said again: the first date counts, each other word stands beside it, and a START must be later
    # than the last of them to lift it.
    " on conflict (e164) where lifted_at is null do update"
    " set at = least(suppression.at, excluded.at),"
    " again_at = greatest(suppression.again_at, suppression.at, excluded.at),"
    " source = case when excluded.source = 'text' and suppression.by_user is null then 'text'"
    " else suppression.source end,"
    " because = case when excluded.because = any(string_to_array(suppression.because, ' · '))"
    " then suppression.because else suppression.because || ' · ' || excluded.because end"
    " returning case when xmax = 0 then id end"
)
_LIFT = text(
    "update suppression set lifted_at = :at, lifted_because = :because,"
    " lifted_proof = cast(:proof as text), is_lifted_by_them = cast(:proof as text) = ''"
    " where e164 = :e164 and lifted_at is null and at < :at"
    " and coalesce(again_at < :at, true) returning id"
)

# Whoever has not seen the newest words cannot let them go on: each text has a row of its own.
_FREEZE = text(
    "with before as (update frozen set settled_at = :at, settled_how = 'wrote again'"
    " where e164 = :e164 and settled_at is null returning since)"
    " insert into frozen (e164, since, said, because, settled_how)"
    " select :e164, least((select since from before), :at), :said, :because, ''"
    " where not exists (select from suppression"  # said before a STOP, and come after it
    " where e164 = :e164 and lifted_at is null and source = 'text' and at > :at)"
)
_SETTLE = text(
    "update frozen set settled_at = :at, settled_by = :by_user, settled_how = :how"
    " where e164 = :e164 and settled_at is null and since <= coalesce(:until, since) returning id"
)


@dataclass(frozen=True)
class Decided:
    """A decision of the gate with what it was about; `stage`: see DecisionRecord."""

    facts: Facts
    decision: Decision
    stage: str
    outbox_id: int | None = None
    asked_by: int | None = None
    text_version: str = ""  # a campaign's version of its text, else of its words


def keep_decisions(session: Session, decided: Sequence[Decided], at: datetime) -> None:
    """Store decisions for ever, with the facts that led to them; `at` is business time."""
    rows: list[dict[str, Any]] = []
    for one in decided:
        facts, found, reasons = one.facts, one.decision, one.decision.reasons
        row = {"at": at, "e164": facts.e164, "purpose": facts.purpose.value, "stage": one.stage}
        row |= {"is_allowed": found.allowed, "is_never": found.never, "opens_at": found.opens_at}
        row |= {"reasons": [[reason.rule, reason.text] for reason in reasons]}
        row |= {"facts": to_jsonable_python(facts), "rules_version": RULES_VERSION}
        zones = {facts.company_zone, *facts.recipient_zones}
        row |= {"clocks": {zone: f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
                           for zone in sorted(zones)}}  # fmt: skip
        row |= {"text_version": one.text_version, "outbox_id": one.outbox_id}
        rows.append(row | {"asked_by": one.asked_by})
    if rows:
        session.execute(insert(DecisionRecord), rows)


def version_of(row: Any) -> str:
    """Return a text's version: its campaign's number, else the start of the SHA-256 of its body."""
    return str(row.version or hashlib.sha256(row.body.encode()).hexdigest()[:16])


def suppress(
    session: Session, e164: str, source: str, because: str, at: datetime, by_user: int | None = None
) -> int | None:
    """Suppress a number from `at` on; return the row's id, None when it is or was lifted since."""
    given = {"e164": e164, "source": source, "because": because, "by_user": by_user, "at": at}
    return session.execute(_SUPPRESS, given).scalar()


def lift(session: Session, e164: str, *, because: str, at: datetime, proof: str = "") -> int | None:
    """Lift a number's suppression and return its id; None when none is older than `at`."""
    given = {"e164": e164, "because": because, "at": at, "proof": proof}
    return session.execute(_LIFT, given).scalar()


def freeze(session: Session, e164: str, said: str, because: str, at: datetime) -> None:
    """Stop automation for a number until a person settles it; its age counts from the first."""
    given = {"e164": e164, "said": said, "because": because, "at": at}
    session.execute(_FREEZE, given)


def settle(
    session: Session, e164: str, how: str, at: datetime, by_user: int | None = None,
    until: datetime | None = None,
) -> bool:  # fmt: skip
    """Note that a person looked (`how`: "stop", "go on"), or that they wrote STOP, `until` then."""
    given = {"e164": e164, "how": how, "at": at, "by_user": by_user, "until": until}
    return session.execute(_SETTLE, given).scalar() is not None


def note_consent(
    session: Session, e164: str, basis: Basis, evidence: str, since: datetime, person: Person
) -> int:
    """Note why we may text a number, from `since` for as long as bases.toml says; return the id."""
    person.must(Permission.TEXT_FIRST)
    now, days = clock.now(session), DAYS.get(basis)
    if days is None or basis in (Basis.ATTESTED, Basis.REPLIED):
        raise CrmError("Choose what they consented to: a quote, being a customer, or in writing.")
    if not evidence.strip():
        raise CrmError("Say where the proof lies: a message, a signed paper, an invoice.")
    if since > now:
        raise CrmError("A consent cannot begin in the future.")
    until = since + timedelta(days=days) if days else None
    if until and until <= now:
        raise CrmError(f"This has ended: it lasts {days} days. Note what they said since.")
    row = ConsentRecord(e164=e164, basis=basis, since=since, until=until,
                        evidence=evidence.strip(), by_user=person.id, at=now)  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def attest(session: Session, list_id: int, person: Person, sentence: str) -> int:
    """Note that `person` attests, in these words, the right to text a list; return the row's id."""
    person.must(Permission.ATTEST)
    if not sentence.strip():
        raise CrmError("An attestation needs its words.")
    at = clock.now(session)
    row = Attestation(list_id=list_id, user_id=person.id, sentence=sentence.strip(), at=at)
    session.add(row)
    session.flush()
    return row.id
