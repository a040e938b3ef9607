"""Reads of compliance: who said stop, and which lists somebody attested."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Basis
from crm_app.compliance.gate_rules import DAYS

_SUPPRESSION = text(
    "select s.id, s.at, s.again_at, s.source, s.because, coalesce(u.name, '') as by"
    " from suppression s"
    " left join app_user u on u.id = s.by_user where s.e164 = :e164 and s.lifted_at is null"
)
_ATTESTATION = text(
    "select u.name as by, a.at from attestation a join app_user u on u.id = a.user_id"
    " where a.list_id = :list_id and a.at > :since order by a.id desc limit 1"
)


def suppression_of(session: Session, e164: str) -> Row[Any] | None:
    """Return the one in force (at, source, their words `because`, by: a user's name), or None."""
    return session.execute(_SUPPRESSION, {"e164": e164}).first()


def attestation_of(session: Session, list_id: int) -> Row[Any] | None:
    """Return the newest attestation of a list that still holds (by: a name, at), or None."""
    since = clock.now(session) - timedelta(days=DAYS[Basis.ATTESTED])
    return session.execute(_ATTESTATION, {"list_id": list_id, "since": since}).first()
