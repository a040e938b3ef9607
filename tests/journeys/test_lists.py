"""A filter is made on the phone and kept as a list; on the desktop it is opened and used."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.screen import screen
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser
NAME = "Old houses in Quincy"


def test_a_filter_is_kept_and_used(browser: Browser, stack: Stack, shots: Path) -> None:
    with screen(browser, stack, (390, 844), shots, "filter-phone") as tab:
        tab.sign_in()
        tab.by("bar-contacts").click()
        everybody = tab.by("found").inner_text()
        tab.by("contact-filter").click()
        tab.by("filter-towns").fill("Quincy, Braintree")
        tab.by("filter-built_to").fill("1980")
        tab.by("filter-occupied").select_option("yes")
        expect(tab.by("filter-count")).not_to_have_text(everybody)
        tab.by("filter-value_from").fill("abc")
        expect(tab.by("filter-wrong")).to_have_text(
            "Value from: write an amount, like 600k or 1.2m."
        )
        expect(tab.by("filter-count")).to_have_count(0)
        tab.shot("wrong")
        tab.by("filter-value_from").fill("")
        expect(tab.by("filter-wrong")).to_have_count(0)
        tab.shot("sheet")
        tab.by("filter-name").fill(NAME)
        tab.by("filter-save").click()
        expect(tab.by("filter")).to_have_count(0)
        expect(tab.by("contact-list").locator("option:checked")).to_have_text(f"{NAME} (filter)")
        expect(tab.by("filter-chip")).to_have_count(3)
        found = tab.by("found").inner_text()
        tab.shot("kept")

    with screen(browser, stack, (1280, 800), shots, "filter-desktop") as tab:
        tab.sign_in()
        tab.by("nav-contacts").click()
        expect(tab.by("found")).to_have_text(everybody)
        tab.by("contact-list").select_option(label=f"{NAME} (filter)")
        expect(tab.by("found")).to_have_text(found)
        tab.by("filter-chip").filter(has_text="Towns").click()
        expect(tab.by("filter-chip")).to_have_count(2)
        expect(tab.by("found")).not_to_have_text(found)
        tab.by("contact-choose").click()
        tab.by("contact-tick").first.click()
        expect(tab.by("chosen")).to_have_text("1 chosen")
        tab.by("put-on-list-open").click()
        tab.by("put-name").fill("Chosen by hand")
        tab.shot("chosen")
        tab.by("put-add").dblclick()  # the second click does nothing
        expect(tab.by("list-put")).to_have_count(0)
        expect(tab.by("toast")).to_have_text(["1 more on the list"])
        tab.by("contact-list").select_option(label="Chosen by hand (1)")
        expect(tab.by("found")).to_have_text("1 contact")
        for name in ("Chosen by hand (1)", f"{NAME} (filter)"):
            tab.by("contact-list").select_option(label=name)
            tab.by("list-edit").click()
            expect(tab.by("list-name")).to_have_value(name.rpartition(" (")[0])
            tab.by("list-delete").click()
            tab.by("list-delete-confirm").click()
            expect(tab.by("about-list")).to_have_count(0)
            expect(tab.by("found")).to_have_text(everybody)
        tab.by("contact-search").fill("nobody at all")
        expect(tab.page.get_by_text("Nobody is here.")).to_be_visible()
        tab.shot("nobody")
