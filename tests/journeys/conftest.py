"""The running program and a browser in front of it, shared by all journeys."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.stack import Stack, free_port
from tests.test_mail import Box

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """The owner's letters, by a real mail server."""
    found = Box()
    server = Controller(found, hostname="127.0.0.1", port=free_port())
    server.start()
    found.url = f"smtp://127.0.0.1:{server.port}"
    yield found
    server.stop()


@pytest.fixture(scope="session")
def stack(box: Box) -> Iterator[Stack]:
    """The whole program in its sandbox; nobody answers by chance, so that numbers are exact."""
    running = Stack(SMTP_URL=box.url, ALERT_EMAIL="olivia@attackacrack.example")
    try:
        running.wait_until_ready()
        running.sandbox("PUT", "switches", {"answers": 0})
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser of this machine."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.fail(
            "No Chromium was found. Install one (Debian: apt-get install chromium), or name it by"
            " CHROMIUM=/path/to/it."
        )
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: SHOTS, else the test's own folder."""
    folder = Path(os.environ.get("SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
