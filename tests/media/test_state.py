"""The states of files: try again, keep with, the photos of a contact, callers are told."""

import asyncio
from typing import Any

import pytest
from sqlmodel import Session

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.errors import CrmError
from crm_app.media import actions, queries, state
from crm_app.media.models import Media, MediaKind, MediaState
from crm_app.media.state import MediaState as FileState
from crm_app.media.state import PhotosState, ToldState
from tests.inbox.rows import make_message, make_thread
from tests.make import make_property
from tests.states import be, open_state, run
from tests.texting import olivia


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the bell rang for."""
    heard: list[Any] = []
    monkeypatch.setattr(queue, "ring", lambda work, *_: heard.append(work.__name__))
    return heard


@pytest.fixture
def photo(session: Session, monkeypatch: pytest.MonkeyPatch) -> Media:
    """A photo of a text, which failed; Olivia looks at it."""
    be(monkeypatch, state, olivia(session))
    thread = make_thread(session)
    message = make_message(session, thread, "Look", clock.now(session))
    actions.take_files(session, MediaKind.FILE, ["https://f.example/a"], message_id=message.id)
    found = actions.claim(session, clock.wall())
    assert found is not None
    actions.note_failed(session, found[0], "Too large", is_final=True)
    return session.get_one(Media, found[0])


def test_a_failed_file_says_why_and_is_tried_again(
    session: Session, photo: Media, rung: list[Any]
) -> None:
    key = f"m{photo.message_id}"
    (shown,) = queries.files_of(session, [key])[key]
    assert (shown.kind, shown.words) == ("failed", "Attachment: Too large.")

    run(open_state(FileState, "/inbox/1").again(photo.id))

    session.refresh(photo)
    assert (photo.state, photo.attempts, rung) == (MediaState.WAITING, 0, ["fetch_due"])


def test_nobody_tries_again_what_they_may_not_see(
    session: Session, photo: Media, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, state, olivia(session, Role.TECHNICIAN))

    with pytest.raises(CrmError, match="not for you"):
        run(open_state(FileState, "/inbox/1").again(photo.id))
    assert rung == []


def test_a_photo_of_the_thread_appears_on_the_contacts_page(session: Session, photo: Media) -> None:
    actions.note_kept(session, photo.id, {"sha256": "a", "content_type": "image/jpeg", "size": 1})
    keeping = open_state(FileState, "/inbox/1")
    run(keeping.ask(photo.id))
    contact_id = queries.one(session, photo.id, asyncio.run(state.signed_in(keeping))).whose
    run(keeping.keep("0"))

    page = open_state(PhotosState, f"/contacts/{contact_id}")
    run(page.load())
    run(page.choose("7"))

    assert [one.id for one in page.photos] == [photo.id]
    assert (page.places, page.place) == ([("0", "Pat Example")], "7")
    assert make_property(session).id  # a house of nobody's is no choice


def test_the_owner_says_that_callers_are_told(session: Session, photo: Media, rung: Any) -> None:
    told = open_state(ToldState, "/settings")
    run(told.load())
    assert (told.said, told.may_say) == ("", True)
    run(told.say(True))
    run(told.load())
    assert told.said.startswith("Owner")
    assert rung == ["fetch_due"]
    run(told.say(False))
    run(told.load())
    assert told.said == ""
