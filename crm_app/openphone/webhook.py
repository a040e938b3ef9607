"""POST /webhooks/openphone: believe or refuse, store, answer. The rest is the worker's."""

import asyncio
import hashlib
import logging
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.requests import ClientDisconnect

from crm_app import clock, db, queue
from crm_app.errors import CrmError
from crm_app.openphone import tasks
from crm_app.openphone.events import apply_certain_words
from crm_app.openphone.payloads import Event, NotJsonError, read_event
from crm_app.subscriptions import keyring
from crm_app.webhooks import actions
from crm_app.webhooks.models import Delivery

PROVIDER = "openphone"
LARGEST, SLOWEST = 1024 * 1024, 10  # bytes; seconds, after which senders give up themselves
KEPT_HEADERS = ("webhook-id", "webhook-timestamp", "content-type", "user-agent")
router = APIRouter()
logger = logging.getLogger(__name__)
_NO_DATABASE = (SQLAlchemyError, psycopg.Error, CrmError)


@router.post("/webhooks/openphone", include_in_schema=False)
async def receive(request: Request) -> Response:
    """Answer one delivery: 200 stored, 401 not believed, 400 no JSON, 413, 408, 503 later."""
    body = await _read(request)
    if isinstance(body, Response):
        return body
    try:
        reason, key_id = await keyring.believe(request.headers, body)
        if reason:
            return await _refuse(reason, body, 401)
        event = read_event(body)
        headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
        has_confirmation = await db.in_thread(accept, event, body, headers, key_id)
    except NotJsonError:
        return await _refuse("not JSON", body, 400)
    except _NO_DATABASE as problem:
        logger.warning("a delivery could not be stored: %s", type(problem).__name__)
        return Response(status_code=503)
    queue.ring(tasks.apply_due)
    if has_confirmation:
        queue.ring(tasks.send_outbox)
    return Response(status_code=200)


def accept(
    session: Session, event: Event, body: bytes, headers: dict[str, str], key_id: int = 0
) -> bool:
    """Store a believed delivery, once; a certain STOP or START counts at once: was it one?"""
    # One id for other bytes, as legacy test events have, is no repetition; nor is one cut short.
    given, digest = headers.get("webhook-id", ""), hashlib.sha256(body).hexdigest()
    known = given if 0 < len(given) <= 120 else f"{(given or event.id)[:50]} {digest}"
    told: Any = {"delivery_id": known, "kind": event.kind, "body": body.decode("utf-8", "replace")}
    new = Delivery(provider=PROVIDER, headers=headers, received_at=clock.wall(), **told)
    is_answered = actions.store(session, new) is not None and apply_certain_words(session, event)
    keyring.note_use(session, key_id, clock.wall())  # last: whoever waits for its row holds nothing
    return is_answered


async def _read(request: Request) -> bytes | Response:
    """Return the raw bytes; the answer, without reading on, if they are over 1 MB or drip in."""
    told, body, chunks = request.headers.get("content-length", ""), bytearray(), request.stream()
    is_large = told.isdecimal() and float(told) > LARGEST
    try:
        async with asyncio.timeout(SLOWEST):
            while not is_large and (chunk := await anext(chunks, None)) is not None:
                body += chunk
                is_large = len(body) > LARGEST
    except ClientDisconnect:
        return Response(status_code=400)
    except TimeoutError:
        return await _refuse("too slow", b"", 408)
    return await _refuse("too large", b"", 413) if is_large else bytes(body)


async def _refuse(reason: str, body: bytes, status: int) -> Response:
    try:
        await db.in_thread(actions.refuse, PROVIDER, reason, body, clock.wall())
    except _NO_DATABASE as problem:
        logger.warning("a refused delivery could not be kept: %s", type(problem).__name__)
    return Response(status_code=status)
