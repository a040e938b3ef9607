"""Verbs of sign-in: users, sessions, and how guessing is slowed down. All times are wall clock."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import ColumnElement, delete, func, update
from sqlmodel import Session, col, select

from crm_app import live
from crm_app.auth.models import FailedSignIn, Role, User, UserSession
from crm_app.auth.permissions import Person
from crm_app.errors import CrmError
from crm_app.settings import settings

IDLE = timedelta(days=7)
ABSOLUTE = timedelta(days=30)
LINK_LIVES = timedelta(days=2)
FREE_TRIES = 10
MEMORY = timedelta(minutes=15)
TRY_LOCK = 7_002  # `pg_advisory_xact_lock` of this number: tries are counted one by one
WRONG = "That name and password do not fit together."
MIN_LENGTH = 10
HASHER = PasswordHash.recommended()


@cache
def _nobody() -> str:
    """Return a hash to check when the name is unknown, so that it takes as long."""
    return HASHER.hash(secrets.token_urlsafe())


def token_hash(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_user(
    session: Session, *, login: str, name: str, role: Role, password: str, at: datetime
) -> int:
    """Save a new user and return the id; raise CrmError when the login is taken."""
    login = login.strip().lower()
    if not 0 < len(login) <= 60 or not login.isprintable() or " " in login:
        raise CrmError("A login is one word of at most 60 letters, such as olivia.")
    if session.exec(select(User.id).where(User.login == login)).first():
        raise CrmError(f"The login {login} is taken.")
    hashed, name = _hashed(password), name.strip()[:80] or login
    user = User(login=login, name=name, role=role, password_hash=hashed, created_at=at)
    session.add(user)
    session.flush()
    return user.id


def _hashed(password: str) -> str:
    if len(password) < MIN_LENGTH:
        raise CrmError(f"A password has at least {MIN_LENGTH} characters.")
    return HASHER.hash(password)


def begin_try(session: Session, login: str, address: str, at: datetime) -> int:
    """Return for how many seconds this name and address must wait; 0 when they may try.

    The try counts as failed until it is forgiven, so that guesses sent at once all count.
    """
    session.execute(select(func.pg_advisory_xact_lock(TRY_LOCK)))
    session.execute(delete(FailedSignIn).where(col(FailedSignIn.at) < at - MEMORY))
    theirs = (FailedSignIn.login == login) | (FailedSignIn.address == address)
    counted = select(func.count(), func.max(FailedSignIn.at)).where(theirs)
    failures, last = session.exec(counted).one()
    pause = min(5 * 2 ** (failures - FREE_TRIES), 300) if failures >= FREE_TRIES else 0
    until = last + timedelta(seconds=pause) if pause else at
    if until > at:
        return int((until - at).total_seconds()) + 1
    session.add(FailedSignIn(login=login[:60], address=address[:60], at=at))
    session.flush()
    return 0


def forgive_try(session: Session, login: str, address: str, at: datetime) -> None:
    """Forget the try that began `at`: its password was right."""
    theirs = (col(FailedSignIn.login) == login, col(FailedSignIn.address) == address)
    session.execute(delete(FailedSignIn).where(*theirs, col(FailedSignIn.at) == at))


def password_fits(session: Session, login: str, password: str) -> int | None:
    """Return the user's id, or None; takes as long for a wrong name as for a wrong password."""
    user = session.exec(select(User).where(User.login == login)).first()
    good = HASHER.verify(password, user.password_hash if user else _nobody())
    return user.id if user and good and user.disabled_at is None else None


