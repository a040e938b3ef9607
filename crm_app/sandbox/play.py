"""Playing the time: the scheduler, the sender and the homeowners act in each minute on the way.

So nothing bursts and nothing waits when the clock is moved forward (design, section 4).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

import httpx
from sqlalchemy import text

from crm_app import clock, db, house, live, queue
from crm_app.conversations import slots
from crm_app.openphone import client, sender
from crm_app.openphone import tasks as openphone
from crm_app.outbox.sending import LEASE, next_due
from crm_app.sandbox import clocks
from crm_app.settings import settings

logger = logging.getLogger(__name__)
LOCK = 7_310_001  # advisory; one player at a time
PATIENCE = 60.0  # seconds; the pretend world delivers its webhooks before it answers
_LOOKUPS = text("select 1 from outbox where state = 'uncertain' and not is_for_person limit 1")
ARRIVES = timedelta(seconds=2)  # a text that takes longer was a killed worker's
_ON_THE_WIRE = text("select 1 from outbox where state = 'sending' and lease_until > :since limit 1")
FACT = "sandbox clock"  # the heartbeat that says whether the outside world follows the clock


@dataclass(frozen=True)
class Told:
    """What the pretend world said when it heard the time."""

    delivered: int
    next_due: datetime | None


def tell_sandbox() -> Told | None:
    """Bring the pretend world's clock in step; None when that server has no clock to move.

    Its receipts and homeowners act up to the new time before it answers. Whether it follows is
    kept as a heartbeat's detail.
    """
    clocks.only_in_sandbox()
    with db.transaction() as session:
        offset = round((clock.now(session) - clock.wall()).total_seconds())
    told, detail = _post(offset)
    with db.transaction() as session:
        house.beat(session, FACT, clock.wall(), detail)
    return told


def _post(offset: int) -> tuple[Told | None, str]:
    try:
        with client.connection() as provider:
            answer = provider.post(
                "/__sandbox/clock", json={"offset_seconds": offset}, timeout=PATIENCE
            )
    except httpx.HTTPError as problem:
        return None, f"does not answer: {type(problem).__name__}"
    if answer.status_code != httpx.codes.OK:
        return None, f"has no clock to move: HTTP {answer.status_code}"
    said = answer.json()
    due = said.get("next_due")
    return Told(said["delivered"], datetime.fromisoformat(due) if due else None), "follows"


def play() -> None:
    """Play the time to the house's target, also when that is moved meanwhile; one at a time."""
    while _is_on_the_way():
        with _alone() as is_ours:
            if not is_ours:
                logger.info("the time is being played by another worker")
                return
            _play_on()


def _is_on_the_way() -> bool:
    with db.transaction() as session:
        return clocks.position(session).target is not None


def _play_on() -> None:
    told = tell_sandbox()
    while _step(told):
        told = act()


def _step(told: Told | None) -> bool:
    """Move the clock on, and the pretend world's with it; False when there is nowhere to go."""
    with nobody_sends():
        with db.transaction() as session:
            text_due = next_due(session)
            dues = [
                text_due,
                told.next_due if told else None,
                clock.now(session) if session.execute(_LOOKUPS).first() else None,
            ]
            reached = clocks.step(session, min(filter(None, dues), default=None), text_due)
        if reached:
            tell_sandbox()
    return reached is not None


def act() -> Told | None:
    """Let everybody do what is due by now: scheduler, sender, homeowners, and what they said."""
    for name, work in queue.periodic_tasks.items():
        if not name.startswith("crm_app.sandbox."):
            work()
    sender.send_due()
    told = tell_sandbox()
    openphone.apply_due()
    if told and told.delivered:
        sender.send_due()
    with db.transaction() as session:
        live.publish(session, clocks.TOPIC)
    return told


@contextmanager
def nobody_sends() -> Iterator[None]:
    """Let no text start in this block, and those on the wire arrive before it.

    While the two clocks are moved one after the other, the world would date a text by the wrong.
    """
    with db.transaction() as session:
        slots.lock_line(session, settings().own_number)
        while session.execute(_ON_THE_WIRE, {"since": clock.wall() + LEASE - ARRIVES}).first():
            Event().wait(0.02)
        yield


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the player's advisory lock for a while; gives whether it was free."""
    with db.engine().connect() as connection:
        is_ours = bool(
            connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar()
        )
        connection.commit()
        try:
            yield is_ours
        finally:
            if is_ours:
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
                connection.commit()
