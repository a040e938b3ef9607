"""A missed call becomes a to-do by itself; from its thread another one is written, done, undone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.screen import screen
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser
NUMBER, SHOWN = "+12075550173", "(207) 555-0173"


def test_a_missed_call_is_called_back(browser: Browser, stack: Stack, shots: Path) -> None:
    with screen(browser, stack, (390, 844), shots, "today") as tab:
        tab.sign_in()
        tab.by("bar-today").click()
        expect(tab.by("today-health")).to_be_visible()
        row = tab.by("todo-row").filter(has_text=SHOWN)
        expect(row).to_have_count(0)
        calls = int(tab.by("today-calls").locator("dd").inner_text())

        stack.sandbox("POST", "call", {"from": NUMBER, "how": "missed"})
        tab.pass_time()
        expect(row).to_contain_text("call back, missed call of")
        expect(tab.by("today-calls").locator("dd")).to_have_text(str(calls + 1))
        tab.shot("missed")

        row.get_by_test_id("todo-about").click()
        tab.by("thread-beside").click()
        beside = tab.by("todos-beside").get_by_test_id("todo-row")
        expect(beside).to_have_count(1)
        tab.by("todo-add").click()
        expect(tab.by("todo-title")).to_have_value(f"{SHOWN}: ")
        tab.shot("add")
        tab.by("todo-title").press("End")
        tab.by("todo-title").press_sequentially("measure the crack")
        tab.by("todo-save").click()
        expect(tab.by("todo-title")).to_have_count(0)
        expect(beside).to_have_count(2)
        tab.shot("beside")

        tab.go("/")
        own = tab.by("todo-row").filter(has_text="measure the crack")
        own.get_by_test_id("todo-done").click()
        expect(own).to_have_count(0)
        expect(tab.by("todos-done")).to_have_text("Done today: 1")
        tab.shot("done")
        tab.by("todo-undo").click()
        expect(own).to_be_visible()
        expect(tab.by("todos-done")).to_have_count(0)
