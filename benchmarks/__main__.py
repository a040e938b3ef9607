"""Runs every measurement on a program of its own, and prints one table. Nothing is asserted.

python -m benchmarks [--runs N] [--large] [--only import claim webhooks live ...]
"""

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["ENV_FILE"] = os.devnull  # never the developer's own settings

from playwright.sync_api import Browser, sync_playwright

from benchmarks import (
    deliveries,
    gate,
    history,
    importing,
    lists,
    replies,
    screens,
    searching,
    sending,
    size,
)
from benchmarks.figures import Figure, table
from tests.journeys.conftest import BROWSERS, FLAGS
from tests.journeys.stack import Stack

PARTS = (
    "import",
    "claim",
    "gate",
    "history",
    "lists",
    "webhooks",
    "live",
    "search",
    "weight",
    "send",
    "memory",
    "start",
    "replies",
)


def main(args: list[str]) -> int:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each measurement")
    parser.add_argument(
        "--large",
        action="store_true",
        help="100,000 rows for the slow peers too, the whole history, claims among a million",
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args(args)
    with _stack() as stack:
        figures = list(_measure(stack, given.only, given.runs, large=given.large))
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {given.runs} runs of each\n"
    )
    print(table(figures))
    return 0


def _measure(stack: Stack, parts: list[str], runs: int, *, large: bool) -> Iterator[Figure]:
    """Yield the figures; the order matters: rows come before those who look at them."""
    new, server = size.memory(stack), stack.dsn().replace("/attackacrack?", "/{}?")
    yield from _in_databases(server, stack.folder, parts, runs, large=large)
    if "webhooks" in parts:
        yield from deliveries.measure(stack, runs)
    if {"live", "weight"} & set(parts):
        yield from _in_browser(stack, parts, runs)
    if "search" in parts:
        yield from searching.measure(stack, runs)
    if "send" in parts:
        yield from sending.throughput(stack, runs)
    if "memory" in parts:
        yield size.told("memory of all processes, after all this", size.memory(stack), new)
    if "replies" in parts:
        yield from replies.measure(runs)
    if "start" in parts:
        yield size.warm_starts(stack, runs)


def _in_databases(
    server: str, folder: Path, parts: list[str], runs: int, *, large: bool
) -> Iterator[Figure]:
    """Yield what is measured beside the program, in databases of its server."""
    if "import" in parts:
        yield from importing.measure(server, folder, 5_000, runs, slow_ones=True)
        yield from importing.measure(server, folder, 100_000, min(runs, 2), slow_ones=large)
    if "claim" in parts:
        yield from sending.claiming(server, str(folder / "claim"), runs, large=large)
    if "gate" in parts:
        yield from gate.measure(server, str(folder / "gate"), runs)
    if "history" in parts:
        yield from history.measure(server, folder / "history", large=large)
    if "search" in parts:
        yield from searching.reads(server, str(folder / "search"), runs, large=large)
    if "lists" in parts:
        yield from lists.measure(server, str(folder / "lists"), runs)


def _in_browser(stack: Stack, parts: list[str], runs: int) -> Iterator[Figure]:
    with _browser() as browser:
        if "live" in parts:
            yield from screens.live(stack, browser, runs)
        if "weight" in parts:
            yield from screens.weight(stack, browser, runs)


@contextmanager
def _stack() -> Iterator[Stack]:
    """Run the whole program on data of its own; it leaves nothing behind."""
    key = deliveries.KEY_SETTING
    started = time.perf_counter()
    running = Stack(OPENPHONE_WEBHOOK_KEYS=key)
    try:
        running.wait_until_ready()
        running.sandbox("PUT", "switches", {"answers": 0})
        print(f"started in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        yield running
    finally:
        running.stop()


@contextmanager
def _browser() -> Iterator[Browser]:
    """Run the Chromium that `make bench` found."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
