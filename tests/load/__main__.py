"""`python -m tests.load [--only steady burst deploy memory]`: 1 when anything was lost.

The whole program as `make run` starts it. Prints what it measured; times are no promise on a
machine that does other things, but a lost text is a fault on any.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

import httpx
import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.deliveries import KEY_SETTING, person
from benchmarks.figures import p95
from benchmarks.screens import WATCH
from crm_app.terminal import show
from tests.journeys.conftest import FLAGS
from tests.journeys.stack import Stack, until
from tests.load.posting import Posted, post, settled
from tests.load.watching import looking

PARTS = ("steady", "burst", "deploy", "memory")
CLIENTS, EVERY = 50, 1_000
_next = count(1)


def main(args: list[str]) -> int:
    """Do what is asked for; 0 when nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seconds", type=int, default=60, help="of the steady load")
    parser.add_argument("--deliveries", type=int, default=20_000, help="of the memory's part")
    given = parser.parse_args(args)
    stack = Stack(OPENPHONE_WEBHOOK_KEYS=KEY_SETTING)
    try:
        stack.wait_until_ready()
        stack.sandbox("PUT", "switches", {"answers": 0})
        wrong = [
            *(steady(stack, given.seconds) if "steady" in given.only else []),
            *(burst(stack) if "burst" in given.only else []),
            *(deploy(stack) if "deploy" in given.only else []),
            *(memory(stack, given.deliveries) if "memory" in given.only else []),
        ]
    finally:
        stack.stop()
    show("\n".join(wrong) or "Nothing was lost.")
    return 1 if wrong else 0


def _posted(stack: Stack, many: int, rate: float) -> tuple[Posted, list[str]]:
    """Post so many texts; return how it went, and what is wrong with it."""
    first, began, before = next(_next) * 1_000_000, time.time(), _busy(stack)
    posted = post(stack.port, first, many, rate)
    took = time.time() - began
    missing = settled(stack, range(first, first + many))
    applied = time.time() - began
    busy = ", ".join(f"{n} {at - before[n]:.1f} s" for n, at in _busy(stack).items())
    show(f"  {many} in {took:.1f} s, answers {dict(posted.answers)}: p50"
         f" {posted.percentile(50):.1f}, p95 {posted.percentile(95):.1f}, p99"
         f" {posted.percentile(99):.1f} ms, the slowest {max(posted.took):.0f} ms;"
         f" all applied after {applied:.1f} s; processor: {busy}")  # fmt: skip
    wrong = [f"{missing} of {many} texts are missing"] if missing else []
    if posted.answers.keys() - {"200"}:
        wrong.append(f"not all were taken: {dict(posted.answers)}")
    return posted, wrong


def steady(stack: Stack, seconds: int) -> list[str]:
    """50 webhooks a second while 50 clients look at the inbox, and one page at a thread."""
    show(f"50/s for {seconds} s, {CLIENTS} websocket clients on the inbox:")
    cookies = [stack.cookie("owner") for _ in range(CLIENTS)]
    with looking(stack.url, cookies) as seen, _page(stack) as page:
        posted, wrong = _posted(stack, 50 * seconds, 50)
        dom = {int(n): at for n, at in page.evaluate("() => window.seen").items()}
    waits = [(at - posted.at[n]) * 1000 for one in seen for n, at in one.items() if n in posted.at]
    in_dom = [at - posted.at[n] * 1000 for n, at in dom.items() if n in posted.at]
    for name, found in (("a websocket", waits), ("the DOM of the inbox", in_dom)):
        if not found:
            wrong.append(f"nobody saw anything on {name}")
            continue
        show(f"  webhook to {name}: {len(found)} seen, p50 {median(found):.0f} ms,"
             f" p95 {p95(found):.0f} ms (up to 250 ms of it: four refreshes a second)")  # fmt: skip
    last = max(posted.at)
    blind = sum(last not in one for one in seen)
    return [*wrong, f"{blind} clients never saw the last text"] if blind else wrong


def burst(stack: Stack) -> list[str]:
    """200 webhooks a second for half a minute."""
    show("200/s for 30 s:")
    return _posted(stack, 6_000, 200)[1]


