"""Every page, for each role that may see it: drawn, no error in the console, nothing too wide."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from crm_app.auth.permissions import ROLE_MAY, Role
from tests.journeys.screen import screen
from tests.journeys.stack import Stack, until

pytestmark = pytest.mark.browser


def may_load(login: str, loads: list[Any]) -> bool:
    """Say whether a role may call everything that a page loads."""
    import reflex as rx

    for handler in loads:
        kind: Any = rx.State.get_class_substate(handler.state_full_name)
        name = handler.fn.__name__
        needed = kind.NEEDS.get(name) or kind.NEEDS.get("*")
        if name not in getattr(kind, "PUBLIC", ()) and needed not in ROLE_MAY[Role(login)]:
            return False
    return True


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("login", ["owner", "technician"])
@pytest.mark.parametrize("size", [(360, 800), (1280, 800)], ids=["phone", "desktop"])
def test_every_page_is_drawn_without_an_error(
    stack: Stack, browser: Browser, shots: Path, login: str, size: tuple[int, int]
) -> None:
    from crm_app import crm_app

    with screen(browser, stack, size, shots, f"{login}-{size[0]}") as tab:
        tab.sign_in(login)
        seen = [route for route, _, _, loads in crm_app.pages() if may_load(login, loads)]
        assert len(seen) > 5
        for route in seen:
            path = re.sub(r"\[[^]]+\]", "1", route)
            tab.go(path, loads=path != "/dev/kit")  # which shows how loading looks
            expect(tab.page.locator("main, form").first).to_be_visible()
            tab.shot(path.strip("/").replace("/", "-") or "root")


def test_an_open_tab_comes_back_to_life_when_the_web_process_was_killed(
    stack: Stack, browser: Browser, shots: Path
) -> None:
    with screen(browser, stack, (390, 844), shots, "killed") as tab:
        tab.sign_in()
        row = tab.by("inbox-row").filter(has_text="555-0182")
        expect(row).to_have_count(0)
        web = next(p for p in stack.own_processes() if p.cmdline()[-2:] == ["crm_app", "web"])
        web.kill()
        web.wait(10)
        until(stack.is_well, "the web process to be started again", seconds=90, pause=0.2)
        stack.sandbox("POST", "say", {"from": "+16175550182", "text": "Are you there?"})
        expect(row).to_be_visible()
        tab.errors.clear()  # the browser says that the line was cut
