"""One listener per web process: hears NOTIFY and refreshes the browsers that show the thing.

After every (re)LISTEN all browsers refresh once, so that a restart of the database heals by
itself. Refreshes are coalesced: the first at once, then at most four a second for each browser
and topic.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import reflex as rx
from reflex_base.event import Event

from crm_app.auth.guard import EntryState, tabs
from crm_app.auth.permissions import Permission, Person
from crm_app.db import dsn
from crm_app.errors import CrmError
from crm_app.live import CHANNEL

logger = logging.getLogger(__name__)
T = TypeVar("T")
PAUSE = 0.25


@dataclass(eq=False)
class Watch:
    """What one browser tab wants to hear of one topic; `sid` is the connection that asked."""

    token: str
    sid: str
    page: str
    topic: str
    key: str
    handler: Any
    last: float = 0.0
    is_due: bool = False


@dataclass
class Listener:
    """The watches of this process, and the app whose events it enqueues."""

    app: rx.App
    watches: list[Watch] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    reads: dict[tuple[object, ...], asyncio.Task[Any]] = field(default_factory=dict)

    async def run(self) -> None:
        """Listen for ever; connect again whenever the database goes away."""
        with self.app.set_contexts():
            while True:
                try:
                    await self._listen()
                except (psycopg.Error, OSError, CrmError) as problem:
                    logger.warning("the listener lost the database: %s", type(problem).__name__)
                    await asyncio.sleep(1)

    async def _listen(self) -> None:
        connect = psycopg.AsyncConnection.connect
        async with await connect(dsn(), autocommit=True, connect_timeout=5) as connection:
            await connection.execute(f"listen {CHANNEL}".encode())
            self.tell()
            async for notification in connection.notifies():
                self.tell(*json.loads(notification.payload))

    def tell(self, topic: str = "", key: str = "") -> None:
        """Let the browsers that show it refresh ('': all); end the tabs of an ended session."""
        self.reads.clear()  # what was read before this news does not know of it
        if topic == "signout":
            for token in [t for t, session_hash in tabs.items() if session_hash == key]:
                self._start(self._enqueue(token, EntryState.leave))
            return
        for watch in reversed(self.watches):  # the page itself before its frame
            meant = not topic or (watch.topic == topic and watch.key in ("", key))
            if meant and not watch.is_due:
                watch.is_due = True
                self._start(self._refresh(watch))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _refresh(self, watch: Watch) -> None:
        await asyncio.sleep(max(0.0, watch.last + PAUSE - time.monotonic()))
        watch.is_due, watch.last = False, time.monotonic()
        if watch not in self.watches:
            return
        namespace = self.app.event_namespace
        sid = namespace.token_to_sid.get(watch.token, "") if namespace else ""
        if sid == watch.sid:
            await self._enqueue(watch.token, watch.handler)
            return
        # The tab is gone. Who came after it under its token has shown no session on that line.
        self.watches.remove(watch)
        if not sid:
            tabs.pop(watch.token, None)

    async def _enqueue(self, token: str, handler: Any) -> None:
        await self.app.event_processor.enqueue(token, Event.from_event_type(handler)[0])


_listener: list[Listener] = []


def start(app: rx.App) -> None:
    """Run a listener for as long as the web process lives."""

    async def listen() -> None:
        _listener[:] = [Listener(app)]
        await _listener[0].run()

    app.register_lifespan_task(listen)


async def together(
    person: Person, asked: tuple[object, ...], read: Callable[[], Coroutine[Any, Any, T]]
) -> T:
    """Return what `read` gives; tabs that refresh after the same news share one read.

    Only those share it that ask the same and see the same: everybody's threads, or their own.
    """
    whose = 0 if person.may(Permission.READ_ALL_THREADS) else person.id
    key = (person.role, whose, *asked)
    reads = _listener[0].reads if _listener else {}
    task = reads.get(key)
    if task is None or (task.done() and (task.cancelled() or task.exception())):
        task = reads[key] = asyncio.create_task(read())
    return await asyncio.shield(task)


def watch(state: rx.State, topic: str, key: str, handler: Any) -> None:
    """Refresh this tab by `handler` when `topic` with `key` ('' for any) changes; on this page."""
    if not _listener:
        return
    tab, page = state.router.session, state.router.url.path
    ours = Watch(tab.client_token, tab.session_id, page, topic, key, handler)

    def stays(other: Watch) -> bool:
        is_of_page = (other.page, other.sid) == (ours.page, ours.sid)
        is_same = (other.topic, other.handler) == (ours.topic, ours.handler)
        return other.token != ours.token or (is_of_page and not is_same)

    _listener[0].watches = [*filter(stays, _listener[0].watches), ours]
