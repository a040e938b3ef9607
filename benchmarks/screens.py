"""In a real Chromium: a webhook until it stands in the inbox, and the bytes of a first load."""

import multiprocessing
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.deliveries import person, request
from benchmarks.figures import Figure, beside, p95
from benchmarks.tab import Tab
from tests.journeys.stack import Stack, until

CLIENTS, TEXTS = 20, 40
# When each text of ours stood on the screen for the first time; the clock is the machine's.
WATCH = """() => {
  window.seen = {};
  const look = () => {
    for (const found of document.body.textContent.matchAll(/Live-(\\d+)!/g))
      window.seen[found[1]] ??= Date.now();
  };
  new MutationObserver(look).observe(document.body,
    {childList: true, subtree: true, characterData: true});
}"""


def live(stack: Stack, browser: Browser, runs: int) -> list[Figure]:
    """Post one text after the other; alone in the house, and with 20 more on the inbox."""
    with _page(stack, browser) as page:
        page.goto("/inbox")
        page.get_by_test_id("inbox-row").first.wait_for()
        page.evaluate(WATCH)
        alone = [_watch_texts(stack, page) for _ in range(runs)]
        with _others(stack):
            ours = [_watch_texts(stack, page) for _ in range(runs)]
    name = "nobody else looks"
    return [
        beside(f"webhook to DOM, {CLIENTS} more look, p50", [sorted(o)[len(o) // 2] for o in ours],
               name, [sorted(a)[len(a) // 2] for a in alone], "ms"),
        beside("the same, p95", [p95(o) for o in ours], name, [p95(a) for a in alone], "ms",
               "< 60 ms"),
    ]  # fmt: skip


_texts = iter(range(1, 1_000_000))


def _watch_texts(stack: Stack, page: Page) -> list[float]:
    """Return the milliseconds from the first byte of each webhook to its text in the DOM."""
    sent, pause = dict[str, float](), threading.Event()
    with socket.create_connection(("127.0.0.1", stack.port)) as line:
        for n in (next(_texts) for _ in range(TEXTS)):
            pause.wait(random.uniform(0.5, 0.8))  # no beat that anything could fall in with
            whole = request(person(n), f"Live-{n}!")
            sent[str(n)] = time.time() * 1000
            line.sendall(whole)
            if b" 200 " not in (answer := line.recv(65536)):
                raise SystemExit(f"a delivery was refused: {answer!r}")
    last = list(sent)[-1]
    until(lambda: page.evaluate("() => window.seen").get(last), "the last text on the screen", 10)
    seen = page.evaluate("() => window.seen")
    return [seen[n] - at for n, at in sent.items()]


@contextmanager
def _others(stack: Stack) -> Iterator[None]:
    """Let 20 more people look at the inbox, from a process of their own."""
    own = multiprocessing.get_context("spawn")
    ready, stop, heard = own.Semaphore(0), own.Event(), own.Value("i", 0)
    cookies = [stack.cookie("owner") for _ in range(CLIENTS)]
    process = own.Process(target=_look, args=(stack.url, cookies, ready, stop, heard))
    process.start()
    try:
        for _ in range(CLIENTS):
            if not ready.acquire(timeout=60):
                raise SystemExit("the other clients did not come up")
        yield
    finally:
        stop.set()
        process.join(30)
    if heard.value < CLIENTS * TEXTS // 2:
        raise SystemExit(f"the other clients heard only {heard.value} texts")


def _look(
    url: str, cookies: list[str], ready: threading.Semaphore, stop: Event, heard: Any
) -> None:
    """Open the inbox once for each cookie and count the frames that bring a text."""

    def one(cookie: str) -> None:
        with Tab(url, cookie=cookie) as tab:
            tab.open("/inbox")
            ready.release()
            while not stop.is_set():
                tab.frames.clear()
                tab.listen(quiet=1, most=1)
                with heard.get_lock():
                    heard.value += sum("Live-" in frame for frame in tab.frames)

    threads = [threading.Thread(target=one, args=(cookie,)) for cookie in cookies]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def weight(stack: Stack, browser: Browser, runs: int) -> list[Figure]:
    """Count the bytes of a first load with an empty cache, as they come over the wire."""
    figures = []
    for path, aim in (("/login", "< 190 kB"), ("/inbox", "< 210 kB")):
        found = [_first_load(stack, browser, path) for _ in range(runs)]
        wire, plain = [w / 1000 for w, _ in found], [p / 1000 for _, p in found]
        figures.append(beside(f"first load of {path}", wire, "uncompressed", plain, "kB", aim))
    return figures


def _first_load(stack: Stack, browser: Browser, path: str) -> tuple[int, int]:
    """Return the bytes of all answers, and what they are unpacked; the websocket's are in both."""
    with _page(stack, browser, signed_in=path != "/login") as page:
        tools = page.context.new_cdp_session(page)
        wire, plain, frames = list[int](), list[int](), list[dict[str, Any]]()
        tools.on("Network.loadingFinished", lambda e: wire.append(e["encodedDataLength"]))
        tools.on("Network.dataReceived", lambda e: plain.append(e["dataLength"]))
        tools.on("Network.webSocketFrameReceived", lambda e: frames.append(e["response"]))
        tools.send("Network.enable")
        tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(path, wait_until="networkidle")
        page.wait_for_timeout(1_000)
        socket_bytes = sum(len(frame["payloadData"]) for frame in frames)
        return int(sum(wire)) + socket_bytes, int(sum(plain)) + socket_bytes


@contextmanager
def _page(stack: Stack, browser: Browser, *, signed_in: bool = True) -> Iterator[Page]:
    """Open a tab of a browser with an empty cache."""
    context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 800})
    if signed_in:
        name, _, value = stack.owner.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": stack.url}])
    try:
        yield context.new_page()
    finally:
        context.close()
