"""Runs a pretend provider as a process on loopback, until it is asked to stop."""

import asyncio
import os
import signal
import socket
from pathlib import Path

from starlette.types import ASGIApp

from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.stage.http11 import serve_connection
from crm_app.sandbox.stage.memory import Memory

HOST = "127.0.0.1"


def _listen(port: int, memory: Memory) -> socket.socket:
    """Bind `port`; for 0 the port of the last time when it is free, else any."""
    try:
        bound = socket.create_server((HOST, port or memory.setting("port", 0)))
    except OSError:
        if port:
            raise
        bound = socket.create_server((HOST, 0))
    # Inherited by connections; asyncio does it only for sockets that it made itself.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


def _write_at_once(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


async def run(
    app: ASGIApp, courier: Courier, memory: Memory, *, port: int, url_file: Path | None
) -> None:
    """Serve `app` and let time pass until SIGTERM or SIGINT; `url_file` holds the address."""
    stop, open_connections = asyncio.Event(), set[asyncio.Task[None]]()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve_connection(app, reader, writer))
        open_connections.add(task)
        task.add_done_callback(open_connections.discard)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await asyncio.start_server(connected, sock=_listen(port, memory))
    bound = server.sockets[0].getsockname()[1]
    memory.keep("port", bound)
    url = f"http://{HOST}:{bound}"
    if url_file is not None:
        _write_at_once(url_file, url)
    ticking = asyncio.create_task(courier.keep_running())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((ticking, stopping), return_when=asyncio.FIRST_COMPLETED)
    server.close()
    if url_file is not None and url_file.exists() and url_file.read_text("utf-8") == url:
        url_file.unlink()
    ended = [*open_connections, stopping] + ([] if ticking.done() else [ticking])
    for task in ended:
        task.cancel()
    await asyncio.gather(*ended, return_exceptions=True)
    memory.close()
    if ticking.done() and not ticking.cancelled():
        ticking.result()  # it only ends by a defect: the process ends with its trace
