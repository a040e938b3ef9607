from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from crm_app.auth.permissions import Role
from crm_app.compliance.facts import Basis, Purpose
from crm_app.compliance.models import Suppression
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.actions import queue_text
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Conversation, OutboxState
from crm_app.conversations.optout import (
    freeze,
    lift_by_hand,
    opt_in,
    opt_out,
    settle_frozen,
    suppress_by_hand,
)
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError, ForbiddenError
from crm_app.outbox.outcomes import Receipt, record
from tests.texting import PAT, TUESDAY, claimed, incoming, olivia, queue_cold, row, rows, set_clock

pytestmark = pytest.mark.usefixtures("tuesday")
MINUTE = timedelta(minutes=1)
OURS = "+16175550100"


def stop(session: Session, e164: str = PAT, at: object = TUESDAY) -> bool:
    return opt_out(session, e164, source="text", because="STOP", at=at)  # type: ignore[arg-type]


def start(session: Session, at: object = TUESDAY + MINUTE) -> bool:
    return opt_in(session, PAT, source="text", because="START", at=at)  # type: ignore[arg-type]


def test_a_stop_suppresses_the_number_and_confirms_once(session: Session) -> None:
    assert stop(session)
    assert not stop(session)

    found = suppression_of(session, PAT)
    assert found
    assert (found.because, found.source, found.at, found.by) == ("STOP", "text", TUESDAY, "")
    (confirmation,) = rows(session)
    assert confirmation.body == (
        "You are unsubscribed from Attack-a-Crack and will get no more texts. Reply START to undo."
    )
    assert (confirmation.purpose, confirmation.priority) == (Purpose.CONFIRMATION, 0)
    assert confirmation.send_before == confirmation.created_at + 5 * MINUTE


def test_the_confirmation_leaves_at_once_at_any_hour(session: Session) -> None:
    sunday_night = TUESDAY - timedelta(days=2, hours=-14)
    set_clock(session, sunday_night)
    stop(session, at=sunday_night)

    assert claimed(session).body.startswith("You are unsubscribed")


def test_a_stop_calls_back_what_waits_and_marks_what_was_sent(session: Session) -> None:
    waiting, sent = queue_cold(session, 2)
    row(session, waiting).campaign_id = 2
    row(session, waiting).priority = 9
    session.flush()
    record(session, claimed(session), Receipt("AC1"))
    session.execute(text("update outbox set e164 = :pat"), {"pat": PAT})

    stop(session)

    called_back, gone = row(session, waiting), row(session, sent)
    assert (called_back.state, called_back.because) == (
        OutboxState.CANCELLED,
        "opted out on 9 June 2026",
    )
    assert called_back.opted_out_at == gone.opted_out_at == TUESDAY
    assert gone.state is OutboxState.SENT


def test_nothing_can_be_queued_for_a_suppressed_number(session: Session) -> None:
    receive_text(session, incoming("STOP"))
    stop(session)

    with pytest.raises(CrmError, match="opted out on 9 June 2026: call them, or they text START"):
        queue_text(session, e164=PAT, body="Sorry!", purpose=Purpose.REPLY)


def test_start_lifts_it_and_confirms_once(session: Session) -> None:
    stop(session)
    record(session, claimed(session), Receipt("AC1"))

    assert start(session)
    assert not start(session)

    assert suppression_of(session, PAT) is None
    first, second = rows(session)
    assert first.state is OutboxState.SENT
    assert "again" in second.body
    assert claimed(session).outbox_id == second.id


def test_start_calls_back_a_confirmation_that_would_now_be_untrue(session: Session) -> None:
    stop(session)
    start(session)

    first, second = rows(session)
    assert (first.state, first.because) == (OutboxState.CANCELLED, "they took it back")
    assert second.state is OutboxState.WAITING


def test_start_of_somebody_who_never_stopped_does_nothing(session: Session) -> None:
    assert not start(session)
    assert rows(session) == []


def test_an_old_start_that_comes_late_does_not_lift_a_newer_stop(session: Session) -> None:
    stop(session, at=TUESDAY + MINUTE)

    assert not start(session, at=TUESDAY)
    assert suppression_of(session, PAT)


def test_an_old_stop_that_comes_again_does_not_undo_a_newer_start(session: Session) -> None:
    stop(session)
    start(session)

    assert not stop(session)
    assert suppression_of(session, PAT) is None


def test_a_new_stop_after_a_start_counts_and_is_confirmed_again(session: Session) -> None:
    stop(session)
    start(session)

    assert stop(session, at=TUESDAY + 2 * MINUTE)

    assert len(session.exec(select(Suppression)).all()) == 2
    states = [one.state for one in rows(session)]
    assert states == [OutboxState.CANCELLED, OutboxState.CANCELLED, OutboxState.WAITING]


def test_by_hand_suppresses_without_a_text_and_names_who(session: Session) -> None:
    marketer = olivia(session, Role.MARKETER)

    suppress_by_hand(session, PAT, marketer, "said so on the phone")

    found = suppression_of(session, PAT)
    assert found
    assert (found.by, found.because) == (marketer.name, "said so on the phone")
    assert rows(session) == []


