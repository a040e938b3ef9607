"""Reads of compliance: who said stop, and which lists somebody attested."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True)
class Suppressed:
    """An active suppression: since when, how it came, in whose words, by which user's name."""

    at: datetime
    source: str
    because: str
    by: str


@dataclass(frozen=True)
class Attested:
    """Who attested a list, and when."""

    by: str
    at: datetime


_SUPPRESSION = text(
    "select s.at, s.source, s.because, coalesce(u.name, '') from suppression s"
    " left join app_user u on u.id = s.by_user where s.e164 = :e164 and s.lifted_at is null"
)
_ATTESTATION = text(
    "select u.name, a.at from attestation a join app_user u on u.id = a.user_id"
    " where a.list_id = :list_id order by a.id desc limit 1"
)


def suppression_of(session: Session, e164: str) -> Suppressed | None:
    """Return the active suppression of a number, or None."""
    row = session.execute(_SUPPRESSION, {"e164": e164}).first()
    return Suppressed(*row) if row else None


def attestation_of(session: Session, list_id: int) -> Attested | None:
    """Return the newest attestation of a list, or None."""
    row = session.execute(_ATTESTATION, {"list_id": list_id}).first()
    return Attested(*row) if row else None
