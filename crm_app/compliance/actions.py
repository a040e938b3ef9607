"""Verbs of compliance; to stop what waits too, suppress through conversations.optout."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_jsonable_python
from sqlalchemy import insert
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Basis, Decision, Facts
from crm_app.compliance.gate import RULES_VERSION
from crm_app.compliance.gate_rules import DAYS
from crm_app.compliance.models import Attestation, ConsentRecord, DecisionRecord
from crm_app.contacts.models import ContactList
from crm_app.errors import CrmError
from crm_app.tables import read_sql

SQL = read_sql(__file__)


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
    return session.execute(SQL["suppress"], given).scalar()


def lift(session: Session, e164: str, *, because: str, at: datetime, proof: str = "") -> int | None:
    """Lift a number's suppression and return its id; None when none is older than `at`."""
    given = {"e164": e164, "because": because, "at": at, "proof": proof}
    return session.execute(SQL["lift"], given).scalar()


def freeze(session: Session, e164: str, said: str, because: str, at: datetime) -> None:
    """Stop automation for a number until a person settles it; its age counts from the first."""
    given = {"e164": e164, "said": said, "because": because, "at": at}
    session.execute(SQL["freeze"], given)


def settle(
    session: Session, e164: str, how: str, at: datetime, by_user: int | None = None,
    until: datetime | None = None,
) -> bool:  # fmt: skip
    """Note that a person looked (`how`: "stop", "go on"), or that they wrote STOP, `until` then."""
    given = {"e164": e164, "how": how, "at": at, "by_user": by_user, "until": until}
    return session.execute(SQL["settle"], given).scalar() is not None


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
    if session.get_one(ContactList, list_id).filter is not None:
        raise CrmError("A saved filter is not attested: the lists that its people came by are.")
    at = clock.now(session)
    row = Attestation(list_id=list_id, user_id=person.id, sentence=sentence.strip(), at=at)
    session.add(row)
    session.flush()
    return row.id
