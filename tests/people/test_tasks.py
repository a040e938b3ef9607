"""Both ways with the pretend OpenPhone over HTTP: its contacts are read, our marks are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import clock, house
from crm_app.admin.queries import health
from crm_app.contacts.models import Contact
from crm_app.conversations import threads
from crm_app.conversations.actions import mark
from crm_app.conversations.models import Conversation, Mark, Message, MessageStatus
from crm_app.conversations.optout import opt_out
from crm_app.errors import ProviderError
from crm_app.openphone import client, tasks
from crm_app.people.models import KnownContact
from crm_app.people.tasks import read_contacts, tell_marks
from crm_app.reconciliation import actions as runs
from crm_app.reconciliation import tasks as reconciling
from tests.openphone.conftest import Deliver, Place
from tests.openphone.test_payloads import dated
from tests.sandbox.conftest import PAT
from tests.texting import incoming, olivia, status, thread_of

NOOR = "+16175550102"


@pytest.fixture(autouse=True)
def openphone(place: Place, environment: Callable[..., None], session: Session) -> Place:
    environment(OPENPHONE_BASE_URL=str(place.http.base_url))
    return place


def rename(place: Place, number: str, first: str) -> None:
    named = {"number": number, "firstName": first, "lastName": "Example"}
    assert place.http.post("/__sandbox/rename", json=named).status_code == 200


def contact(number: int) -> dict[str, object]:
    phone = {"name": "mobile", "value": f"+1617555{100 + number:04}"}
    return {"defaultFields": {"firstName": "Pat", "lastName": str(number), "phoneNumbers": [phone]}}


def test_every_page_of_contacts_is_read(session: Session, openphone: Place) -> None:
    for number in range(51):
        assert openphone.http.post("/v1/contacts", json=contact(number)).status_code == 201

    read_contacts()

    assert len(session.exec(select(KnownContact)).all()) == 51


def test_history_names_who_is_found_in_it(
    session: Session, openphone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "LATE", timedelta(days=-999))
    openphone.put("switches", dated_api=False)
    openphone.say("We moved here in May", PAT)
    rename(openphone, PAT, "Patricia")
    runs.begin(session, olivia(session), is_all=True)
    session.commit()

    reconciling.go_on()

    assert session.exec(select(Contact.name)).one() == "Patricia Example"


def test_an_api_without_contacts_is_remembered(session: Session, openphone: Place) -> None:
    openphone.put("switches", has_contacts=False)
    read_contacts()
    assert "OpenPhone does not list its contacts" in [part.detail for part in health(session)]

    openphone.put("faults", **{"401": 1})
    with pytest.raises(ProviderError):
        read_contacts()


def written(session: Session, place: Place, *, known: bool = True) -> Conversation:
    """A thread with a text that OpenPhone has, too."""
    place.say("Water in the cellar", PAT)
    threads.receive_text(session, incoming("Water in the cellar", e164=PAT))
    thread = thread_of(session, PAT)
    if known:
        listed = place.http.get("/v1/conversations", params={"maxResults": 1}).json()["data"]
        thread.provider_id = listed[0]["id"]
        session.flush()
    return thread


def verbs(place: Place) -> list[str]:
    return [one["verb"] for one in place.get("marks")]


@pytest.mark.parametrize("known", [True, False])
def test_what_is_marked_here_is_told_there(session: Session, openphone: Place, known: bool) -> None:
    thread, person = written(session, openphone, known=known), olivia(session)
    for how in ({}, {"done": True}, {"unread": True}):
        mark(session, thread.id, person, **how)
        session.commit()
        tell_marks()

    assert verbs(openphone) == ["read", "done", "open"]
    assert thread_of(session, PAT).provider_id == openphone.get("marks")[0]["conversation"]
    assert session.exec(select(Mark)).all() == []


def test_done_then_looked_at_again_stays_done(session: Session, openphone: Place) -> None:
    thread, person = written(session, openphone), olivia(session)
    mark(session, thread.id, person, done=True)
    mark(session, thread.id, person)
    session.commit()
    tell_marks()
    assert verbs(openphone) == ["done"]


def test_who_wrote_again_is_not_done_there(session: Session, openphone: Place) -> None:
    thread = written(session, openphone)
    mark(session, thread.id, olivia(session), done=True)
    later = clock.now(session) + timedelta(minutes=1)
    threads.receive_text(session, incoming("And now?", e164=PAT, at=later))
    session.commit()
    tell_marks()
    assert (verbs(openphone), session.exec(select(Mark)).all()) == ([], [])


def test_a_thread_that_openphone_has_not_is_not_told_of(session: Session, openphone: Place) -> None:
    threads.receive_text(session, incoming("Hi", e164=NOOR))
    mark(session, thread_of(session, NOOR).id, olivia(session))
    session.commit()
    tell_marks()
    assert (verbs(openphone), session.exec(select(Mark)).all()) == ([], [])


def test_contacts_without_an_id_and_a_list_without_an_end_stop_nothing(
    session: Session, openphone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str | None]()

    def page(_path: str, _query: object, token: str | None) -> tuple[list[Any], str]:
        asked.append(token)
        return [{"defaultFields": {}}, {"id": f"c{len(asked)}"}], "the same again"

    monkeypatch.setattr(client, "list_page", page)

    read_contacts()

    assert asked == ["", "the same again"]
    assert len(session.exec(select(KnownContact)).all()) == 2


def test_an_api_that_takes_no_marks_is_remembered_until_it_does(
    session: Session, openphone: Place
) -> None:
    openphone.put("switches", has_actions=False)
    thread, person = written(session, openphone), olivia(session)
    mark(session, thread.id, person)
    session.commit()
    tell_marks()
    assert "OpenPhone takes no done and read" in [part.detail for part in health(session)]

    openphone.put("switches", has_actions=True)
    mark(session, thread.id, person, done=True)
    session.commit()
    tell_marks()

    assert verbs(openphone) == ["done"]
    assert house.last_beat(session, "marks")
    assert "OpenPhone takes no done and read" not in [part.detail for part in health(session)]


def test_a_failure_is_tried_again_later_and_then_shown(session: Session, openphone: Place) -> None:
    mark(session, written(session, openphone).id, olivia(session))
    session.commit()
    openphone.put("faults", **{"401": 1})
    for minutes in (1, 2, 4, 8):
        tell_marks()
        session.expire_all()
        row = session.exec(select(Mark)).one()
        wait = (row.next_at - clock.wall()).total_seconds() / 60
        assert minutes - 0.5 < wait <= minutes
        row.next_at = clock.wall()
        session.commit()
    (told,) = [part for part in health(session) if part.name == "done_and_read"]
    assert (told.is_ok, told.detail) == (False, "1 wait")

    openphone.put("faults")
    tell_marks()

    assert verbs(openphone) == ["read"]


def test_an_event_tells_openphones_id_of_the_thread_but_not_a_groups(
    session: Session, deliver: Deliver
) -> None:
    event = dated()
    event["data"]["context"]["conversationId"] = "CN1"
    assert deliver(event) == 200
    group: dict[str, Any] = {**dated(id="AC2"), "id": "EV2"}
    group["data"]["context"]["conversationId"] = "CN9"
    group["data"]["context"]["recipientIdentifiers"].append(NOOR)
    assert deliver(group) == 200
    tasks.apply_due()

    session.expire_all()
    assert session.exec(select(Conversation.provider_id)).one() == "CN1"
    assert len(session.exec(select(Message)).all()) == 2


def test_an_answer_from_openphones_app_reads_the_thread_but_its_own_word_does_not(
    session: Session,
) -> None:
    heard = clock.now(session)
    opt_out(session, incoming().e164, source="text", because="STOP", at=heard)
    threads.receive_text(session, incoming("STOP", at=heard))
    auto = status("AC1", MessageStatus.DELIVERED, body="You are unsubscribed")
    threads.note_status(session, replace(auto, at=heard + timedelta(seconds=1)))
    assert (thread_of(session).is_unread, thread_of(session).is_unanswered) == (True, False)

    answer = status("AC2", MessageStatus.DELIVERED, body="All right")
    threads.note_status(session, replace(answer, at=heard + timedelta(minutes=3)))

    assert not thread_of(session).is_unread
