from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.compliance.actions import suppress
from crm_app.compliance.facts import Purpose
from crm_app.compliance.models import DecisionRecord
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import Contact
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import DayCap, Line, Outbox, OutboxState, Pace, RateSlot
from crm_app.conversations.threads import receive_text
from crm_app.errors import Kind, ProviderError
from crm_app.outbox import sending
from crm_app.outbox.actions import queue_many
from crm_app.outbox.outcomes import Receipt, record
from crm_app.outbox.sending import Claimed, Wait, claim_next, next_due
from crm_app.settings import settings
from tests.texting import (
    PAT,
    TUESDAY,
    claimed,
    hello,
    incoming,
    make_texts,
    queue_cold,
    row,
    rows,
    set_clock,
)

pytestmark = pytest.mark.usefixtures("tuesday")


def pace(session: Session) -> Pace:
    return session.get_one(Pace, 1, populate_existing=True)


def queue_reply(session: Session) -> int:
    receive_text(session, incoming())
    return queue_text(session, e164=PAT, body="Yes", purpose=Purpose.REPLY)


def test_a_claimed_text_is_sending_with_a_lease_and_a_decision(session: Session) -> None:
    only = queue_cold(session)[0]

    found = claimed(session)

    assert (found.outbox_id, found.attempt, found.body) == (only, 1, hello("0110"))
    state = row(session, only)
    assert state.state is OutboxState.SENDING
    assert state.lease_until
    assert state.started_at
    assert claim_next(session) is None
    decided = session.exec(select(DecisionRecord).where(col(DecisionRecord.stage) == "claim")).one()
    assert (decided.outbox_id, decided.is_allowed) == (only, True)
    assert session.exec(select(DayCap.used)).one() == 1
    assert len(session.exec(select(RateSlot)).all()) == 1


def test_nothing_queued_is_nothing_to_claim(session: Session) -> None:
    assert claim_next(session) is None


def test_a_persons_reply_overtakes_campaign_texts_and_needs_no_slot_of_the_day(
    session: Session,
) -> None:
    queue_cold(session, 2)
    reply = queue_reply(session)

    assert claimed(session).outbox_id == reply
    assert session.exec(select(DayCap)).first() is None


def test_texts_of_one_urgency_leave_in_the_order_of_the_queue(session: Session) -> None:
    queued = queue_cold(session, 3)

    assert [claimed(session).outbox_id for _ in queued] == queued


def test_what_the_gate_holds_at_claiming_waits_for_the_opening(session: Session) -> None:
    only = queue_cold(session)[0]
    set_clock(session, TUESDAY + timedelta(hours=9))

    assert claim_next(session) is None

    found = pace(session)
    assert found.next_at == TUESDAY + timedelta(hours=23)
    assert found.because.startswith("opens 9:00")
    assert row(session, only).state is OutboxState.WAITING
    assert next_due(session) == found.next_at


def test_who_said_stop_after_queueing_is_called_back_at_claiming(session: Session) -> None:
    only = queue_cold(session)[0]
    suppress(session, row(session, only).e164, source="person", because="phone", at=TUESDAY)

    assert claim_next(session) is None

    found = row(session, only)
    assert (found.state, found.because) == (OutboxState.CANCELLED, "opted out on 9 June 2026")
    assert found.opted_out_at == TUESDAY


def test_a_deleted_contact_is_never_texted(session: Session) -> None:
    only = queue_cold(session)[0]
    session.get_one(Contact, row(session, only).contact_id).deleted_at = TUESDAY

    assert claim_next(session) is None

    assert row(session, only).state is OutboxState.NEVER
    assert row(session, only).because == "the contact was deleted"


def test_what_only_a_person_can_open_is_held_for_a_person(session: Session) -> None:
    only = queue_cold(session)[0]
    session.execute(text("delete from attestation"))

    assert claim_next(session) is None
    assert row(session, only).is_for_person


def test_a_confirmation_that_came_too_late_is_not_claimed(session: Session) -> None:
    reply = queue_reply(session)
    row(session, reply).send_before = TUESDAY

    assert claim_next(session) is None


