"""The kept signing keys: encrypted in the database, remembered by each process for some seconds.

They count beside those of OPENPHONE_WEBHOOK_KEYS. A wrong SECRET_KEY opens none of them.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock, db
from crm_app.openphone.signatures import NO_KEY, WRONG, refusal
from crm_app.settings import decoded_keys, settings
from crm_app.subscriptions.models import WebhookKey
from crm_app.tables import read_sql, read_table

WORDS: dict[str, str] = read_table(__file__, "words")
GRACE = timedelta(hours=28)  # OpenPhone tries a delivery again for 27 h 35 min
FRESH, NOTED = timedelta(seconds=10), timedelta(seconds=5)
_NEVER = datetime.min.replace(tzinfo=UTC)
SQL = read_sql(__file__)
_noted: dict[int, datetime] = {}
_remembered: tuple[datetime, dict[int, bytes]] = _NEVER, {}


async def believe(headers: Mapping[str, str], body: bytes) -> tuple[str, int]:
    """Return why a delivery is not believed, or "" and the kept key that signed it (0: none).

    A key that another process has just kept counts at once: before a signature is called wrong
    the keys are read again. That is one small query, where keeping the refusal takes three.
    """
    at = clock.wall()
    found = _judge(headers, body, at)
    if found[0] in (NO_KEY, WRONG) or not at - FRESH < _remembered[0] <= at:
        await db.in_thread(read)
        found = _judge(headers, body, at)
    return found


def _judge(headers: Mapping[str, str], body: bytes, at: datetime) -> tuple[str, int]:
    kept = _remembered[1]
    reason = refusal(headers, body, [*settings().webhook_keys, *kept.values()], at)
    signers = (row for row, key in kept.items() if not refusal(headers, body, [key], at))
    return reason, 0 if reason else next(signers, 0)


def read(session: Session) -> dict[int, bytes]:
    """Read the keys that are good now and can be opened, by row, and remember them."""
    global _remembered
    _remembered = clock.wall(), {row.id: key for row, key in _good(session) if key}
    return _remembered[1]


def deaf(session: Session) -> str:
    """Return "", or one sentence that says why deliveries cannot be believed."""
    keys = [key for _, key in _good(session)]
    if not all(keys):
        return WORDS["unreadable"]
    return "" if settings().webhook_keys or keys else WORDS["no_key"]


def held(session: Session) -> dict[tuple[str, str], WebhookKey]:
    """Return the newest key of each (system, subscription) that is not retired and can be read."""
    rows = (row for row, key in _good(session) if key and not row.retired_at)
    return {(row.system, row.subscription_id): row for row in rows}


def is_doubted(session: Session, name: tuple[str, str]) -> bool:
    """Whether no key is held, or a signature was wrong since ours was last right."""
    row = held(session).get(name)
    since = row and (row.last_used_at or row.made_at)
    return not since or bool(session.execute(SQL["refused"], {"why": WRONG, "at": since}).scalar())


def keep(session: Session, system: str, subscription_id: str, url: str, key: str) -> None:
    """Keep the key (base64, maybe `whsec_…`) of a subscription, encrypted."""
    told: Any = {"system": system, "subscription_id": subscription_id, "url": url}
    sealed = _fernet().encrypt(key.encode()).decode()
    session.add(WebhookKey(encrypted=sealed, made_at=clock.wall(), **told))


def retire(session: Session, system: str, subscription_id: str) -> None:
    """Let the keys of a subscription end after the time that deliveries may be under way."""
    until = clock.wall() + GRACE
    session.execute(SQL["retire"], {"until": until, "system": system, "id": subscription_id})


def note_use(session: Session, key_id: int, at: datetime) -> None:
    """Note that a kept key (0: none) verified a delivery; seldom, so that it costs nothing."""
    if key_id and at - _noted.get(key_id, _NEVER) > NOTED:
        _noted[key_id] = at
        session.execute(SQL["used"], {"id": key_id, "at": at})


def _good(session: Session) -> list[tuple[WebhookKey, bytes]]:
    """Return the rows that are good now, the oldest first, with their keys; empty: not readable."""
    found = select(WebhookKey).where(SQL["good"].bindparams(at=clock.wall())).order_by(text("id"))
    return [(row, _open(row.encrypted)) for row in session.exec(found)]


def _open(sealed: str) -> bytes:
    try:
        return decoded_keys(_fernet().decrypt(sealed).decode())[0]
    except (InvalidToken, ValueError, IndexError):
        return b""


def _fernet() -> Fernet:
    sealing = hmac.digest(settings().secret(), b"webhook-keys", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(sealing))
