"""The program under the oracle's eyes: each text that starts, and each that waits, is asked about.

The database, the time and the provider are the other machine's (tests/machine).
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, db
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.models import Line, Outbox, OutboxState
from crm_app.outbox.sending import Claimed
from crm_app.settings import settings
from tests.imports.files import write
from tests.machine.provider import Flight, Provider
from tests.machine.world import World
from tests.oracle.oracle import CAP, MONTH, Oracle, Text
from tests.oracle.people import books, rows_of_file, settle_in

SEEN: Counter[str] = Counter()  # what happened, over all examples
SURELY_NOT = ("again", "refused", "stopped")
HALF_AN_HOUR, LONGEST_PAUSE = timedelta(minutes=30), timedelta(minutes=10)
_WAITING = text(
    "select o.id, o.e164, o.purpose, o.body, o.campaign_id, o.is_for_person, o.attempts,"
    " greatest(o.not_before, p.next_at) as due from outbox o left join pace p using (campaign_id)"
    # The next sweep ends what is too late.
    " where o.state = 'waiting' and coalesce(o.send_before > :now, true) order by o.id"
)
_LEFT = text("select id from outbox where started_at is not null")


class Judged(World):
    """One example's world; it is its own promises (tests.machine.world calls them so)."""

    def __init__(self, begins: datetime) -> None:
        self.undo = self.connection.begin()
        World.time.at = begins
        World.provider = Provider(self.time)
        self.promises: Any = self
        self.words: dict[str, Any] = {}
        self.flights: list[Flight] = []
        self.deliveries, self.ids = [], count(1)
        self.oracle, self.last_at = Oracle(books()), begins
        self.list_of: dict[int, str] = {}  # campaign: the name of its list
        self.for_person: set[int] = set()
        self.attempts: dict[int, int] = {}  # the newest of each row
        self.looked: dict[int, datetime] = {}  # until when a row's waiting was found right
        with db.transaction() as session:
            session.execute(text("update house set clock_offset = 0"))
            change_rules(session, Rules(CAP, a_second=0, a_minute=0))
            self.owner, self.contacts, self.lists = settle_in(session)
        self.oracle.attested["All"] = begins
        folder = settings().data_path
        folder.mkdir(parents=True, exist_ok=True)
        self.files: list[Path] = [
            write(folder / f"{name}.csv", *rows_of_file(name == "changed"))
            for name in ("first", "changed")
        ]

    def said(self, e164: str, word: str, at: datetime) -> None:
        """When they wrote it; the machine tells the oracle what, by the oracle's own reading."""
        self.last_at = at

    def may_start(self, session: Session, claimed: Claimed, now: datetime) -> None:
        """At the commit of a claim: the oracle must allow it at this instant."""
        row = session.get_one(Outbox, claimed.outbox_id, populate_existing=True)
        one = self._told(row)
        forbidden = self.oracle.forbids(row.id, one, now)
        assert not forbidden, f"{one.purpose} to {one.e164} at {now} started: {forbidden}"
        assert not self.provider.left[row.id], "it has left before"
        one.left, self.attempts[row.id] = now, claimed.attempt
        self.oracle.left[row.id] = one
        SEEN[f"started: {one.purpose}"] += 1

    def check(self, session: Session | None = None) -> None:
        """Between steps: what surely did not leave is forgotten by both sides, or by neither."""
        with db.transaction() as asked:
            left = set(asked.execute(_LEFT).scalars())
        for row_id, one in self.oracle.left.items():
            if one.left is not None and row_id not in left:
                assert not self.provider.left[row_id], "a text that left is forgotten"
                one.left = None
                self.looked.clear()

    def finish(self, flight: Flight, plan: str) -> None:
        """Call the provider, which does as planned, and write down what it said."""
        one = self.oracle.left[flight.claimed.outbox_id]
        self.call(flight, plan)
        is_late = flight.claimed.attempt != self.attempts[flight.claimed.outbox_id]
        if plan in SURELY_NOT and not is_late:  # a later attempt of it may have left
            one.left = None
            self.looked.clear()
        SEEN[f"answered: {plan}"] += 1
        self.record(flight)

    def drain(self, plans: list[str]) -> None:
        """Claim until nothing is left; then the oracle must say no to all that waits."""
        plans = [*plans]
        while flight := self.claim():
            plan = plans.pop(0) if plans else "sent"
            if plan == "killed":
                self.flights.remove(flight)
                SEEN["killed"] += 1
            elif plan == "slow":
                SEEN["slow"] += 1  # its answer comes in a later step
            else:
                self.finish(flight, plan)
        self.judge_waiting()

    def judge_waiting(self) -> None:
        """Ask about every row that waits, now and until its time."""
        with db.transaction() as session:
            now, line = clock.now(session), session.get(Line, settings().own_number)
            if line and line.retry_at and line.retry_at > now:
                return
            rows = session.execute(_WAITING, {"now": now}).all()
        asks = {row.id for row in rows if row.is_for_person}
        for row in rows:
            one = self._told(row)
            because = self.oracle.forbids(row.id, one, now)
            SEEN[f"waits: {because}"] += 1
            tries_again = row.attempts and now < row.due <= now + LONGEST_PAUSE
            if row.id in self.for_person or tries_again:
                continue
            assert because, f"{one.purpose} to {one.e164} waits at {now} until {row.due}"
            if not row.is_for_person:
                self._until(row, one, now)
        self.for_person = asks

    def _until(self, row: Any, one: Text, now: datetime) -> None:
        """Nothing opens earlier than the time that the row waits for, as things stand."""
        if self.looked.get(row.id) == row.due or one.campaign in self.oracle.paused:
            return
        self.looked[row.id] = row.due
        at = now.replace(minute=now.minute // 30 * 30, second=1, microsecond=0) + HALF_AN_HOUR
        while at < min(row.due, now + MONTH + MONTH):
            because = self.oracle.forbids(row.id, one, at)
            assert because, f"{one.purpose} to {one.e164} waits until {row.due}, not until {at}"
            at += HALF_AN_HOUR

    def _told(self, row: Any) -> Text:
        campaign = row.campaign_id or 0
        on_list = self.list_of.get(campaign, "")
        return Text(row.e164, str(row.purpose), row.body, on_list, campaign)

    def states(self) -> Counter[str]:
        """How many rows are in which state."""
        with db.transaction() as session:
            found = session.execute(text("select state, count(*) from outbox group by state"))
            return Counter({OutboxState(state): many for state, many in found})
