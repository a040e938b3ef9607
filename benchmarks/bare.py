"""The baseline of the webhook: an ASGI route that only inserts the body, on the same pool."""

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.db import in_thread

TABLE = "create table bare (id bigint generated always as identity primary key, body text not null)"
INSERT = text("insert into bare (body) values (:body)")


def app() -> Any:
    """Return the ASGI application; it commits before it answers."""
    return _answer


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await in_thread(_insert, body.decode())
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _insert(session: Session, body: str) -> None:
    session.execute(INSERT, {"body": body})
