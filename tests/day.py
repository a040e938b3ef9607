"""A working day in simulated time: the real worker's loop, and a clock that waits only in words."""

import os
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from threading import Event
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, db, queue, worker
from crm_app.auth.models import User
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.actions import reply
from crm_app.conversations.models import Conversation, Pace
from crm_app.conversations.threads import receive_text
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client, lookup, sender, tasks
from crm_app.openphone.client import Page, SentText
from crm_app.outbox.actions import NewText, queue_many, set_pace
from crm_app.outbox.sending import next_due
from tests.campaigns.people import neighbours, number, person_of
from tests.make import make_list, make_user
from tests.texting import SIGNED, incoming

COMPANY = ZoneInfo("America/New_York")
OPENS = datetime(2026, 6, 9, 12, tzinfo=UTC)  # 8:00 in Quincy on a Tuesday
CLOSES = OPENS + timedelta(hours=12)
# `make chaos` lives through the whole day (SHARE=1), `make test` through a fifth of its texts.
SHARE = int(os.environ.get("SHARE") or 5)
COLD, ANSWERS, FURTHER = 125 // SHARE, 450 // SHARE, 100 // SHARE
SECONDS = 72.0  # 25 in 30 minutes
CALL = timedelta(seconds=0.15)
UNCLEAR_EVERY, NO_RECEIPT_EVERY = 60, 10  # one in so many texts is looked up
FIRST = 1000  # the number of the first who writes


@dataclass
class Day:
    """The time, what is to happen, and what the provider took."""

    chance: random.Random
    at: datetime = OPENS
    events: list[tuple[datetime, int, str, int]] = field(default_factory=list)
    due: float | None = None  # seconds to the next text, as the worker's beat last heard
    took: list[tuple[str, SentText]] = field(default_factory=list)
    again: set[int] = field(default_factory=set)  # who is answered twice
    wanted: dict[str, datetime] = field(default_factory=dict)
    ids: Any = field(default_factory=count)
    reads: int = 0
    user: User = field(init=False)

    def wall(self) -> datetime:
        return self.at

    def plan(self, at: datetime, what: str, who: int) -> None:
        heappush(self.events, (at, next(self.ids), what, who))

    def is_set(self) -> bool:
        return self.at >= CLOSES

    def wait(self, seconds: float) -> bool:
        """Let the time pass, as the worker's `stop.wait`; True at the end of the day."""
        quiet = min(self.at + timedelta(seconds=self.due or 86_400), CLOSES)
        if self.events:
            quiet = min(quiet, self.events[0][0])
        if seconds == worker.BEAT_SECONDS:  # beats that would find nothing are left out
            seconds *= max(1.0, (quiet - self.at).total_seconds() // seconds)
        end = self.at + timedelta(seconds=seconds)
        while self.events and self.events[0][0] <= end:
            at, _, what, who = heappop(self.events)
            self.at = max(self.at, at)
            getattr(self, what)(at, who)
        self.at = max(self.at, end)
        return self.is_set()

    def minute(self, at: datetime, _who: int) -> None:
        """What the scheduler of the worker does."""
        self.plan(at + timedelta(minutes=1), "minute", 0)
        tasks.every_minute()
        tasks.look_up()

    def answer(self, at: datetime, who: int) -> None:
        """Somebody writes, and is answered some minutes later."""
        with db.transaction() as session:
            receive_text(session, incoming("Yes?", e164=number(who), at=at))
        for _ in range(2 if who in self.again else 1):
            self.plan(at + timedelta(minutes=self.chance.uniform(1, 20)), "reply", who)

    def reply(self, at: datetime, who: int) -> None:
        """A person answers; the browser's process rings the worker."""
        body = f"Thank you, {len(self.wanted)}!"
        with db.transaction() as session:
            theirs = select(Conversation.id).where(col(Conversation.e164) == number(who))
            reply(session, session.exec(theirs).one(), body, person_of(self.user))
        self.wanted[body] = at
        queue.ring(tasks.send_outbox)

    def send_message(self, *, own_number: str, to: str, body: str) -> SentText:
        """OpenPhone takes a text; now and then its answer gets lost, or its receipt."""
        assert own_number
        n = len(self.took)
        status = "sent" if n % NO_RECEIPT_EVERY == 1 else "delivered"
        self.took.append((to, SentText(f"AC{n}", body, True, status, self.at)))
        self.at += CALL
        if n % UNCLEAR_EVERY == 2:
            raise ProviderError("no answer", Kind.UNCERTAIN)
        return self.took[-1][1]

    def read_page(self, _number: str, e164: str, since: datetime, _token: str | None) -> Page:
        """Look-ups have a thread of their own: they take slots, and no time of the sender's."""
        self.reads += 1
        return [one for to, one in self.took if to == e164 and one.at and one.at >= since], None

    def read_message(self, message_id: str) -> SentText:
        self.reads += 1
        return replace(self.took[int(message_id[2:])][1], status="delivered")

    def seconds_to_next(self) -> float | None:
        with db.transaction() as session:
            due = next_due(session)
        self.due = (due - self.at).total_seconds() if due else None
        return self.due


class Pause:
    """Stands for `Event` where the program waits for a slot."""

    def __init__(self, day: Day) -> None:
        self.day = day

    def wait(self, seconds: float) -> None:
        self.day.at += timedelta(seconds=seconds)


def lived(session: Session, monkeypatch: pytest.MonkeyPatch, seed: int) -> Day:
    """Let the worker live through one day and return it."""
    chance = random.Random(seed)
    day = Day(chance)
    for where, name, what in (
        (clock, "wall", day.wall), (sender, "Event", lambda: Pause(day)),
        (lookup, "Event", lambda: Pause(day)), (client, "send_message", day.send_message),
        (client, "read_page", day.read_page), (client, "read_message", day.read_message),
        (client, "number_id", lambda _: "PN1"), (queue, "ring", lambda work, *args: work(*args)),
        (tasks, "seconds_to_next", day.seconds_to_next), (tasks, "beat", lambda _: None),
    ):  # fmt: skip
        monkeypatch.setattr(where, name, what)
    change_rules(session, Rules(COLD))
    session.execute(text("select setseed(:seed)"), {"seed": seed / 100})
    day.user = make_user(session)
    _campaigns(session, day)
    whole = (CLOSES - OPENS).total_seconds() - 3600  # what is answered at the end is seen, too
    for who in range(FIRST, FIRST + ANSWERS):  # a Poisson process of so many is uniform
        day.plan(OPENS + timedelta(seconds=chance.uniform(0, whole)), "answer", who)
    for who in chance.sample(range(FIRST, FIRST + ANSWERS), FURTHER):
        day.again.add(who)
    day.plan(OPENS, "minute", 0)
    worker.keep_beating(cast(Event, day))
    return day


def _campaigns(session: Session, day: Day) -> None:
    """Two campaigns queue their texts before the firm opens."""
    people = neighbours(session, COLD)
    for campaign_id, mine in ((1, people[::2]), (2, people[1::2])):
        listed = make_list(session, *mine, name=f"Spring {campaign_id}", attested_by=day.user)
        pace = Pace(campaign_id=campaign_id, name=listed.name, list_id=listed.id, seconds=SECONDS,
                    next_at=OPENS)  # fmt: skip
        set_pace(session, pace)
        texts = [NewText(number(people.index(one) + 1), one.id, None, f"Hi, {one.name}! {SIGNED}")
                 for one in mine]  # fmt: skip
        queue_many(session, campaign_id, texts)
