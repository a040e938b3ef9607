"""A person's browser tab: what they click and see, and what must never happen meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.journeys.stack import LOGINS, Stack, until

expect.set_options(timeout=20_000)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROWEST = 360
# What sticks out of the window sideways, when the page can be scrolled there.
OVERFLOW = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
    .map((e) => `${e.tagName} ${e.className} ${(e.textContent || "").slice(0, 40)}`).slice(-3)"""


class Screen:
    """One tab of a browser of its own (own cookies), `width`×`height`."""

    def __init__(
        self, browser: Browser, stack: Stack, width: int, height: int, shots: Path, name: str = ""
    ) -> None:
        self.stack, self.shots, self.name = stack, shots, name or f"{width}"
        self.is_phone = width < 1024
        self.context = browser.new_context(
            base_url=stack.url, viewport={"width": width, "height": height},
            timezone_id="America/New_York", locale="en-US", reduced_motion="reduce",
            has_touch=self.is_phone,
        )  # fmt: skip
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda problem: self.errors.append(f"{problem}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def by(self, testid: str) -> Locator:
        """Return what carries that test id and can be seen."""
        return self.page.get_by_test_id(testid).filter(visible=True)

    def go(self, path: str, *, loads: bool = True) -> None:
        """Load a page anew, as a bookmark does; wait until its first rows are there."""
        self.page.goto(path)
        if loads:
            expect(self.page.locator(".skeleton")).to_have_count(0)

    def sign_in(self, login: str = "owner") -> None:
        """Sign in by the form, which leads to Today, and go on to the inbox."""
        self.go("/login")
        self.by("login").fill(login)
        self.by("password").fill(LOGINS[login])
        self.by("sign-in").click()
        expect(self.by("today-health")).to_be_visible()
        self.go("/inbox")
        expect(self.by("inbox-row").first).to_be_visible()

    def pass_time(self, button: str = "clock-add-hour") -> None:
        """Press a button of the ribbon ("+1 hour") and wait until that time was played."""
        before = self.stack.now() + timedelta(minutes=59)
        self.by(button).click()
        there = lambda: self.stack.is_time_played() and self.stack.now() > before  # noqa: E731
        until(there, "the time to pass", seconds=60)

    def shot(self, what: str) -> None:
        """Prove that nothing sticks out sideways; with SHOTS keep a picture, light and dark."""
        self.fits()
        if self.is_phone:
            self.fits_at(NARROWEST)
        if "SHOTS" not in os.environ:
            return
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.screenshot(path=self.shots / f"{self.name}-{what}-{scheme}.png")
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def fits(self) -> None:
        """Prove that the page is no wider than the window."""
        assert self.page.evaluate(OVERFLOW) == [], f"{self.page.url} is wider than the window"

    def fits_at(self, width: int) -> None:
        """Prove that the page fits a window of another width; then it has its own again."""
        before = self.page.viewport_size
        assert before is not None
        self.page.set_viewport_size({"width": width, "height": before["height"]})
        self.fits()
        self.page.set_viewport_size(before)

    def close(self) -> None:
        """Close the tab; no page may have logged an error."""
        self.context.close()
        assert self.errors == []


@contextmanager
def screen(
    browser: Browser, stack: Stack, size: tuple[int, int], shots: Path, name: str = ""
) -> Iterator[Screen]:
    """Open a tab for the block; a failed block leaves a last screenshot and the logs."""
    tab = Screen(browser, stack, *size, shots, name)
    try:
        yield tab
    except BaseException:
        tab.page.screenshot(path=shots / f"{tab.name}-failed.png")
        print(f"{tab.page.url}\n{tab.errors}\nscreenshots: {shots}\n{stack.logs()}")  # noqa: T201
        tab.context.close()
        raise
    tab.close()
