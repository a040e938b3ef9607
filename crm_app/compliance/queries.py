"""Reads of compliance: who said stop, and which lists somebody attested."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Basis
from crm_app.compliance.gate_rules import DAYS
from crm_app.tables import read_sql

SQL = read_sql(__file__)


def suppression_of(session: Session, e164: str) -> Row[Any] | None:
    """Return the one in force (at, source, their words `because`, by: a user's name), or None."""
    return session.execute(SQL["suppression"], {"e164": e164}).first()


def attestation_of(session: Session, list_id: int) -> Row[Any] | None:
    """Return the newest attestation of a list that still holds (by: a name, at), or None."""
    since = clock.now(session) - timedelta(days=DAYS[Basis.ATTESTED])
    return session.execute(SQL["attestation"], {"list_id": list_id, "since": since}).first()
