"""The life of a file: taken in once, tried again, revived by a fresh link, and told of callers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.calls.actions import CallTold, note_call
from crm_app.conversations.models import Direction
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError, ForbiddenError
from crm_app.media import actions, client, queries, tasks
from crm_app.media.models import Media, MediaKind, MediaState
from crm_app.sandbox.media import drawing
from crm_app.settings import settings
from tests.make import make_contact, make_property
from tests.texting import PAT, TUESDAY, incoming, olivia, set_clock, thread_of

LINK = "https://m.openph.one/static/crack.jpg?signature=a"
SOUND = "https://m.openph.one/static/call.mp3"
PHOTO, VOICE = drawing.photo("test"), drawing.voice("test", 0.1)


@pytest.fixture
def storage(session: Session, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What each link leads to: bytes, or why not; a link that is not there is no file."""
    set_clock(session, TUESDAY)
    found: dict[str, Any] = {}

    def download(link: str) -> bytes:
        answer = found.get(link, b"")
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(client, "download", download)
    return found


def send(session: Session, *links: str, again: bool = False) -> None:
    said = replace(incoming("Look"), media=[{"url": link, "type": ""} for link in links])
    receive_text(session, replace(said, provider_id="ACsame") if again else said)


def call(session: Session, **more: Any) -> int:
    told: Any = {"direction": Direction.IN, "ended_at": TUESDAY, **more}
    return note_call(session, CallTold("ACcall", TUESDAY, settings().own_number, PAT, **told)).id


def files(session: Session) -> list[Media]:
    session.expire_all()
    return list(session.exec(select(Media).order_by("id")))


def later(monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    at = clock.wall() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "wall", lambda: at)


def test_a_photo_is_taken_in_once_fetched_and_shown(
    session: Session, storage: dict[str, Any]
) -> None:
    storage[LINK] = PHOTO
    for _ in range(2):
        send(session, LINK, again=True)
        tasks.fetch_due()

    (kept,) = files(session)
    assert (kept.state, kept.content_type, kept.attempts) == (MediaState.KEPT, "image/jpeg", 1)
    assert thread_of(session).last_text == "Look"


def test_a_photo_alone_is_named_in_the_list(session: Session, storage: dict[str, Any]) -> None:
    receive_text(session, replace(incoming(""), media=[{"url": LINK, "type": ""}]))

    assert thread_of(session).last_text == "Photo"


