"""Many workers at once, on a database of their own: nobody twice, the cap exact, stop is stop."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from crm_app import clock, db
from crm_app.compliance.facts import Purpose
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations import slots
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import DayCap, MessageStatus, Outbox, OutboxState, Pace, RateSlot
from crm_app.conversations.optout import opt_out
from crm_app.conversations.threads import note_status, receive_text
from crm_app.errors import CrmError, Kind, ProviderError
from crm_app.openphone.sender import send_due
from crm_app.outbox.actions import queue_many
from crm_app.outbox.outcomes import Receipt, record, sweep_leases
from crm_app.outbox.sending import Claimed, Wait, claim_next
from tests.texting import PAT, TUESDAY, Gateway, incoming, make_texts, queue_cold, set_clock, status

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that takes any number of requests a second."""
    monkeypatch.setattr(slots, "take_rate_slot", lambda *_: 0.0)


def queue(many: int, limit: int = 125) -> list[int]:
    with db.transaction() as session:
        set_clock(session, TUESDAY)
        change_rules(session, Rules(cold_daily_limit=limit, a_second=0, a_minute=0))
        return queue_cold(session, many)


def claim_all() -> list[Claimed]:
    """What one worker gets until there is nothing more."""
    got: list[Claimed] = []
    while True:
        with db.transaction() as session:
            found = claim_next(session)
        if found is None:
            return got
        if isinstance(found, Claimed):
            got.append(found)


def at_once(workers: int, work: Callable[[], list[Claimed]]) -> list[Claimed]:
    barrier = Barrier(workers)

    def one() -> list[Claimed]:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(workers) as pool:
        done = [pool.submit(one) for _ in range(workers)]
        return [found for future in done for found in future.result()]


@pytest.mark.usefixtures("no_rate")
def test_twenty_workers_claim_no_row_twice_and_keep_the_cap_exactly() -> None:
    queue(60, limit=37)

    got = at_once(20, claim_all)

    assert len(got) == 37
    assert max(Counter(found.outbox_id for found in got).values()) == 1
    with db.transaction() as session:
        assert session.exec(select(DayCap.used)).one() == 37
        waiting = session.exec(select(Outbox).where(col(Outbox.state) == OutboxState.WAITING)).all()
        assert len(waiting) == 23
        assert "37 of today's 37" in session.get_one(Pace, 1).because


@pytest.mark.usefixtures("no_rate")
def test_workers_that_fail_and_try_again_keep_the_cap_too() -> None:
    queue(40, limit=15)
    answers = [None, Kind.AGAIN, Kind.REFUSED, None, Kind.UNCERTAIN]

    def work() -> list[Claimed]:
        kept = []
        for found in claim_all():
            kind = answers[found.outbox_id % len(answers)] if found.attempt == 1 else None
            outcome = ProviderError("x", kind) if kind else Receipt(f"AC{found.outbox_id}")
            with db.transaction() as session:
                record(session, found, outcome)
            kept += [] if kind in (Kind.AGAIN, Kind.REFUSED) else [found]
        return kept

    kept = at_once(8, work)

    with db.transaction() as session:
        used = session.exec(select(DayCap.used)).one()
        gone = session.exec(select(Outbox).where(col(Outbox.started_at).is_not(None))).all()
    assert used == len(kept) == len(gone) <= 15


def test_no_sliding_second_sees_more_claims_of_many_workers_than_it_may() -> None:
    queue(30)

    got = at_once(6, claim_all)

    assert len(got) == 30
    with db.transaction() as session:
        times = sorted(session.exec(select(RateSlot.at)))
    assert all(
        sum(0 <= (at - start).total_seconds() < 1 for at in times) <= slots.REQUESTS_A_SECOND
        for start in times
    )


@pytest.mark.usefixtures("no_rate")
def test_no_row_becomes_sending_once_a_stop_has_committed() -> None:
    queue(80)
    with db.transaction() as session:
        numbers = list(session.exec(select(Outbox.e164)))
    stopped: dict[str, datetime] = {}

    def stop_them() -> list[Claimed]:
        for e164 in numbers[::2]:
            with db.transaction() as session:
                opt_out(session, e164, source="text", because="STOP", at=clock.now(session))
            with db.transaction() as session:
                stopped[e164] = session.execute(text("select clock_timestamp()")).scalar_one()
        return []

    started: dict[str, datetime] = {}

    def claim_slowly() -> list[Claimed]:
        got = []
        while True:
            with db.transaction() as session:
                before = session.execute(text("select clock_timestamp()")).scalar_one()
                found = claim_next(session)
            if found is None:
                return got
            if isinstance(found, Claimed) and not found.body.startswith("You are unsub"):
                started[found.to] = before
                got.append(found)

    turns = [stop_them, claim_slowly, claim_slowly, claim_slowly]
    got = at_once(4, lambda: turns.pop()())

    assert max(Counter(found.to for found in got).values()) == 1
    with db.transaction() as session:
        states = dict(session.exec(select(Outbox.e164, Outbox.state).where(
            col(Outbox.campaign_id) == 1)).all())  # fmt: skip
    for e164 in numbers[::2]:
        assert states[e164] in (OutboxState.CANCELLED, OutboxState.SENDING)
        if states[e164] is OutboxState.SENDING:
            assert started[e164] < stopped[e164]
    assert {states[e164] for e164 in numbers[1::2]} == {OutboxState.SENDING}


