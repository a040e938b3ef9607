"""Files for the browser: whose they are, in parts, by our own types; and photos that come in."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from crm_app import clock
from crm_app.api import say
from crm_app.auth import actions as auth
from crm_app.auth.models import Role
from crm_app.auth.routes import cookie_name
from crm_app.calls.models import Call
from crm_app.contacts.models import Contact
from crm_app.conversations.models import Conversation
from crm_app.errors import CrmError
from crm_app.media import routes, store
from crm_app.media.models import Media, MediaKind, MediaState
from crm_app.sandbox.media import drawing
from tests.inbox.rows import make_message, make_thread
from tests.make import make_contact, make_property, make_user

PHOTO, VOICE = drawing.photo("test"), drawing.voice("test", 1)
As = Callable[[Role], int]


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """The routes of files, behind their own checks alone."""
    api = FastAPI()
    api.include_router(routes.router)
    api.add_exception_handler(CrmError, say)
    with TestClient(api) as client:
        yield client


@pytest.fixture
def sign_in(client: TestClient, session: Session) -> As:
    """Sign somebody of a role in; returns their id."""

    def sign(role: Role) -> int:
        user = make_user(session, login=role.value, role=role)
        client.cookies.set(cookie_name(), auth.open_session(session, user.id, clock.wall()))
        session.commit()
        return user.id

    return sign


@pytest.fixture
def thread(session: Session) -> Conversation:
    return make_thread(session)


def put(session: Session, data: bytes, **more: object) -> Media:
    """A kept file."""
    told = {"kind": MediaKind.FILE, "state": MediaState.KEPT, "at": clock.now(session), **more}
    found = Media(next_at=clock.wall(), **{**store.keep(data), **told})
    session.add(found)
    session.commit()
    return found


def put_photo(session: Session, thread: Conversation, data: bytes = PHOTO) -> Media:
    """A photo of a text in a thread."""
    message = make_message(session, thread, "Look", clock.now(session))
    return put(session, data, message_id=message.id)


def status(client: TestClient, media: Media, **headers: str) -> int:
    return client.get(f"/media/{media.id}", headers=headers).status_code


def test_a_stranger_gets_nothing(
    client: TestClient, session: Session, thread: Conversation
) -> None:
    photo = put_photo(session, thread)

    assert status(client, photo) == 401
    assert client.get(f"/media/{photo.id}/thumb").status_code == 401
    assert client.put("/media/contact/1", content=PHOTO).status_code == 401


def test_a_photo_and_its_small_one_come_as_what_they_are(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    sign_in(Role.OWNER)
    photo = put_photo(session, thread)

    whole, small = client.get(f"/media/{photo.id}"), client.get(f"/media/{photo.id}/thumb")

    assert whole.content == PHOTO
    assert len(small.content) < len(PHOTO)
    for answer in (whole, small):
        told = answer.headers
        assert (answer.status_code, told["content-type"]) == (200, "image/jpeg")
        assert (told["x-content-type-options"], told["cache-control"][:7]) == ("nosniff", "private")
        assert told["content-disposition"] == f'inline; filename="file-{photo.id}.jpg"'
        assert "sandbox" in told["content-security-policy"]


def test_a_sound_comes_in_parts(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    sign_in(Role.OWNER)
    voice = put_photo(session, thread, VOICE)
    path = f"/media/{voice.id}"

    part = client.get(path, headers={"range": "bytes=10-19"})
    end = client.get(path, headers={"range": "bytes=-4"})

    assert (part.status_code, part.content) == (206, VOICE[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(VOICE)}"
    assert (end.status_code, end.content) == (206, VOICE[-4:])
    assert status(client, voice, range=f"bytes={len(VOICE)}-") == 416
    assert client.get(f"{path}/thumb").status_code == 404


def test_a_paper_is_for_downloading(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    sign_in(Role.OWNER)
    paper = put_photo(session, thread, b"%PDF-1.7")

    told = client.get(f"/media/{paper.id}").headers["content-disposition"]
    assert told.startswith("attachment")


def test_only_who_may_see_the_thread_sees_its_files(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    photo = put_photo(session, thread)
    sign_in(Role.MARKETER)
    assert status(client, photo) == 404
    me = sign_in(Role.TECHNICIAN)
    assert status(client, photo) == 404
    thread.assigned_to = me
    session.add(thread)
    session.commit()
    assert status(client, photo) == 200


def test_a_photo_of_a_contact_or_house_is_for_who_may_see_the_contact(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    contact = session.get_one(Contact, thread.contact_id)
    home = make_property(session, contact)
    photos = [put(session, PHOTO, kind=MediaKind.PHOTO, contact_id=contact.id)]
    photos += [put(session, PHOTO, kind=MediaKind.PHOTO, property_id=home.id)]
    me = sign_in(Role.TECHNICIAN)
    assert [status(client, photo) for photo in photos] == [404, 404]
    thread.assigned_to = me
    session.add(thread)
    session.commit()
    assert [status(client, photo) for photo in photos] == [200, 200]


def test_what_is_not_there_is_404(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    sign_in(Role.OWNER)
    photo = put_photo(session, thread)
    store.path_of(photo.sha256).unlink()
    call = Call(provider_id="AC1", conversation_id=thread.id, at=clock.now(session))
    session.add(call)
    session.flush()
    recording = put(session, VOICE, kind=MediaKind.RECORDING, call_id=call.id)
    waiting = put(session, VOICE, call_id=call.id, sha256="", content_type="", name="x")

    assert [status(client, one) for one in (photo, recording, waiting)] == [404, 404, 404]
    assert client.get("/media/999999").status_code == 404


def test_a_photo_is_put_with_a_person_or_their_house(
    client: TestClient, session: Session, thread: Conversation, sign_in: As
) -> None:
    me = sign_in(Role.TECHNICIAN)
    thread.assigned_to = me
    session.add(thread)
    contact = session.get_one(Contact, thread.contact_id)
    home = make_property(session, contact)
    session.commit()
    path = f"/media/contact/{contact.id}"

    for place in ("0", str(home.id)):
        answer = client.put(f"{path}?house={place}", content=PHOTO)
        assert (answer.status_code, answer.json()) == (201, {"said": "Added"})

    found = session.exec(select(Media).order_by("id")).all()
    assert [(one.contact_id, one.property_id) for one in found] == [
        (contact.id, None), (None, home.id),
    ]  # fmt: skip
    assert {(one.by_user, one.kind, one.state) for one in found} == {
        (me, MediaKind.PHOTO, MediaState.KEPT)
    }
    assert len({one.sha256 for one in found}) == 1


@pytest.mark.parametrize(
    ("body", "place", "code", "words"),
    [
        (b"<svg/>", "0", 400, "no photo: take a JPEG"), (VOICE, "0", 400, "no photo"),
        (PHOTO, "77", 400, "not theirs"), (b"x" * 200_000, "0", 413, "15 MB"),
    ],
    ids=["drawing", "sound", "another house", "too large"],
)  # fmt: skip
def test_what_is_no_photo_of_theirs_is_refused(
    client: TestClient, session: Session, sign_in: As, monkeypatch: pytest.MonkeyPatch,
    body: bytes, place: str, code: int, words: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(routes, "LARGEST", 199_999)
    sign_in(Role.OFFICE)
    contact = make_contact(session)
    session.commit()

    answer = client.put(f"/media/contact/{contact.id}?house={place}", content=body)

    assert (answer.status_code, words in answer.text) == (code, True), answer.text
    assert session.exec(select(Media)).all() == []


def test_a_contact_of_others_takes_no_photo_not_one_byte(
    client: TestClient, session: Session, sign_in: As
) -> None:
    sign_in(Role.TECHNICIAN)
    contact, read = make_contact(session), list[bytes]()
    session.commit()

    def body() -> Iterator[bytes]:
        read.append(b"x")
        yield PHOTO

    assert client.put(f"/media/contact/{contact.id}", content=body()).status_code == 400
    assert session.exec(select(Media)).all() == []
