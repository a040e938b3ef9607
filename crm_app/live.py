"""Telling the browsers: `publish` in a transaction, one listener per web process hears it."""

import json
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

CHANNEL = "crm_live"


@dataclass(frozen=True)
class News:
    """Something changed: a topic and, where it has one, the key of the thing."""

    topic: str
    key: str


def publish(session: Session, topic: str, key: object = "") -> None:
    """Tell every web process that `topic` changed; it is heard when the transaction commits."""
    session.execute(
        text("select pg_notify(:channel, :news)"),
        {"channel": CHANNEL, "news": json.dumps([topic, str(key)])},
    )


def read(payload: str) -> News:
    """Return the news of a notification's payload."""
    topic, key = json.loads(payload)
    return News(topic, key)
