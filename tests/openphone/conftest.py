"""Signed deliveries to the real route, and a pretend OpenPhone in a process of its own."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from crm_app import clock
from crm_app.openphone.webhook import router
from crm_app.settings import settings
from tests.openphone.test_payloads import dated
from tests.sandbox.conftest import Ear, Place, ear, open_ear, place, running_place
from tests.texting import TUESDAY, set_clock

__all__ = ["Ear", "Place", "ear", "open_ear", "place", "running_place"]
_ids = count(1)
Deliver = Callable[..., int]


@pytest.fixture
def tuesday(session: Session) -> Session:
    """The session at ten in the morning of a working day."""
    set_clock(session, TUESDAY)
    return session


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """The webhook route alone, on the test's own transaction."""
    app = FastAPI()
    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def standard_headers(body: bytes, delivery_id: str, *, key: bytes | None = None,
                     late: float = 0) -> dict[str, str]:  # fmt: skip
    """The three headers of Standard Webhooks, by the first of our keys."""
    stamp = str(int(clock.wall().timestamp() - late))
    digest = hmac.digest(
        key or settings().webhook_keys[0], f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256
    )
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def legacy_headers(body: bytes) -> dict[str, str]:
    """The legacy header, by the first of our keys."""
    stamp = str(int(clock.wall().timestamp() * 1000))
    digest = hmac.digest(settings().webhook_keys[0], stamp.encode() + b"." + body, hashlib.sha256)
    return {"openphone-signature": f"hmac;1;{stamp};{b64encode(digest).decode()}"}


@pytest.fixture
def deliver(client: TestClient) -> Deliver:
    """Post an event, signed; returns the status."""

    def post(event: Any = None, *, delivery_id: str = "", legacy: bool = False, **more: Any) -> int:
        body = event if isinstance(event, bytes) else json.dumps(event or dated()).encode()
        signed = (
            legacy_headers(body)
            if legacy
            else standard_headers(body, delivery_id or f"msg_{next(_ids)}", **more)
        )
        return client.post("/webhooks/openphone", content=body, headers=signed).status_code

    return post
