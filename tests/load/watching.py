"""Many who look at the inbox, each over a websocket of its own, in a process of their own."""

import multiprocessing
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.tab import Tab

TEXT = re.compile(r"Load-(\d+)!")
Seen = list[dict[int, float]]  # of each client: when a text came first, seconds since 1970


@contextmanager
def looking(url: str, cookies: list[str]) -> Iterator[Seen]:
    """Let one client look for each cookie; what they saw is in the list when the block ends."""
    own = multiprocessing.get_context("spawn")
    here, there = own.Pipe()
    process = own.Process(target=_look, args=(url, cookies, there))
    process.start()
    seen: Seen = []
    try:
        if not here.poll(120) or here.recv() != "ready":
            raise SystemExit("the clients did not come up")
        yield seen
        here.send("stop")
        if here.poll(60):
            seen += here.recv()
    finally:
        process.join(10)
        process.kill()


def _look(url: str, cookies: list[str], line: Connection) -> None:
    seen: Seen = [{} for _ in cookies]
    stop, ready = threading.Event(), threading.Semaphore(0)

    def one(cookie: str, found: dict[int, float]) -> None:
        with Tab(url, cookie=cookie) as tab:
            tab.open("/inbox")
            ready.release()
            while not stop.is_set():
                tab.frames.clear()
                for n in TEXT.findall(tab.listen(quiet=0.5, most=0.001)):
                    found.setdefault(int(n), time.time())

    pairs = zip(cookies, seen, strict=True)
    threads: list[Any] = [threading.Thread(target=one, args=pair, daemon=True) for pair in pairs]
    for thread in threads:
        thread.start()
    if all(ready.acquire(timeout=90) for _ in threads):
        line.send("ready")
    line.recv()
    stop.set()
    for thread in threads:
        thread.join(5)
    line.send(seen)
