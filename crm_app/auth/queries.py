"""Whose session a token is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_app.auth.actions import IDLE, token_hash
from crm_app.auth.models import User, UserSession
from crm_app.auth.permissions import Person


@dataclass(frozen=True)
class Signed:
    """A good session: whose, and the hash that names it."""

    person: Person
    session_hash: str


def signed_by(session: Session, token: str, at: datetime) -> Signed | None:
    """Return whose session `token` is at `at` (wall clock), or None; notes that it was seen."""
    hashed = token_hash(token)
    found = session.exec(
        select(UserSession, User)
        .join(User, col(User.id) == UserSession.user_id)
        .where(
            UserSession.token_hash == hashed,
            col(UserSession.ended_at).is_(None),
            UserSession.ends_at > at,
            UserSession.seen_at > at - IDLE,
            col(User.disabled_at).is_(None),
        )
    ).first()
    if found is None:
        return None
    signed, user = found
    if at - signed.seen_at > timedelta(minutes=1):  # not a write for every event
        signed.seen_at = at
    return Signed(Person(user.id, user.name, user.role), hashed)