def test_the_second_owner_of_a_house_waits_a_month(session: Session) -> None:
    first, second = queue_many(session, 1, make_texts(session, 2, houses=True)).values()

    assert claimed(session).outbox_id == first
    assert claim_next(session) is None

    held = row(session, second)
    assert held.because.startswith("somebody else in this house was texted on 9 June 2026")
    assert held.not_before >= TUESDAY + timedelta(days=30)


def test_a_number_gets_one_cold_text_a_month_over_all_campaigns(session: Session) -> None:
    texts = make_texts(session, 1)
    queue_many(session, 1, texts)
    second = queue_many(session, 2, texts)[texts[0].e164]
    claimed(session)

    assert claim_next(session) is None
    assert row(session, second).because == "texted on 9 June 2026 by Spring 1"


def test_the_used_up_day_holds_all_cold_texts_at_once_with_one_decision(session: Session) -> None:
    change_rules(session, Rules(cold_daily_limit=2, a_second=0, a_minute=0))
    queued = queue_cold(session, 6)
    claimed(session)
    claimed(session)
    before = len(session.exec(select(DecisionRecord)).all())

    session.execute(text("delete from rate_slot"))
    assert claim_next(session) is None

    held = pace(session)
    assert held.next_at == TUESDAY + timedelta(hours=23)
    assert held.because == "2 of today's 2 cold texts are used"
    assert len(session.exec(select(DecisionRecord)).all()) == before + 1
    set_clock(session, TUESDAY + timedelta(hours=23))
    assert claimed(session).outbox_id == queued[2]


def test_a_cap_that_fills_between_the_gate_and_the_slot_holds(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = queue_cold(session)[0]
    monkeypatch.setattr(sending.slots, "take_day_slot", lambda *_: False)

    assert claim_next(session) is None
    assert row(session, only).state is OutboxState.WAITING
    assert "cold texts are used" in pace(session).because


def test_without_a_free_slot_of_the_second_nothing_changes(session: Session) -> None:
    only = queue_cold(session)[0]
    reply = queue_reply(session)
    assert isinstance(claim_next(session), Claimed)

    found = claim_next(session)

    assert isinstance(found, Wait)
    assert 0 < found.seconds <= 1
    assert row(session, only).state is OutboxState.WAITING
    assert row(session, reply).state is OutboxState.SENDING


def test_a_stopped_line_is_probed_with_one_text_every_five_minutes(session: Session) -> None:
    first, second = queue_cold(session, 2)
    refused = ProviderError("OpenPhone: no credits. Add credits.", Kind.STOPPED)
    record(session, claimed(session), refused)

    assert claim_next(session) is None
    assert next_due(session) == session.get_one(Line, settings().own_number).retry_at
    set_clock(session, TUESDAY + timedelta(minutes=5, seconds=5))
    probe = claimed(session)
    assert probe.outbox_id == first
    assert claim_next(session) is None

    record(session, probe, Receipt("AC1"))

    assert session.get_one(Line, settings().own_number).stopped_since is None
    assert claimed(session).outbox_id == second


def test_of_two_workers_only_one_probes(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    queue_cold(session)
    session.add(Line(own_number=settings().own_number, stopped_since=TUESDAY, retry_at=TUESDAY))
    session.flush()
    monkeypatch.setitem(sending.SQL, "probe", text("select 1 where false"))

    assert claim_next(session) is None


def test_so_many_held_rows_are_left_to_the_next_transaction(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_cold(session, 3)
    session.execute(text("update contact set mail_zip = '96813'"))  # Honolulu, where it is 4:00
    monkeypatch.setattr(sending, "LOOKS", 2)

    assert claim_next(session) == Wait(0.0)
    assert claim_next(session) is None


def test_every_purpose_is_asked_at_the_gate_again(session: Session) -> None:
    reply = queue_reply(session)
    set_clock(session, TUESDAY + timedelta(days=91))

    assert claim_next(session) is None

    assert row(session, reply).is_for_person
    assert rows(session)[0].because.startswith("they last wrote 9")
    assert session.exec(select(Outbox).where(col(Outbox.state) == "sending")).first() is None
