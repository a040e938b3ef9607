"""A small HTTP/1.1 server for an ASGI app on loopback.

Unlike a real one it closes the connection when the app ends without an answer: that is how a
pretend provider falls silent.
"""

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import h11
from starlette.types import ASGIApp

CHUNK = 65536


async def serve_connection(
    app: ASGIApp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer the requests of one connection until either side has had enough."""
    wire = h11.Connection(h11.SERVER)
    try:
        while await _serve_request(app, wire, reader, writer):
            wire.start_next_cycle()
    except (h11.RemoteProtocolError, ConnectionError):
        writer.transport.abort()  # no HTTP, or the caller is gone
    finally:
        writer.close()


async def _next_event(wire: h11.Connection, reader: asyncio.StreamReader) -> h11.Event:
    while True:
        event = wire.next_event()
        if isinstance(event, h11.Event):
            return event
        wire.receive_data(await reader.read(CHUNK))


async def _serve_request(
    app: ASGIApp, wire: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Answer one request; return whether another may follow."""
    head = await _next_event(wire, reader)
    if not isinstance(head, h11.Request):
        return False
    body = b""
    while isinstance(part := await _next_event(wire, reader), h11.Data):
        body += part.data
    answered = False

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal answered
        if message["type"] == "http.response.start":
            events: Iterable[h11.Event] = [
                h11.Response(status_code=message["status"], headers=message["headers"])
            ]
        else:
            events = [h11.Data(data=message.get("body", b""))]
            if not message.get("more_body", False):
                events = [*events, h11.EndOfMessage()]
                answered = True
        for event in events:
            writer.write(wire.send(event) or b"")
        await writer.drain()

    await app(_scope(head, writer), receive, send)
    return answered and wire.our_state is h11.DONE and wire.their_state is h11.DONE


def _scope(head: h11.Request, writer: asyncio.StreamWriter) -> dict[str, Any]:
    path, _, query = head.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": head.http_version.decode(),
        "method": head.method.decode(),
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": list(head.headers),
        "client": writer.get_extra_info("peername"),
        "server": writer.get_extra_info("sockname"),
    }
