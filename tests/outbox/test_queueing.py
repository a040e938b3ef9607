from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from crm_app.compliance.actions import suppress
from crm_app.compliance.models import DecisionRecord
from crm_app.contacts.models import PhoneNumber
from crm_app.conversations.models import Outbox, OutboxState
from crm_app.errors import CrmError, Kind, ProviderError
from crm_app.outbox import actions
from crm_app.outbox.outcomes import Receipt, record
from crm_app.outbox.sending import next_due
from tests.texting import TUESDAY, claimed, hello, make_texts, queue_cold, row, set_clock

pytestmark = pytest.mark.usefixtures("tuesday")


def test_a_campaigns_texts_are_queued_once_each_with_a_decision(session: Session) -> None:
    texts = make_texts(session, 30)

    queued = actions.queue_many(session, 1, texts)
    again = actions.queue_many(session, 1, texts)

    assert sorted(queued) == sorted(one.e164 for one in texts)
    assert again == queued
    stored = session.exec(select(DecisionRecord).where(col(DecisionRecord.stage) == "queue"))
    assert len(stored.all()) == 60
    found = row(session, queued[texts[0].e164])
    assert found.body == hello("0110")
    assert (found.state, found.because) == (OutboxState.WAITING, "")


def test_at_night_texts_are_held_until_the_opening_with_the_reason(session: Session) -> None:
    set_clock(session, TUESDAY + timedelta(hours=12))

    found = row(session, queue_cold(session)[0])

    assert found.not_before == TUESDAY + timedelta(hours=23)
    assert found.because.startswith("opens 9:00")
    assert next_due(session) == found.not_before


def test_who_said_stop_or_takes_no_texts_is_never_texted_for_a_reason(session: Session) -> None:
    *texts, fourth = make_texts(session, 4)
    suppress(session, texts[0].e164, source="text", because="STOP", at=TUESDAY)
    line = session.exec(select(PhoneNumber).where(col(PhoneNumber.e164) == texts[1].e164)).one()
    line.is_textable, line.not_textable_because = False, "landline"
    session.flush()

    skipped = replace(fourth, skipped_because="a company")
    queued = actions.queue_many(session, 1, [*texts, skipped]).values()

    assert [(found.state, found.because) for one in queued for found in [row(session, one)]] == [
        (OutboxState.NEVER, "opted out on 9 June 2026"),
        (OutboxState.NEVER, "landline"),
        (OutboxState.WAITING, ""),
        (OutboxState.NEVER, "a company"),
    ]


def test_a_list_nobody_attested_waits_for_a_person(session: Session) -> None:
    texts = make_texts(session, 1)
    session.execute(text("delete from attestation"))

    (outbox_id,) = actions.queue_many(session, 1, texts).values()

    found = row(session, outbox_id)
    assert found.is_for_person
    assert "attested" in found.because


def test_a_campaign_without_people_is_no_error(session: Session) -> None:
    assert actions.queue_many(session, 1, []) == {}


def test_an_empty_text_is_refused(session: Session) -> None:
    texts = [actions.NewText(one.e164, one.contact_id, None, " ") for one in make_texts(session, 1)]

    with pytest.raises(CrmError, match="Write a text"):
        actions.queue_many(session, 1, texts)


def test_the_database_itself_refuses_a_text_to_a_number_that_said_stop(session: Session) -> None:
    waiting = queue_cold(session)[0]
    e164 = row(session, waiting).e164
    suppress(session, e164, source="text", because="STOP", at=TUESDAY)

    with pytest.raises(DBAPIError, match="opted out"), session.begin_nested():
        session.execute(text("update outbox set state = 'sending'"))


def test_a_paused_campaign_holds_its_texts_and_goes_on(session: Session) -> None:
    waiting = queue_cold(session)[0]

    actions.pause_campaign(session, 1)
    assert next_due(session) is None

    actions.pause_campaign(session, 1, is_paused=False)
    assert claimed(session).outbox_id == waiting


def test_cancelling_calls_back_what_waits_and_leaves_what_is_gone(session: Session) -> None:
    first, second = queue_cold(session, 2)
    sent = claimed(session)
    record(session, sent, Receipt("AC1"))

    actions.cancel_campaign(session, 1, "campaign cancelled")

    assert row(session, first).state is OutboxState.SENT
    found = row(session, second)
    assert (found.state, found.because) == (OutboxState.CANCELLED, "campaign cancelled")
    assert found.finished_at
    kept = select(DecisionRecord).where(col(DecisionRecord.stage) == "stop")
    told = session.exec(kept).one()
    assert (told.outbox_id, told.reasons[0]) == (second, ["audience", "campaign cancelled"])


def test_a_text_in_flight_of_a_cancelled_campaign_is_not_tried_again(session: Session) -> None:
    only = queue_cold(session)[0]
    sending = claimed(session)

    actions.cancel_campaign(session, 1, "campaign cancelled")
    record(session, sending, ProviderError("busy", Kind.AGAIN))

    found = row(session, only)
    assert (found.state, found.because) == (OutboxState.CANCELLED, "campaign cancelled")
    assert session.exec(select(Outbox).where(col(Outbox.state) == "waiting")).all() == []
