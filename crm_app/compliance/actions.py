"""Verbs of compliance; to stop what waits too, suppress through conversations.optout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import insert, text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Decision, Facts
from crm_app.compliance.gate import RULES_VERSION
from crm_app.compliance.models import Attestation, DecisionRecord
from crm_app.errors import CrmError

_SUPPRESS = text(
    "insert into suppression (e164, source, because, by_user, at, lifted_because) select"
    " cast(:e164 as text), :source, :because, cast(:by_user as int), cast(:at as timestamptz), ''"
    " where not exists (select from suppression where e164 = :e164 and lifted_at >= :at)"
    # Said again: a START must be later than the last of them to lift it.
    " on conflict (e164) where lifted_at is null do update"
    " set at = greatest(suppression.at, excluded.at) returning case when xmax = 0 then id end"
)
_LIFT = text(
    "update suppression set lifted_at = :at, lifted_because = :because"
    " where e164 = :e164 and lifted_at is null and at <= :at returning id"
)


@dataclass(frozen=True)
class Decided:
    """A decision of the gate with what it was about; `stage` is "queue" or "claim"."""

    facts: Facts
    decision: Decision
    stage: str
    outbox_id: int | None = None
    asked_by: int | None = None


def keep_decisions(session: Session, decided: Sequence[Decided], at: datetime) -> None:
    """Store decisions for ever, with the facts that led to them; `at` is business time."""
    rows: list[dict[str, Any]] = []
    for one in decided:
        facts, found, reasons = one.facts, one.decision, one.decision.reasons
        row = {"at": at, "e164": facts.e164, "purpose": facts.purpose.value, "stage": one.stage}
        row |= {"is_allowed": found.allowed, "is_never": found.never, "opens_at": found.opens_at}
        row |= {"reasons": [[reason.rule, reason.text] for reason in reasons]}
        row |= {"facts": to_jsonable_python(facts), "rules_version": RULES_VERSION}
        rows.append(row | {"outbox_id": one.outbox_id, "asked_by": one.asked_by})
    if rows:
        session.execute(insert(DecisionRecord), rows)


def suppress(
    session: Session, e164: str, source: str, because: str, at: datetime, by_user: int | None = None
) -> int | None:
    """Suppress a number from `at` on; return the row's id, None when it is or was lifted since."""
    given = {"e164": e164, "source": source, "because": because, "by_user": by_user, "at": at}
    return session.execute(_SUPPRESS, given).scalar()


def lift(session: Session, e164: str, *, because: str, at: datetime) -> int | None:
    """Lift a number's suppression and return its id; None when none is older than `at`."""
    return session.execute(_LIFT, {"e164": e164, "because": because, "at": at}).scalar()


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
