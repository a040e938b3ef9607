"""Telling the browsers: `publish` in a transaction, one listener per web process hears it."""

import json

from sqlalchemy import text
from sqlmodel import Session

CHANNEL = "crm_live"


def publish(session: Session, topic: str, key: object = "") -> None:
    """Tell every web process that `topic` changed; it is heard when the transaction commits."""
    news = {"channel": CHANNEL, "news": json.dumps([topic, str(key)])}
    session.execute(text("select pg_notify(:channel, :news)"), news)