def test_only_the_owner_lifts_by_hand_and_says_why(session: Session) -> None:
    suppress_by_hand(session, PAT, olivia(session), "by mistake")
    set_clock(session, TUESDAY + MINUTE)

    with pytest.raises(ForbiddenError):
        lift_by_hand(session, PAT, olivia(session, Role.OFFICE), "they called", "call")
    with pytest.raises(CrmError, match="Say why"):
        lift_by_hand(session, PAT, olivia(session), " ", "call of 9 June")
    with pytest.raises(CrmError, match="proof"):
        lift_by_hand(session, PAT, olivia(session), "they called", " ")
    lift_by_hand(session, PAT, olivia(session), "they called", "call of 9 June")

    assert suppression_of(session, PAT) is None
    lifted = session.exec(select(Suppression)).one()
    assert lifted.lifted_because.endswith(": they called")
    assert lifted.lifted_proof == "call of 9 June"
    with pytest.raises(CrmError, match="Nobody stopped"):
        lift_by_hand(session, PAT, olivia(session), "they called", "call of 9 June")


def test_the_database_allows_one_confirmation_for_each_opt_out(session: Session) -> None:
    stop(session)

    with pytest.raises(IntegrityError, match="uq_outbox_confirmation"), session.begin_nested():
        session.execute(
            text(
                "insert into outbox (own_number, e164, purpose, priority, body, state, because,"
                " receipt_checks, is_for_person, not_before, attempts, lookups, was_absent,"
                " created_at, suppression_id) select own_number, e164, purpose, priority, body,"
                " state, because, receipt_checks, is_for_person, not_before, attempts, lookups,"
                " was_absent, created_at, suppression_id from outbox"
            )
        )


def test_a_late_start_does_not_lift_a_stop_said_after_it(session: Session) -> None:
    assert stop(session)
    set_clock(session, TUESDAY + 10 * MINUTE)
    assert not stop(session, at=TUESDAY + 10 * MINUTE), "said again: no second confirmation"

    assert not start(session, TUESDAY + 5 * MINUTE)

    assert suppression_of(session, PAT)
    assert len(rows(session)) == 1


def test_a_stop_and_a_text_for_a_persons_eyes_are_no_consent(session: Session) -> None:
    def bases() -> list[Basis]:
        found = facts_for(session, Purpose.FOLLOW_UP, [Asked(PAT)])[PAT]
        return [one.basis for one in found.consents]

    def they_say(words: str, at: datetime) -> None:
        receive_text(session, incoming(words, at=at))

    set_clock(session, TUESDAY + 20 * MINUTE)
    they_say("Yes please", TUESDAY)
    assert bases() == [Basis.REPLIED]
    they_say("STOP", TUESDAY + MINUTE)
    stop(session, at=TUESDAY + MINUTE)
    lift_by_hand(session, PAT, olivia(session), because="they rang", proof="a note")
    assert bases() == []
    they_say("Come on Friday", TUESDAY + 21 * MINUTE)
    assert bases() == [Basis.REPLIED]
    they_say("who is this?", TUESDAY + 23 * MINUTE)
    freeze(session, PAT, "who is this?", "asks who we are", TUESDAY + 23 * MINUTE)
    settle_frozen(session, PAT, "go on", olivia(session))
    assert bases() == []


def test_who_stopped_and_writes_on_waits_for_somebody(session: Session) -> None:
    set_clock(session, TUESDAY + 10 * MINUTE)
    stop(session)
    thread = receive_text(session, incoming("STOP"))
    assert not session.get_one(Conversation, thread).is_unanswered
    receive_text(session, incoming("I changed my mind, can you come?", at=TUESDAY + MINUTE))
    assert session.get_one(Conversation, thread).is_unanswered


def test_each_word_of_who_stops_again_is_kept_with_who_said_it_first(session: Session) -> None:
    set_clock(session, TUESDAY + 10 * MINUTE)
    suppress_by_hand(session, PAT, olivia(session), "please STOP, at the door")
    stop(session, at=TUESDAY + 10 * MINUTE)
    stop(session, at=TUESDAY + 10 * MINUTE)
    found = session.exec(select(Suppression)).one()
    session.refresh(found)
    assert (found.source, found.because) == ("person", "please STOP, at the door · STOP")


@pytest.mark.parametrize(
    ("e164", "because", "says"),
    [(OURS, "they rang", "our own number"), (PAT, "x" * 301, "in 300 letters")],
)
def test_a_stop_by_hand_is_refused_with_what_to_do(
    session: Session, e164: str, because: str, says: str
) -> None:
    with pytest.raises(CrmError, match=says):
        suppress_by_hand(session, e164, olivia(session), because)


def test_a_stop_that_comes_late_settles_nothing_that_was_said_after_it(session: Session) -> None:
    later, earlier = TUESDAY - timedelta(minutes=1), TUESDAY - timedelta(hours=2)
    freeze(session, PAT, "Who gave you my number?", "asks who we are", later)

    opt_out(session, PAT, source="text", because="STOP", at=earlier)
    waits = text("select count(*) from frozen where settled_at is null")
    assert session.execute(waits).scalar() == 1