def memory(stack: Stack, many: int) -> list[str]:
    """Many deliveries in a row; the memory of web and worker after each thousand."""
    show(f"{many} deliveries as fast as they go; RSS of web and worker in MB after each {EVERY}:")
    wrong, sizes = list[str](), [_sizes(stack)]
    for _ in range(many // EVERY):
        wrong += _posted(stack, EVERY, 0)[1]
        sizes.append(_sizes(stack))
    for name in sizes[0]:
        show(f"  {name}: {' '.join(f'{one[name]:.0f}' for one in sizes)}")
    return wrong


def _families(stack: Stack) -> dict[str, list[psutil.Process]]:
    """Return the processes of web and worker, with their children."""
    found = dict[str, list[psutil.Process]]()
    for child in psutil.Process(stack.process.pid).children():
        if name := next((word for word in ("web", "worker") if word in child.cmdline()), ""):
            found[name] = [child, *child.children(recursive=True)]
    return found


def _sizes(stack: Stack) -> dict[str, float]:
    """Return the RSS in MB of web and worker."""
    families = _families(stack).items()
    return {name: sum(one.memory_info().rss for one in family) / 1e6 for name, family in families}


def _busy(stack: Stack) -> dict[str, float]:
    """Return the seconds of processor that web and worker have used."""
    families = _families(stack).items()
    return {name: sum(sum(one.cpu_times()[:2]) for one in family) for name, family in families}


def deploy(stack: Stack) -> list[str]:
    """The web process ends three times, as for a deploy, while the sandbox delivers."""
    show("web restarted three times while the sandbox delivers:")
    sandbox = httpx.Client(base_url=(stack.data / "sandbox.url").read_text(), trust_env=False)
    first, said = next(_next) * 1_000_000, 0

    def say(many: int) -> None:
        nonlocal said
        for _ in range(many):
            asked = {"from": person(said), "text": f"Load-{first + said}!"}
            sandbox.post("/__sandbox/say", json=asked).raise_for_status()
            said += 1

    with _page(stack) as page:
        for _ in range(3):
            say(60)
            web = next(p for p in psutil.Process(stack.process.pid).children()
                       if "web" in p.cmdline())  # fmt: skip
            web.terminate()
            ended = time.time()
            while web.is_running() and web.status() != psutil.STATUS_ZOMBIE:
                say(2)
            say(40)
            until(lambda: _answers(stack), "the program to answer again", 60)
            show(f"  it answers {time.time() - ended:.1f} s after SIGTERM, {said} texts so far")
            say(1)
            shown = f"() => window.seen[{first + said - 1}] !== undefined"
            page.wait_for_function(shown, timeout=60_000)
            show(f"  the open page read again by itself, {time.time() - ended:.1f} s after it")
        say(30)
    offset = sandbox.get("/__sandbox/clock").json()["offset_seconds"]
    # Webhooks that failed are tried again at once, as they would be five minutes later.
    sandbox.post("/__sandbox/clock", json={"offset_seconds": offset}, timeout=120)
    missing = settled(stack, range(first, first + said))
    states = [row["state"] for row in sandbox.get("/__sandbox/webhooks").json()]
    again = sum(row["attempts"] > 1 for row in sandbox.get("/__sandbox/webhooks").json())
    show(f"  {said} texts, {again} webhooks needed more than one attempt")
    wrong = [f"{missing} of {said} texts are missing"] if missing else []
    return [*wrong, "a webhook was given up"] if "failed" in states else wrong


def _answers(stack: Stack) -> bool:
    """Say whether the pages are served; /health may be red after a burst that took long."""
    try:
        return stack.http.get("/login").status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def _page(stack: Stack) -> Iterator[Page]:
    """Open the inbox in a browser that notes when each text stood there first."""
    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 800})
        name, _, value = stack.owner.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": stack.url}])
        page = context.new_page()
        page.goto("/inbox")
        page.get_by_test_id("inbox-row").first.wait_for()
        page.evaluate(WATCH.replace("Live-", "Load-"))
        yield page
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
