"""What the machine's rules do to the program, each in a transaction as its edge would."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

from crm_app import clock, db
from crm_app.compliance import replies
from crm_app.compliance.rules import Rules, change_rules
from crm_app.errors import CrmError
from crm_app.openphone import sender
from crm_app.openphone.payloads import read_event
from crm_app.openphone.webhook import accept
from crm_app.outbox.outcomes import record
from crm_app.outbox.sending import Claimed, claim_next
from tests.machine.people import settle_in
from tests.machine.promises import CAP, Promises
from tests.machine.provider import Flight, Provider, Time
from tests.openphone.test_payloads import OURS, dated


class World:
    """One example's database (undone at its end), time, provider, and what is under way."""

    time = Time()  # the one that the patched clock reads
    provider: Provider  # the one that the patched client reads
    connection: Connection

    def __init__(self, begins: datetime) -> None:
        self.undo = self.connection.begin()
        World.time.at = begins
        World.provider = Provider(self.time)
        self.promises = Promises(self.provider)
        self.flights: list[Flight] = []
        self.deliveries: list[tuple[dict[str, Any], str]] = []
        self.ids = count(1)
        with db.transaction() as session:
            session.execute(text("update house set clock_offset = 0"))
            change_rules(session, Rules(cold_daily_limit=CAP, a_second=0, a_minute=0))
            self.owner, self.contacts, self.lists = settle_in(session)

    @classmethod
    def new_session(cls) -> Session:
        return Session(cls.connection, join_transaction_mode="create_savepoint")

    def do(self, verb: Callable[..., object], *args: Any, **more: Any) -> bool:
        """A person's verb; False when the program refuses it."""
        try:
            with db.transaction() as session:
                verb(session, *args, **more)
        except CrmError:
            return False
        return True

    def check(self) -> None:
        with db.transaction() as session:
            self.promises.check(session)

    def end(self) -> None:
        self.undo.rollback()

    def texted(self, e164: str, words: str, late: int) -> None:
        """A text of theirs arrives, so many minutes late; -1: written before their latest word."""
        at = self.time.at - timedelta(minutes=max(late, 0))
        if late < 0 and e164 in self.promises.words:
            at = self.promises.words[e164][0] - timedelta(seconds=1)
        at += timedelta(microseconds=next(self.ids))  # no two at one moment
        said = dated(id=f"ACin{next(self.ids)}", text=words, createdAt=at.isoformat())
        said["data"]["context"]["senderIdentifier"] = e164
        self.promises.said(e164, replies.read(words).verdict.name, at)
        self.deliver(said, words)

    def receipt(self, n: int, status: str) -> None:
        """News of a text that left, before or after its 202 was recorded."""
        to, told = self.provider.sent[n]
        news = dated(id=told.id, text=told.text, direction="outgoing", status=status,
                     createdAt=(told.at or self.time.at).isoformat())  # fmt: skip
        news["type"] = f"message.{status}"
        news["data"]["context"] |= {"senderIdentifier": OURS, "recipientIdentifiers": [to]}
        self.deliver(news, status)

    def deliver(self, said: dict[str, Any], words: str, delivery_id: str = "") -> None:
        event = said | {"id": delivery_id or f"EV{next(self.ids)}"}
        if not delivery_id:
            self.deliveries.append((event, words))
        body = json.dumps(event).encode()
        with db.transaction() as session:
            accept(session, read_event(body), body, {})

    def claim(self) -> Flight | None:
        """Claim the next text, waiting for its slot; the promises look at its commit."""
        for _ in range(30):
            with db.transaction() as session:
                found = claim_next(session)
                if isinstance(found, Claimed):
                    self.promises.may_start(session, found, clock.now(session))
            if isinstance(found, Claimed):
                flight = Flight(found)
                self.flights.append(flight)
                self.check()
                return flight
            if found is None:
                return None
            self.time.pass_by(seconds=found.seconds + 0.001)
        return None

    def call(self, flight: Flight, plan: str) -> None:
        """Call the provider, which then does as planned."""
        self.provider.plan, self.provider.row_id = plan, flight.claimed.outbox_id
        flight.answer = sender._call(self.provider.send, flight.claimed)

    def record(self, flight: Flight) -> None:
        assert flight.answer
        self.flights.remove(flight)
        with db.transaction() as session:
            record(session, flight.claimed, flight.answer)
        self.check()