@pytest.mark.usefixtures("no_rate")
def test_a_claim_does_not_wait_for_an_optout_in_progress() -> None:
    queue(1)
    with db.transaction() as stopping:
        e164 = stopping.exec(select(Outbox.e164)).one()
        opt_out(stopping, e164, source="text", because="STOP", at=TUESDAY)
        with db.transaction() as session:
            found = claim_next(session)
        assert found is None or isinstance(found, Wait)

    with db.transaction() as session:
        assert claim_next(session) is not None  # the confirmation
        cold = session.exec(select(Outbox).where(col(Outbox.campaign_id) == 1)).one()
        assert cold.state is OutboxState.CANCELLED


def test_a_reply_written_during_a_stop_waits_for_it_and_is_refused() -> None:
    queue(1)
    with db.transaction() as session:
        receive_text(session, incoming())

    def answer() -> int:
        with db.transaction() as session:
            return queue_text(session, e164=PAT, body="Yes", purpose=Purpose.REPLY)

    with ThreadPoolExecutor(1) as pool:
        with db.transaction() as stopping:
            opt_out(stopping, PAT, source="text", because="STOP", at=TUESDAY)
            asked = pool.submit(answer)
            with pytest.raises(TimeoutError):
                asked.result(0.5)
        with pytest.raises(CrmError, match="opted out"):
            asked.result(10)


@pytest.mark.usefixtures("no_rate")
def test_a_number_that_another_transaction_holds_is_passed_over() -> None:
    first, second = queue(2)
    with db.transaction() as holding:
        slots.lock_number(holding, holding.get_one(Outbox, first).e164)
        with db.transaction() as session:
            found = claim_next(session)
            assert isinstance(found, Claimed)
            assert found.outbox_id == second
        with db.transaction() as session:
            assert isinstance(claim_next(session), Wait)


@pytest.mark.usefixtures("no_rate")
def test_two_owners_of_a_house_are_never_claimed_at_once() -> None:
    with db.transaction() as session:
        set_clock(session, TUESDAY)
        queue_many(session, 1, make_texts(session, 40, houses=True))

    got = at_once(8, claim_all)

    assert len(got) == 20
    with db.transaction() as session:
        houses = session.exec(
            select(Outbox.property_id).where(col(Outbox.state) == OutboxState.SENDING)
        ).all()
    assert len(set(houses)) == 20


@pytest.mark.usefixtures("no_rate")
def test_senders_receipts_stops_and_sweeps_at_once_never_deadlock() -> None:
    queue(40)
    gateway = Gateway()

    def receipts() -> list[Claimed]:
        for n in range(40):
            with db.transaction() as session:
                begun = select(Outbox.e164).where(Outbox.state != OutboxState.WAITING)
                if found := session.exec(begun.offset(n % 5).limit(1)).first():
                    note_status(session, status(f"AC{n}", MessageStatus.DELIVERED, e164=found))
                sweep_leases(session)
        return []

    def stops() -> list[Claimed]:
        with db.transaction() as session:
            numbers = sorted(session.exec(select(Outbox.e164)), reverse=True)
        for e164 in numbers[:20]:
            with db.transaction() as session:
                opt_out(session, e164, source="text", because="STOP", at=TUESDAY)
        return []

    def sends() -> list[Claimed]:
        send_due(gateway.send)
        return []

    turns = [sends, sends, sends, receipts, stops]
    at_once(5, lambda: turns.pop()())
    sends()  # the last STOP's confirmation, should every sender have been through before it

    assert max(Counter(gateway.asked).values()) == 1
    with db.transaction() as session:
        states = set(session.exec(select(Outbox.state)))
    assert states <= {OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DELIVERED}


@pytest.mark.usefixtures("no_rate")
def test_a_claim_of_a_killed_worker_becomes_uncertain_and_is_not_claimed_again() -> None:
    only = queue(1)[0]
    assert len(claim_all()) == 1
    with db.transaction() as session:
        session.execute(text("update outbox set lease_until = now() - interval '1 second'"))

    at_once(2, sweep)

    assert claim_all() == []
    with db.transaction() as session:
        assert session.get_one(Outbox, only).state is OutboxState.UNCERTAIN


def sweep() -> list[Claimed]:
    with db.transaction() as session:
        sweep_leases(session)
    return []
