"""Reconciliation against the pretend OpenPhone over HTTP: what webhooks lost is found, once."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.calls.models import Call
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.models import Conversation, Message, MessageStatus, Outbox, OutboxState
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError, ForbiddenError
from crm_app.media.actions import attest
from crm_app.reconciliation import actions, queries, state, tasks
from crm_app.reconciliation.models import Reconciliation, RunState, Way
from crm_app.webhooks.models import Delivery
from tests.reconciliation.conftest import KIM, NOOR, go
from tests.sandbox.conftest import OURS, PAT, Place
from tests.sandbox.test_call_listing import call
from tests.states import be, open_state, run
from tests.texting import incoming

DAY = timedelta(days=1)


def bodies(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.exec(select(Message.body)))


def thread(session: Session, e164: str = PAT) -> Conversation:
    session.expire_all()
    return session.exec(select(Conversation).where(Conversation.e164 == e164)).one()


def heard_before(session: Session, days: int = 9) -> None:
    """Webhooks came since then: what was missed is no history."""
    session.add(Delivery(provider="openphone", delivery_id="1", kind="", body="{}",
                         received_at=clock.wall() - days * DAY))  # fmt: skip


def old(place: Place, words: str, person: str = PAT, *, days: float) -> str:
    """Let somebody have written so many days ago."""
    found = place.say(words, person)
    at = (time.time() - days * 86400, found)
    with closing(sqlite3.connect(place.state)) as rows, rows:
        rows.execute("UPDATE message SET created = ? WHERE id = ?", at)
    return found


def test_what_no_webhook_brought_is_taken_in_once_and_named(
    session: Session, both: Place, owner: Person
) -> None:
    heard_before(session)
    both.say("Water in the cellar", PAT)
    both.say("please stop texting me", NOOR)
    call(both, "ACmissed", KIM, answered=None)

    done = go(session, owner)

    assert (done.state, done.done) == (RunState.DONE, len(done.plan))
    assert bodies(session) == ["Water in the cellar", "please stop texting me"]
    assert suppression_of(session, NOOR)
    assert suppression_of(session, PAT) is None
    named = {row.body for row in queries.recovered(session)}
    assert named == {*bodies(session), "Missed call"}
    assert "2 texts, 1 calls compared; 3 taken in, 3 of them" in queries.runs(session)[0].progress
    assert thread(session).is_unread
    assert (thread(session, KIM).is_unanswered, thread(session, KIM).last_text) == (
        True, "Missed call",
    )  # fmt: skip
    assert queries.reliability(session).startswith("0 % of 3 texts and calls in 30 days")

    again = go(session, owner)
    assert again.state is RunState.DONE
    assert "2 texts, 1 calls compared; 0 taken in" in queries.runs(session)[0].progress
    assert len(bodies(session)) == 2


def test_all_history_is_taken_in_and_nobody_has_to_read_or_answer_it(
    session: Session, both: Place, owner: Person
) -> None:
    old(both, "We moved here in May", days=40)
    old(both, "STOP", NOOR, days=20)
    call(both, "ACold", KIM, answered=None, created=time.time() - 30 * 86400)

    done = go(session, owner, is_all=True)

    assert (done.state, done.since) == (RunState.DONE, None)
    threads = session.exec(select(Conversation)).all()
    assert [(one.is_unread, one.is_unanswered) for one in threads] == [(False, False)] * 3
    assert suppression_of(session, NOOR)
    assert queries.recovered(session) == [], "no webhook had come before: none failed"
    assert session.exec(select(Outbox.id).where(Outbox.state == OutboxState.WAITING)).all() == []
    with pytest.raises(ForbiddenError):
        actions.begin(session, Person(1, "Otto", Role.OFFICE), is_all=True)


STOPS = [  # what somebody wrote, the oldest first; whether they are stopped now
    (["STOP"], True),
    (["please take me off your list"], True),
    (["STOP", "START"], False),
    (["STOP", "START", "unsubscribe"], True),
    (["START", "STOP"], True),
    (["STOP", "Can you come on Tuesday after all?"], True),
    (["Yes please", "Thanks"], False),
]


@pytest.mark.parametrize(("words", "is_stopped"), STOPS)
def test_the_last_word_of_years_counts_and_nobody_is_written_to(
    words: list[str], is_stopped: bool, session: Session, openphone: Place, owner: Person
) -> None:
    """A week a word: the dated list is read newest first, and taken in oldest first."""
    for n, said in enumerate(words):
        old(openphone, said, days=24 - 7 * n)

    go(session, owner, is_all=True)

    assert bool(suppression_of(session, PAT)) is is_stopped
    assert session.exec(select(Outbox.id).where(Outbox.state == OutboxState.WAITING)).all() == []


def test_a_stop_that_comes_after_its_start_was_heard_stops_nobody(
    session: Session, both: Place, owner: Person
) -> None:
    old(both, "STOP", days=1.5)
    receive_text(session, incoming("START", e164=PAT, at=clock.wall() - DAY))

    go(session, owner)

    assert suppression_of(session, PAT) is None


def test_history_leaves_a_thread_as_unread_as_it_was(
    session: Session, both: Place, owner: Person
) -> None:
    receive_text(session, incoming("Is anybody there?", e164=PAT, at=clock.wall() - DAY))
    old(both, "Hello from last year", days=20)

    go(session, owner, is_all=True)

    found = thread(session)
    assert (found.is_unread, found.is_unanswered) == (True, True)
    assert found.last_text == "Is anybody there?"


def test_what_was_left_of_a_call_comes_with_it_and_later(
    session: Session, both: Place, owner: Person
) -> None:
    heard_before(session)
    mail = {"id": "VM1", "status": "completed", "duration": 9, "transcript": "Water!",
            "recordingUrl": "https://files.example/1.mp3"}  # fmt: skip
    said = [{"content": "Hi", "start": 0, "end": 1, "identifier": PAT, "userId": None}]
    call(both, "ACmail", answered=None, voicemail=json.dumps(mail))
    call(both, "ACtalk", NOOR, recordings=json.dumps([{"url": "https://files.example/2.mp3"}]),
         summary=json.dumps({"summary": ["A crack"], "nextSteps": []}),
         dialogue=json.dumps(said))  # fmt: skip
    call(both, "ACout", KIM, direction="outgoing", answered=None, status="no-answer")
    call(both, "ACnow", status="in-progress", completed=None)
    attest(session, owner, is_so=True)

    go(session, owner)

    found = {one.provider_id: one for one in session.exec(select(Call))}
    assert found.keys() == {"ACmail", "ACtalk", "ACout"}, "one still rings: its webhooks will come"
    assert found["ACmail"].words == "Voicemail, 9 s\n“Water!”"
    assert found["ACtalk"].recordings == ["https://files.example/2.mp3"]
    assert found["ACtalk"].dialogue == [[PAT, "Hi"]]
    assert (found["ACtalk"].seconds, found["ACtalk"].summary) == (60, ["A crack"])
    assert "3 taken in, 3 of them" in queries.runs(session)[0].progress

    found["ACmail"].voicemail, found["ACmail"].words = {}, "Missed call"
    session.commit()
    go(session, owner)
    session.refresh(found["ACmail"])
    assert found["ACmail"].voicemail["words"] == "Water!", "its own event was lost"
    assert len(queries.recovered(session)) == 3, "named once"


def test_what_callers_were_not_told_of_is_not_asked_for(
    session: Session, both: Place, owner: Person
) -> None:
    heard_before(session)
    said = [{"content": "Hi", "start": 0, "end": 1, "identifier": PAT, "userId": None}]
    call(both, "ACtalk", NOOR, recordings=json.dumps([{"url": "https://files.example/2.mp3"}]),
         dialogue=json.dumps(said))  # fmt: skip

    go(session, owner)

    found = session.exec(select(Call)).one()
    assert (found.recordings, found.dialogue) == ([], [])


def test_a_lost_receipt_is_found(session: Session, both: Place, owner: Person) -> None:
    sent = both.send().json()["data"]["id"]
    go(session, owner)
    message = session.exec(select(Message).where(Message.provider_id == sent)).one()
    assert message.status in (MessageStatus.QUEUED, MessageStatus.SENT)

    both.later(5)
    go(session, owner)

    session.refresh(message)
    assert message.status is MessageStatus.DELIVERED


def test_a_group_is_named_and_what_they_wrote_is_in_their_thread(
    session: Session, both: Place, owner: Person
) -> None:
    body = {"content": "Hello both", "from": OURS, "to": [PAT, NOOR]}
    assert both.http.post("/v1/messages", json=body).status_code == 202

    go(session, owner)

    (row,) = queries.runs(session)
    assert row.unplaced == "(617) 555-0101 and (617) 555-0102 (1)"
    assert bodies(session) == []


def test_the_way_is_asked_once_and_shown(session: Session, both: Place, owner: Person) -> None:
    both.say("Hello", PAT)
    done = go(session, owner)
    assert done.way is Way(("walk", "list")[both.http.get("/messages").status_code == 400])
    (row,) = queries.runs(session)
    assert row.way == queries.WAYS[Way(done.way)]


def test_bad_answers_in_the_middle_are_asked_again_and_each_text_counts_once(
    session: Session, both: Place, owner: Person
) -> None:
    for n in range(12):
        both.say(f"Hello {n}", f"+1617555{110 + n:04}")
    both.put("faults", **{"429": 0.2})
    ended = go(session, owner)
    for _ in range(50):
        if ended.state is RunState.DONE:
            break
        tasks.go_on()
        session.refresh(ended)

    assert len(bodies(session)) == 12
    assert "12 texts" in queries.runs(session)[0].progress


def test_a_refusal_is_kept_and_the_run_goes_on_from_there(
    session: Session, openphone: Place, owner: Person, environment: Callable[..., None]
) -> None:
    openphone.say("Hello", PAT)
    environment(OPENPHONE_BASE_URL="http://127.0.0.1:9")
    stopped = go(session, owner)
    assert (stopped.state, stopped.error) == (RunState.RUNS, "OpenPhone cannot be reached")

    environment(OPENPHONE_BASE_URL=str(openphone.http.base_url))
    tasks.go_on()

    session.refresh(stopped)
    assert (stopped.state, stopped.error) == (RunState.DONE, "")
    assert bodies(session) == ["Hello"]


def test_one_runs_at_a_time_is_paused_goes_on_and_is_cancelled(
    session: Session, openphone: Place, owner: Person
) -> None:
    openphone.say("Hello", PAT)
    first = actions.begin(session, owner)
    with pytest.raises(CrmError, match="under way already"):
        actions.begin(session, owner)
    actions.turn(session, first.id, owner, "pause")
    session.commit()
    tasks.go_on()
    assert bodies(session) == []
    assert actions.begin(session, None).state is RunState.RUNS, "a pause stops no night"
    actions.turn(session, first.id, owner, "cancel")
    with pytest.raises(CrmError, match="has ended"):
        actions.turn(session, first.id, owner, "go on")


def test_a_step_that_another_worker_noted_counts_once(
    session: Session, openphone: Place, owner: Person
) -> None:
    begun = actions.begin(session, owner)
    actions.note_plan(session, begun.id, Way.WALK, "PN1", [["+16175550101"], ["+16175550102"]])
    session.commit()
    seen = Reconciliation(id=begun.id, until=clock.wall(), started_at=clock.wall())
    found = actions.Found()
    found.count(clock.wall(), is_call=False, is_known=True)
    for _ in range(2):
        actions.note_step(session, seen, 1, 1.0, found)
    session.refresh(begun)
    assert (begun.done, begun.seconds) == (1, 1.0)
    assert [sum(week) for week in begun.weeks.values()] == [1]


@pytest.mark.parametrize("begin", [tasks.begin_at_night, tasks.compare_weeks])
def test_the_night_begins_one_by_itself_and_waits_for_one_that_runs(
    begin: Callable[[], bool], session: Session, openphone: Place
) -> None:
    first = actions.begin(session, None)
    session.commit()
    assert begin() is False
    tasks.carry_on()
    tasks.go_on()
    session.expire_all()
    assert first.state is RunState.DONE

    assert begin() is True
    tasks.go_on()

    assert session.exec(select(Reconciliation.state)).all() == [RunState.DONE] * 2
    counts = session.exec(select(Reconciliation.only_counts)).all()
    assert sum(counts) == (begin is tasks.compare_weeks)


def test_buttons_begin_pause_and_go_on(
    session: Session, openphone: Place, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    openphone.say("Hello", PAT)
    session.commit()
    be(monkeypatch, state, owner)
    shown = open_state(state.ReconciliationState, "/admin/reconciliation")
    run(shown.load())
    assert (shown.runs, shown.may_import, shown.reliability) == ([], True, "")
    run(shown.begin("all"))
    run(shown.load())
    (row,) = shown.runs
    assert (row.what, row.is_open) == ("All history", True)
    run(shown.turn(row.id, "pause"))
    run(shown.load())
    assert shown.runs[0].is_paused
    run(shown.turn(row.id, "go on"))
    tasks.go_on()
    run(shown.load())
    assert (shown.runs[0].state, shown.runs[0].is_open) == ("done", False)
