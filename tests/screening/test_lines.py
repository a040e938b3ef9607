"""A line that takes no texts is remembered, blocks what waits, and yields to a person's word."""

from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app.compliance.facts import Decision, Purpose
from crm_app.compliance.gate import may_send
from crm_app.contacts.actions import mark_checked
from crm_app.contacts.models import PhoneNumber
from crm_app.conversations.facts import Asked, facts_for
from crm_app.openphone.events import apply_event
from crm_app.openphone.payloads import Event
from crm_app.screening.actions import remember_bad
from crm_app.settings import settings
from tests.make import make_contact
from tests.texting import TUESDAY, olivia, queue_cold, row, set_clock

QUEUED = "+16175550110"  # the number that queue_cold invents first


def number(session: Session, e164: str = QUEUED) -> PhoneNumber:
    session.expire_all()
    return session.exec(select(PhoneNumber).where(PhoneNumber.e164 == e164)).one()


def failed(code: int, kind: str = "message.undelivered", provider_id: str = "AC1") -> Event:
    said: dict[str, Any] = {"id": provider_id, "to": [QUEUED], "from": settings().own_number}
    said |= {"text": "Hello", "errorCode": code, "createdAt": TUESDAY.isoformat()}
    return Event("EV1", kind, {"object": said})


def judged(session: Session, outbox_id: int) -> Decision:
    asked = Asked(QUEUED, None, outbox_id)
    return may_send(facts_for(session, Purpose.COLD, [asked])[QUEUED], TUESDAY)


def test_a_remembered_landline_blocks_a_queued_campaign_text(session: Session) -> None:
    set_clock(session, TUESDAY)
    (outbox_id,) = queue_cold(session)
    assert judged(session, outbox_id).allowed

    assert remember_bad(session, QUEUED, "a landline")

    found = judged(session, outbox_id)
    assert (found.allowed, found.never) == (False, True)
    said = {reason.rule: reason.text for reason in found.reasons}
    assert said["line_type"] == "a landline: check it first"
    assert row(session, outbox_id).state == "waiting", "the gate asks when it is its turn"


@pytest.mark.parametrize("code", [21211, 21614, 30005, 30006])
def test_a_code_about_the_line_is_remembered(session: Session, code: int) -> None:
    make_contact(session, phone=QUEUED)

    apply_event(session, failed(code))

    found = number(session)
    assert not found.is_textable
    assert found.not_textable_because.endswith(f"(error {code}): check it first")


@pytest.mark.parametrize("code", [30003, 30007, 30008])
def test_a_code_about_the_text_is_not(session: Session, code: int) -> None:
    make_contact(session, phone=QUEUED)

    apply_event(session, failed(code))

    assert number(session).is_textable


def test_a_delivered_text_with_a_code_is_delivered(session: Session) -> None:
    make_contact(session, phone=QUEUED)

    apply_event(session, failed(30006, "message.delivered"))

    assert number(session).is_textable


def test_a_persons_word_stands_against_later_checks(session: Session) -> None:
    make_contact(session, phone=QUEUED)
    remember_bad(session, QUEUED, "a landline, says NumVerify")
    session.expire_all()
    mark_checked(session, QUEUED, olivia(session), "she texted me")

    assert not remember_bad(session, QUEUED, "a landline, says NumVerify")
    apply_event(session, failed(30006))

    assert number(session).is_textable


def test_the_first_reason_stays_and_a_long_one_fits(session: Session) -> None:
    make_contact(session, phone=QUEUED)
    assert remember_bad(session, QUEUED, "a" * 200)
    assert not remember_bad(session, QUEUED, "another")
    assert not remember_bad(session, "+16175550199", "nobody has it")

    because = number(session).not_textable_because
    assert len(because) == 80
    assert because.endswith("a: check it first")
