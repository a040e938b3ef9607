"""What is told of a call, in whatever order, by whatever generation: one entry of its thread."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import queue
from crm_app.calls.models import Call
from crm_app.conversations import threads
from crm_app.conversations.actions import mark
from crm_app.conversations.models import Conversation
from crm_app.openphone import tasks
from tests.openphone.conftest import Deliver
from tests.openphone.test_payloads import envelope
from tests.texting import PAT, TUESDAY, incoming, olivia, set_clock

OURS = "+16175550100"
AT, LATER = "2026-06-09T14:00:00Z", "2026-06-09T14:00:24Z"
LEFT = {"url": "https://f.example/v.mp3", "type": "audio/mpeg", "duration": 24}


@pytest.fixture(autouse=True)
def _quiet_tuesday(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    set_clock(session, TUESDAY)


def dated(kind: str, **resource: Any) -> dict[str, Any]:
    context = {"senderIdentifier": PAT, "recipientIdentifiers": [OURS]}
    said = {"id": "AC1", "createdAt": AT, "direction": "incoming", **resource}
    return envelope({"resource": said, "context": context, "links": {}}) | {
        "type": kind, "id": f"EV{kind}",
    }  # fmt: skip


def legacy(kind: str, **more: Any) -> dict[str, Any]:
    said = {"id": "AC1", "object": "call", "createdAt": AT, "direction": "incoming", **more}
    return envelope({"object": said}) | {"type": kind, "id": f"EV{kind}"}


def words(session: Session) -> list[str]:
    session.expire_all()
    return list(session.exec(select(Call.words)))


CASES: list[tuple[list[dict[str, Any]], str, bool]] = [
    ([dated("call.ringing")], "Call, rings", False),
    ([dated("call.missed")], "Missed call", True),
    ([dated("call.ringing"), dated("call.completed", status="unanswered", completedAt=LATER)],
     "Missed call", True),
    ([legacy("call.completed", **{"from": PAT, "to": OURS}, completedAt=LATER, status="completed")],
     "Missed call", True),
    ([legacy("call.completed", participants=[OURS, PAT], completedAt=LATER, answeredAt=AT,
             duration=372)], "Call, 6 min 12 s", False),
    ([legacy("call.completed", **{"from": PAT, "to": OURS}, completedAt=LATER, voicemail=LEFT)],
     "Voicemail, 24 s", True),
    ([dated("call.voicemail.completed", callId="AC1", id="VM1", duration=24.4, transcript="Hi",
            recordingUrl="https://f.example/v")], "Voicemail, 24 s\n“Hi”", True),
    ([legacy("call.completed", direction="outgoing", participants=[OURS, PAT], completedAt=LATER)],
     "We called: no answer", False),
    ([legacy("call.completed", direction="outgoing", participants=[OURS, PAT], completedAt=LATER,
             answeredAt=AT, duration=5)], "We called, 5 s", False),
    ([dated("call.completed", answeredAt=AT, completedAt=LATER, duration=61),
      dated("call.forwarded", forwardedTo="+17815550123")],
     "Call, 1 min 1 s\nForwarded to (781) 555-0123", False),
    ([dated("call.completed", answeredAt=AT, completedAt=LATER, duration=61),
      dated("call.summary.completed", callId="AC1", id=None, summary=["Crack"],
            nextSteps=["Visit"])],
     "Call, 1 min 1 s\n· Crack\n· Visit", False),
]  # fmt: skip


@pytest.mark.parametrize(("told", "shown", "is_unread"), CASES)
def test_events_of_a_call_make_one_entry_in_any_order(
    session: Session, deliver: Deliver, told: list[dict[str, Any]], shown: str, is_unread: bool
) -> None:
    for order in itertools.permutations(told):
        for n, event in enumerate((*order, order[0])):
            assert deliver({**event, "id": f"{event['id']}-{n}"}) == 200
            assert tasks.apply_due() == 1
        assert words(session) == [shown]
        thread = session.exec(select(Conversation)).one()
        assert (thread.e164, thread.last_text) == (PAT, shown.partition("\n")[0])
        assert (thread.is_in_inbox, thread.is_unread, thread.is_unanswered) == (
            True, is_unread, is_unread,
        )  # fmt: skip
        for row in (*session.exec(select(Call)), thread):
            session.delete(row)
            session.flush()


def test_a_summary_that_comes_first_does_not_date_the_call(
    session: Session, deliver: Deliver
) -> None:
    told = dated("call.summary.completed", callId="AC1", id=None, createdAt=None, summary=["Crack"])
    for event in (told, dated("call.completed", answeredAt=AT, completedAt=LATER, duration=61)):
        assert deliver(event) == 200
        tasks.apply_due()
    thread = session.exec(select(Conversation)).one()
    assert (thread.last_at.isoformat(), thread.last_text) == (
        "2026-06-09T14:00:00+00:00", "Call, 1 min 1 s",
    )  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [dated("call.ringing"),
     legacy("call.completed", direction="outgoing", participants=[OURS, PAT], completedAt=LATER)],
)  # fmt: skip
def test_a_ring_or_calling_back_in_vain_leaves_a_question_unanswered(
    session: Session, deliver: Deliver, told: dict[str, Any]
) -> None:
    at = datetime.fromisoformat(AT) - timedelta(minutes=5)
    threads.receive_text(session, incoming("Is it dry?", e164=PAT, at=at))

    assert deliver(told) == 200
    tasks.apply_due()

    assert session.exec(select(Conversation)).one().is_unanswered


def test_a_voicemails_words_that_come_after_done_reopen_nothing(
    session: Session, deliver: Deliver
) -> None:
    left = dated("call.voicemail.completed", callId="AC1", duration=7, recordingUrl="https://x/y")
    assert deliver(left) == 200
    tasks.apply_due()
    thread = session.exec(select(Conversation)).one()
    mark(session, thread.id, olivia(session), done=True)

    words = {**left["data"]["resource"], "transcript": "Water!"}
    assert deliver(left | {"id": "EV2", "data": left["data"] | {"resource": words}}) == 200
    tasks.apply_due()

    session.refresh(thread)
    assert session.exec(select(Call)).one().voicemail["words"] == "Water!"
    assert (thread.is_unread, thread.is_unanswered) == (False, False)
