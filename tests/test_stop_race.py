"""A STOP races a send, 1,000 times (`make chaos`) or fewer: nothing starts after its commit.

Real threads, connections and commits. Each claim and each STOP draws a turn from a sequence as
the last thing before its commit, under a lock of this test's own that the commit lets go: the
turns of a number are the order of its commits, whatever the program itself locks.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from crm_app import db
from crm_app.auth.models import User
from crm_app.campaigns import actions as campaigns
from crm_app.conversations import slots
from crm_app.conversations.models import Outbox, OutboxState
from crm_app.errors import Kind, ProviderError
from crm_app.inbox.thread import thread
from crm_app.openphone import sender
from crm_app.openphone.tasks import apply_due
from crm_app.outbox import sending
from crm_app.outbox.lookups import note_absent, to_look_up
from crm_app.outbox.outcomes import Receipt
from crm_app.outbox.standing import Numbers, numbers_of
from tests.campaigns.people import OWNER, person_of
from tests.journeys.stack import until
from tests.referee import AT_ONCE, NUMBERS, OUTCOMES, RACES, Referee, drafts
from tests.texting import TUESDAY, at_full_speed, set_clock, thread_of

FEW = 4


@pytest.fixture
def referee(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Referee:
    """The one who sees every claim, STOP and call; the provider takes any rate."""
    found = Referee()
    monkeypatch.setattr(sender, "claim_next", found.claim)
    monkeypatch.setattr(slots, "take_rate_slot", lambda *_: 0.0)
    monkeypatch.setattr(sending, "BUSY_SECONDS", 0.0)
    return found


def begin(campaign_id: int) -> None:
    with db.transaction() as session:
        owner = session.exec(select(User)).one()
        campaigns.start(session, campaign_id, person_of(owner))
        at_full_speed(session)


def tomorrow(referee: Referee) -> None:
    """Look up what is uncertain, twice and in vain, and send what is due a day later."""
    for wait in (timedelta(minutes=1), timedelta(minutes=12), timedelta(days=1)):
        with db.transaction() as session:
            set_clock(session, TUESDAY + wait)
            for one in to_look_up(session):
                note_absent(session, one.outbox_id, TUESDAY + wait)
    sender.send_due(referee.send)


def rows_of(campaign_ids: list[int]) -> tuple[dict[str, Outbox], list[Numbers]]:
    with db.transaction() as session:
        rows = session.exec(select(Outbox).where(col(Outbox.campaign_id).in_(campaign_ids))).all()
        return {row.e164: row for row in rows}, list(numbers_of(session, campaign_ids).values())


def test_no_send_starts_after_a_stop_in_many_races(referee: Referee) -> None:
    gate, made = Barrier(4), drafts(NUMBERS)

    def stop(numbers: list[str]) -> None:
        gate.wait()
        for n, e164 in enumerate(numbers):
            if n == AT_ONCE // 2:  # however the threads run, some have been texted by then
                until(lambda: len(referee.started.keys() & set(numbers)) > 2, "texts")
            referee.stop(e164)

    def send() -> None:
        gate.wait()
        sender.send_due(referee.send)

    with ThreadPoolExecutor(4) as pool:
        for n, campaign_id in enumerate(made):
            begin(campaign_id)
            numbers = NUMBERS[n * AT_ONCE : (n + 1) * AT_ONCE]
            racing = [pool.submit(send), pool.submit(send), pool.submit(send)]
            racing.append(pool.submit(stop, numbers[::-1]))  # the first to be texted stops last
            for one in racing:
                one.result(60)
    tomorrow(referee)

    assert len(referee.stopped) == RACES
    late = [
        (e164, turns, referee.stopped[e164])
        for e164, turns in referee.started.items()
        if max(turns) > referee.stopped[e164]
    ]
    assert late == []
    assert min(len(referee.started), RACES - len(referee.started)) > RACES // 20, "no race"
    rows, told = rows_of(made)
    assert set(referee.called) == set(referee.started)
    outcome = {e164: OUTCOMES[n % len(OUTCOMES)] for n, e164 in enumerate(NUMBERS)}
    # "Not now" is asked again after five seconds: on a slow machine before the STOP.
    twice = {e164 for e164, calls in referee.called.items() if len(calls) > 1}
    assert {outcome[e164] for e164 in twice} <= {Kind.AGAIN}
    for e164, row in rows.items():
        has_left = referee.called[e164] and outcome[e164] is None
        assert row.state is (OutboxState.SENT if has_left else OutboxState.CANCELLED)
        assert row.opted_out_at == TUESDAY
    assert {(one.audience, one.opted_out) for one in told} == {(AT_ONCE, AT_ONCE)}
    assert sorted(referee.confirmed) == sorted(NUMBERS)


@pytest.mark.parametrize("kind", [None, *Kind])
def test_a_stop_while_the_provider_is_asked_marks_the_text_and_ends_it(
    referee: Referee, kind: Kind | None
) -> None:
    """Everybody of a campaign says STOP while their text is on the wire; whatever its outcome."""

    def answer(e164: str) -> ProviderError | Receipt:
        referee.stop(e164)
        return ProviderError("x", kind) if kind else Receipt(f"AC{e164}")

    referee.answer = answer
    (campaign_id,) = drafts(NUMBERS[:FEW])
    begin(campaign_id)
    sender.send_due(referee.send)
    tomorrow(referee)
    apply_due()

    rows, (told,) = rows_of([campaign_id])
    asked = set(referee.called)
    assert {len(calls) for calls in referee.called.values()} == {1}
    assert told.opted_out == len(asked)
    assert kind is Kind.STOPPED or len(asked) == FEW  # a stopped line asks one, to probe
    ended = OutboxState.FAILED if kind is Kind.REFUSED else OutboxState.CANCELLED
    assert {rows[e164].state for e164 in asked} == {ended if kind else OutboxState.SENT}
    with db.transaction() as session:
        for e164 in asked:
            shown = thread(session, thread_of(session, e164).id, OWNER)
            assert shown.opted_out.startswith("Opted out on Tue, Jun 9, 2026, 10:00 AM")
