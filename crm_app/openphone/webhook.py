"""POST /webhooks/openphone: believe or refuse, store, answer. The rest is the worker's."""

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
LARGEST = 1024 * 1024
KEPT_HEADERS = ("webhook-id", "webhook-timestamp", "content-type", "user-agent")
router = APIRouter()
logger = logging.getLogger(__name__)
_NO_DATABASE = (SQLAlchemyError, psycopg.Error, CrmError)


@router.post("/webhooks/openphone", include_in_schema=False)
async def receive(request: Request) -> Response:
    """Answer one delivery: 200 stored, 401 not believed, 400 no JSON, 413 too large, 503 later."""
    try:
        body = await _read(request)
    except ClientDisconnect:
        return Response(status_code=400)
    if body is None:
        return await _refuse("too large", b"", 413)
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
    known = headers.get("webhook-id") or event.id or hashlib.sha256(body).hexdigest()
    told: Any = {"delivery_id": known, "kind": event.kind, "body": body.decode("utf-8", "replace")}
    new = Delivery(provider=PROVIDER, headers=headers, received_at=clock.wall(), **told)
    is_answered = actions.store(session, new) is not None and apply_certain_words(session, event)
    keyring.note_use(session, key_id, clock.wall())  # last: whoever waits for its row holds nothing
    return is_answered


async def _read(request: Request) -> bytes | None:
    """Return the raw bytes; None, without reading on, when they are over 1 MB."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return body


async def _refuse(reason: str, body: bytes, status: int) -> Response:
    try:
        await db.in_thread(actions.refuse, PROVIDER, reason, body, clock.wall())
    except _NO_DATABASE as problem:
        logger.warning("a refused delivery could not be kept: %s", type(problem).__name__)
    return Response(status_code=status)