def test_a_failure_is_tried_after_1_2_4_8_16_minutes_then_waits_for_a_person(
    session: Session, storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    storage[LINK] = client.LaterError("The storage is asleep")
    send(session, LINK)
    for minutes in (0, 1, 2, 4, 8, 16):
        if minutes:
            later(monkeypatch, minutes - 0.1)
            assert tasks.fetch_one() is False
            later(monkeypatch, 0.2)
        assert tasks.fetch_one() is True
    (failed,) = files(session)
    assert (failed.state, failed.attempts) == (MediaState.FAILED, 6)
    later(monkeypatch, 999)
    assert tasks.fetch_one() is False

    storage[LINK] = PHOTO
    actions.try_again(session, failed.id, olivia(session))
    tasks.fetch_again()
    assert [one.state for one in files(session)] == [MediaState.KEPT]
    actions.try_again(session, failed.id, olivia(session))  # nothing to do any more
    assert [one.state for one in files(session)] == [MediaState.KEPT]


def test_what_may_not_be_kept_waits_at_once(session: Session, storage: dict[str, Any]) -> None:
    storage[LINK] = b"<html>"
    send(session, LINK)
    tasks.fetch_due()

    (failed,) = files(session)
    assert (failed.state, failed.attempts) == (MediaState.FAILED, 1)
    assert "no picture" in failed.error


def test_a_fetch_that_is_killed_comes_back_and_at_last_waits_for_a_person(
    session: Session, storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    storage[LINK] = MemoryError()
    send(session, LINK)
    for _ in range(6):
        with pytest.raises(MemoryError):
            tasks.fetch_due()
        later(monkeypatch, 40)
    assert tasks.fetch_one() is False

    (failed,) = files(session)
    assert (failed.state, failed.error) == (MediaState.FAILED, actions.BROKEN)


def test_a_fresh_link_revives_a_failed_file_and_leaves_a_kept_one(
    session: Session, storage: dict[str, Any]
) -> None:
    storage[LINK] = b"<html>"
    send(session, LINK, again=True)
    tasks.fetch_due()
    fresh = LINK.replace("=a", "=b")
    storage[fresh] = PHOTO
    send(session, fresh, again=True)
    tasks.fetch_due()
    send(session, LINK, again=True)
    tasks.fetch_due()

    (kept,) = files(session)
    assert (kept.state, kept.url) == (MediaState.KEPT, fresh)


def test_new_files_come_before_old_ones_that_failed(
    session: Session, storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (f"https://m.openph.one/static/{n}.jpg" for n in (1, 2, 3))
    send(session, first, second)
    with_one_try = actions.claim(session, clock.wall())
    later(monkeypatch, 5)
    send(session, third)

    due = [actions.claim(session, clock.wall()) for _ in range(4)]

    assert [one and one[1] for one in (with_one_try, *due)] == [second, third, first, second, None]


def test_who_has_the_lock_looks_once_more(session: Session, storage: dict[str, Any]) -> None:
    tasks._fetching.acquire()
    try:
        tasks.fetch_due()
        assert tasks._rung.is_set()
    finally:
        tasks._fetching.release()
    tasks.fetch_due()
    assert not tasks._rung.is_set()


def test_the_bell_rings_only_when_a_file_is_due(
    session: Session, storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(queue, "ring", lambda work, *_: rung.append(work))
    tasks.wake()
    send(session, LINK)
    tasks.wake()

    assert rung == [tasks.fetch_due]


def test_a_voicemail_is_fetched_and_a_recording_only_when_callers_are_told(
    session: Session, storage: dict[str, Any]
) -> None:
    storage |= {SOUND: VOICE, f"{SOUND}2": VOICE}
    told = {"voicemail": {"url": SOUND, "seconds": 24, "words": "Hi"}}
    number = call(session, **told, recordings=[f"{SOUND}2"], dialogue=[[PAT, "Hello"], ["", "Hi"]])
    tasks.fetch_due()

    assert [one.state for one in files(session)] == [MediaState.KEPT, MediaState.WAITING]
    person = olivia(session)
    shown = queries.files_of(session, [f"c{number}"])[f"c{number}"]
    assert [(file.kind, file.name) for file in shown] == [
        ("audio", "Voicemail"), ("note", "Recording"),
    ]  # fmt: skip
    recording = files(session)[1].id
    with pytest.raises(CrmError):
        queries.one(session, recording, person)
    with pytest.raises(ForbiddenError):
        actions.attest(session, olivia(session, Role.OFFICE), is_so=True)

    actions.attest(session, person, is_so=True)
    tasks.fetch_due()
    shown = queries.files_of(session, [f"c{number}"])[f"c{number}"]
    assert [file.kind for file in shown] == ["audio", "audio", "said"]
    assert shown[2].lines == ["They: Hello", "They: Hi"]
    assert queries.one(session, recording, person).kind == MediaKind.RECORDING
    assert queries.told_callers(session)["by"] == person.name

    actions.attest(session, person, is_so=False)
    assert queries.told_callers(session) == {}
    with pytest.raises(CrmError):
        queries.one(session, recording, person)


def test_a_transcript_alone_says_why_it_is_not_shown(
    session: Session, storage: dict[str, Any]
) -> None:
    number = call(session, dialogue=[[settings().own_number, "Hello"]])

    shown = queries.files_of(session, [f"c{number}", "o5"])
    assert [file.kind for file in shown[f"c{number}"]] == ["note"]
    actions.attest(session, olivia(session), is_so=True)
    shown = queries.files_of(session, [f"c{number}"])
    assert shown[f"c{number}"][0].lines == ["We: Hello"]


def test_a_photo_is_kept_with_the_person_or_a_house_of_theirs_alone(
    session: Session, storage: dict[str, Any]
) -> None:
    contact = make_contact(session, phone=PAT)
    home, other = make_property(session, contact), make_property(session, address="1 Other St")
    storage[LINK] = PHOTO
    send(session, LINK)
    tasks.fetch_due()
    (photo,), person = files(session), olivia(session)

    actions.keep_with(session, photo.id, person, str(home.id))
    may, shown = queries.photos(session, person, contact.id)
    assert may == [("0", "Pat Example"), (str(home.id), "12 Lanternwick St, Quincy")]
    assert [(file.id, file.words.partition(" · ")[0]) for file in shown] == [
        (photo.id, "12 Lanternwick St"),
    ]  # fmt: skip
    actions.keep_with(session, photo.id, person, "0")
    assert (photo.contact_id, photo.property_id) == (contact.id, None)
    with pytest.raises(CrmError, match="not theirs"):
        actions.keep_with(session, photo.id, person, str(other.id))
    with pytest.raises(CrmError, match="no such contact"):
        queries.photos(session, olivia(session, Role.TECHNICIAN), contact.id)