def open_session(session: Session, user_id: int, at: datetime) -> str:
    """Start a session and return the token for the cookie; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    hashed, end = token_hash(token), at + ABSOLUTE
    session.add(
        UserSession(token_hash=hashed, user_id=user_id, created_at=at, seen_at=at, ends_at=end)
    )
    session.flush()
    return token


def signed_by(session: Session, token: str, at: datetime) -> Person | None:
    """Return whose good session `token` is, or None; notes that it was seen."""
    mine, hashed = col(User.id) == UserSession.user_id, token_hash(token)
    is_open = (col(UserSession.ends_at) > at) & col(UserSession.ended_at).is_(None)
    good = is_open & (col(UserSession.seen_at) > at - IDLE) & col(User.disabled_at).is_(None)
    asked = select(UserSession, User).join(User, mine)
    found = session.exec(asked.where(UserSession.token_hash == hashed, good)).first()
    if found is None:
        return None
    opened, user = found
    if at - opened.seen_at > timedelta(minutes=1):  # not a write for every event
        opened.seen_at = at
    return Person(user.id, user.name, user.role, hashed)


def end_sessions(session: Session, which: ColumnElement[bool], at: datetime) -> None:
    """End the open sessions that `which` picks; their open tabs are told."""
    open_ones = update(UserSession).where(which, col(UserSession.ended_at).is_(None))
    ended = open_ones.values(ended_at=at).returning(col(UserSession.token_hash))
    for hashed in session.scalars(ended).all():
        live.publish(session, "signout", hashed)


def end_session(session: Session, hashed: str, at: datetime) -> None:
    """End the session of that hash."""
    end_sessions(session, col(UserSession.token_hash) == hashed, at)


def change_password(session: Session, person: Person, *, old: str, new: str, at: datetime) -> None:
    """Change a person's own password and end their other sessions; raise CrmError when wrong."""
    user = session.get_one(User, person.id)
    if not HASHER.verify(old, user.password_hash):
        raise CrmError("The old password is not right.")
    user.password_hash = _hashed(new)
    other = col(UserSession.token_hash) != person.session_hash
    end_sessions(session, (col(UserSession.user_id) == user.id) & other, at)


def reset_password(session: Session, login: str, password: str, at: datetime) -> None:
    """Set a password, end that user's sessions, let them in again if they were disabled."""
    user = _user(session, login)
    user.password_hash, user.disabled_at = _hashed(password), None
    end_sessions(session, col(UserSession.user_id) == user.id, at)


def disable(session: Session, login: str, at: datetime) -> None:
    """Shut a user out at once; raise CrmError for an unknown login, and for the last owner."""
    user = _user(session, login)
    owners = select(User.id).where(User.role == Role.OWNER, col(User.disabled_at).is_(None))
    if session.exec(owners).all() == [user.id]:
        raise CrmError(f"{login} is the last owner who can sign in. Make another one first.")
    user.disabled_at = at
    end_sessions(session, col(UserSession.user_id) == user.id, at)


def _user(session: Session, login: str) -> User:
    user = session.exec(select(User).where(User.login == login.strip().lower())).first()
    if user is None:
        raise CrmError(f"Nobody has the login {login}. See `user list`.")
    return user


def seal(words: str) -> str:
    """Return what only this program can have put beside `words` in an address: an HMAC."""
    return hmac.new(settings().secret(), words.encode(), hashlib.sha256).hexdigest()[:32]


def make_owner_link(session: Session, at: datetime) -> str | None:
    """Return a token that makes the first owner within two days; None when a user exists."""
    if session.exec(select(User.id)).first():
        return None
    ends = f"{(at + LINK_LIVES).timestamp():.0f}"
    return f"{ends}.{seal(f'owner:{ends}')}"


def use_owner_link(
    session: Session, token: str, at: datetime, *, login: str, name: str, password: str
) -> int:
    """Make the first owner and return the id; raise CrmError when the link is spent or wrong."""
    session.execute(select(func.pg_advisory_xact_lock(TRY_LOCK)))  # of two, one makes the owner
    ends, _, sealed = token.partition(".")
    is_ours = ends.isdecimal() and hmac.compare_digest(sealed, seal(f"owner:{ends}"))
    if not is_ours or int(ends) < at.timestamp() or session.exec(select(User.id)).first():
        raise CrmError("This link was used or is too old. Start the program again for a new one.")
    return add_user(session, login=login, name=name, role=Role.OWNER, password=password, at=at)
