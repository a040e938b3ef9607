"""What a delivery does at once: STOP, HOLD, START, HELP, and OpenPhone's own refusal."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from crm_app import queue
from crm_app.compliance import replies
from crm_app.compliance.facts import Purpose
from crm_app.compliance.models import Frozen, Suppression
from crm_app.compliance.queries import suppression_of
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import OutboxState
from crm_app.conversations.optout import freeze, settle_frozen
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError, Kind, ProviderError
from crm_app.openphone import tasks
from crm_app.outbox.outcomes import record
from crm_app.outbox.sending import claim_next
from tests.openphone.conftest import Deliver
from tests.openphone.test_payloads import dated, envelope
from tests.texting import (
    PAT,
    TUESDAY,
    claimed,
    hello,
    incoming,
    numbers,
    olivia,
    queue_cold,
    row,
    rows,
    set_clock,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _quiet_tuesday(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten in the morning, and nobody hears the bell."""
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    set_clock(session, TUESDAY)


def still_frozen(session: Session) -> list[str]:
    return list(session.exec(select(Frozen.said).where(col(Frozen.settled_at).is_(None))))


@pytest.mark.parametrize("words", ["pls quit texting", "take me off your list", "STOP", "alto"])
def test_any_clear_wording_stops_and_is_confirmed_once(
    session: Session, deliver: Deliver, words: str
) -> None:
    assert deliver(dated(text=words)) == 200

    assert suppression_of(session, PAT)
    assert [one.purpose for one in rows(session)] == [Purpose.CONFIRMATION]


@pytest.mark.parametrize(("words", "ours"), [("STOP", 0), (" stop ", 0), ("stop please", 1)])
def test_openphone_confirms_its_own_words_when_so_set(
    session: Session, deliver: Deliver, words: str, ours: int
) -> None:
    change_rules(session, Rules(125, confirms=0))
    deliver(dated(text=words))

    assert suppression_of(session, PAT)
    assert len(rows(session)) == ours


def test_hold_freezes_and_answers_nobody(session: Session, deliver: Deliver) -> None:
    deliver(dated(text="who is this?"))
    deliver(dated(text="And how did you get my number?"))

    assert still_frozen(session) == ["And how did you get my number?"]
    assert rows(session) == []
    assert suppression_of(session, PAT) is None


def test_a_frozen_number_gets_no_campaign_until_somebody_says_go_on(session: Session) -> None:
    only = queue_cold(session)[0]
    e164 = numbers(1)[0]
    freeze(session, e164, "who is this?", "asks who we are", TUESDAY)
    found = row(session, only)
    assert found.is_for_person, "the campaign's page says so at once"
    assert claim_next(session) is None
    found = row(session, only)
    assert (found.state, found.is_for_person) == (OutboxState.WAITING, True)
    assert found.because == "frozen since 9 June 2026: look at what they wrote"

    settle_frozen(session, e164, "go on", olivia(session))
    set_clock(session, TUESDAY + 20 * MINUTE)
    assert claimed(session).outbox_id == only


def test_a_persons_reply_that_waits_is_not_frozen(session: Session) -> None:
    receive_text(session, incoming("Yes please"))
    reply = queue_text(session, PAT, "When may we come?", Purpose.REPLY)
    freeze(session, PAT, "who is this?", "asks who we are", TUESDAY)
    found = row(session, reply)
    assert (found.state, found.is_for_person) == (OutboxState.WAITING, False)


def test_a_frozen_number_that_is_stopped_or_stops_is_settled(
    session: Session, deliver: Deliver
) -> None:
    deliver(dated(text="who is this?"))
    settle_frozen(session, PAT, "stop", olivia(session))
    assert suppression_of(session, PAT)
    assert still_frozen(session) == []
    deliver(dated(text="wrong number"))
    assert still_frozen(session) == ["wrong number"], "they may be let in again"
    settle_frozen(session, PAT, "go on", olivia(session))
    settle_frozen(session, PAT, "go on", olivia(session))
    assert still_frozen(session) == []
    with pytest.raises(CrmError, match="stopped, or goes on"):
        settle_frozen(session, PAT, "perhaps", olivia(session))


def test_their_own_stop_settles_it_too(session: Session, deliver: Deliver) -> None:
    deliver(dated(text="who is this?"))
    deliver(dated(text="stop texting me"))
    assert still_frozen(session) == []
    assert suppression_of(session, PAT)


def test_help_is_answered_once_a_day_and_never_after_a_stop(
    session: Session, deliver: Deliver
) -> None:
    deliver(dated(text="HELP"))
    claimed(session)
    deliver(dated(text="help?"))
    assert [one.purpose for one in rows(session)] == [Purpose.HELP]
    assert "Call us at (617) 555-0100. Reply STOP" in rows(session)[0].body

    set_clock(session, TUESDAY + timedelta(days=1, minutes=1))
    deliver(dated(text="INFO"))
    assert len(rows(session)) == 2
    deliver(dated(text="STOP"))
    deliver(dated(text="HELP"))
    states = [(one.purpose, one.state) for one in rows(session)]
    assert states[1:] == [
        (Purpose.HELP, OutboxState.CANCELLED), (Purpose.CONFIRMATION, OutboxState.WAITING),
    ]  # fmt: skip


def test_openphones_opted_out_suppresses_here_too(session: Session) -> None:
    only = queue_cold(session)[0]
    refused = ProviderError("The recipient has opted out of messages", Kind.REFUSED)
    record(session, claimed(session), refused)

    found = session.exec(select(Suppression)).one()
    assert (found.source, found.because) == ("provider", str(refused))
    assert row(session, only).state is OutboxState.FAILED
    assert row(session, only).opted_out_at
    assert len(rows(session, numbers(1)[0])) == 1, "OpenPhone would refuse a confirmation"


def test_a_failure_by_their_opt_out_suppresses_here_too(session: Session, deliver: Deliver) -> None:
    receive_text(session, incoming())
    said = dated(direction="outgoing", text=hello(PAT), errorCode="21610")["data"]["resource"]
    context = {"senderIdentifier": "+16175550100", "recipientIdentifiers": [PAT]}
    late = said | {"createdAt": "2026-06-09T14:00:30Z"}
    assert deliver(envelope({"resource": late, "context": context}, "message.failed")) == 200
    tasks.apply_due()

    found = suppression_of(session, PAT)
    assert found
    assert found.source == "provider"


def test_a_text_that_breaks_the_reader_is_kept_and_frozen(
    session: Session, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: str) -> None:
        raise KeyError("stop n it")

    monkeypatch.setattr(replies, "read", broken)
    assert deliver(dated(text="stop n it")) == 200

    assert still_frozen(session) == ["stop n it"]
    assert tasks.apply_due() == 1
