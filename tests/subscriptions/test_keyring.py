"""Kept keys: encrypted, known at once to every process, good for a while after they are retired."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from crm_app import clock, db, queue
from crm_app.admin import webhooks_state
from crm_app.admin.queries import health
from crm_app.subscriptions import keyring
from crm_app.subscriptions.models import WebhookKey
from tests.openphone.conftest import Deliver, client, deliver, standard_headers
from tests.states import open_state, run

__all__ = ["client", "deliver"]
KEY, OTHER = b"a key of a subscription, made up", b"another one"
BODY = b'{"type":"x"}'


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    monkeypatch.setattr(keyring, "_noted", {})
    monkeypatch.setattr(keyring, "_remembered", (keyring._NEVER, {}))


def kept(session: Session, key: bytes = KEY, name: str = "17") -> None:
    keyring.keep(session, "dated", name, "https://x.example", f"whsec_{b64encode(key).decode()}")
    session.commit()


def rows(session: Session) -> list[WebhookKey]:
    session.expire_all()
    return list(session.exec(select(WebhookKey).order_by("id")))


def test_a_key_lies_encrypted_and_counts_at_once(session: Session, deliver: Deliver) -> None:
    assert deliver(key=KEY) == 401
    kept(session)

    assert deliver(key=KEY) == 200
    assert deliver(key=OTHER) == 401
    (row,) = rows(session)
    assert KEY not in row.encrypted.encode()
    assert b64encode(KEY) not in row.encrypted.encode()
    assert row.last_used_at is not None


def test_while_keys_are_fresh_no_delivery_asks_for_them(
    session: Session, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(session)
    assert deliver(key=KEY) == 200
    asked: list[int] = []
    read = keyring.read
    monkeypatch.setattr(keyring, "read", lambda s: asked.append(1) or read(s))

    assert (deliver(key=KEY), deliver()) == (200, 200)
    assert asked == []
    monkeypatch.setattr(keyring, "FRESH", timedelta(0))
    assert deliver(key=KEY) == 200
    assert asked == [1]


def test_a_retired_key_is_good_for_its_grace_and_no_longer(
    session: Session, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(session)
    keyring.retire(session, "dated", "17")
    kept(session, OTHER)
    session.commit()
    assert (deliver(key=KEY), deliver(key=OTHER)) == (200, 200)
    assert [row.retired_at is None for row in rows(session)] == [False, True]
    assert [*keyring.held(session)] == [("dated", "17")]

    at = clock.wall() + keyring.GRACE
    monkeypatch.setattr(clock, "wall", lambda: at)
    assert keyring.read(session) == {rows(session)[1].id: OTHER}


def test_use_is_noted_seldom(session: Session) -> None:
    kept(session)
    key_id, at = rows(session)[0].id, clock.wall()

    def noted(after: float) -> datetime | None:
        keyring.note_use(session, key_id, at + timedelta(seconds=after))
        return rows(session)[0].last_used_at

    assert (noted(0), noted(4), noted(6)) == (at, at, at + timedelta(seconds=6))
    keyring.note_use(session, 0, at)


def test_a_wrong_signature_since_its_last_use_makes_a_key_doubtful(
    session: Session, deliver: Deliver
) -> None:
    name = ("dated", "17")
    assert keyring.is_doubted(session, name), "none is held"
    kept(session)
    assert not keyring.is_doubted(session, name)
    assert deliver(key=OTHER) == 401
    assert keyring.is_doubted(session, name)
    assert deliver(key=KEY) == 200
    session.expire_all()
    assert not keyring.is_doubted(session, name)


def test_another_secret_key_is_a_sentence_and_other_keys_work(
    session: Session, deliver: Deliver, environment: Callable[..., None]
) -> None:
    kept(session)
    assert keyring.deaf(session) == ""
    environment(SECRET_KEY="another", OPENPHONE_WEBHOOK_KEYS=b64encode(OTHER).decode())

    assert (deliver(key=OTHER), deliver(key=KEY)) == (200, 401)
    assert "SECRET_KEY is another one" in keyring.deaf(session)
    part = next(one for one in health(session) if one.name == "last_webhook")
    assert not part.is_ok
    assert "SECRET_KEY" in part.do
    assert keyring.held(session) == {}


def test_a_key_that_is_no_base64_is_never_taken_for_one(session: Session) -> None:
    keyring.keep(session, "v1", "WH1", "https://x.example", "no key!")
    session.commit()
    assert keyring.read(session) == {}
    assert keyring.deaf(session)


def test_live_without_any_key_says_that_nothing_can_arrive(
    session: Session, deliver: Deliver, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0")
    shown = open_state(webhooks_state.WebhooksState, "/admin/webhooks")
    run(shown.load())
    assert "Nothing can arrive" in shown.deaf

    kept(session)
    run(shown.load())
    assert shown.deaf == ""
    assert deliver(key=KEY) == 200


def test_with_the_database_down_nothing_is_called_wrong(
    session: Session, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_args: object) -> None:
        raise OperationalError("select", {}, Exception())

    monkeypatch.setattr(db, "in_thread", gone)
    assert deliver(key=KEY) == 503


def test_believing_names_the_key_that_signed(session: Session) -> None:
    kept(session, OTHER, "18")
    kept(session)
    signed = standard_headers(BODY, "msg_1", key=KEY)

    assert asyncio.run(keyring.believe(signed, BODY)) == ("", rows(session)[1].id)
    by_setting = standard_headers(BODY, "msg_1")
    assert asyncio.run(keyring.believe(by_setting, BODY)) == ("", 0)
