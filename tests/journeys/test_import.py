"""A file of nobody's format: its columns, the plan, a cell mended in place, applied, taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.screen import Screen, screen
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
ROWS = [
    "Who;Where;Ort;Postal;Ring;Dog",
    "Nora Winterbourne;3 Quillmark Rd;Milton;02186;617-555-0181;yes",
    "Abel Winterbourne;5 Quillmark Rd;Milton;02186;617-555-0182;no",
    "Cora Winterbourne;;Milton;02186;;no",
]
TARGETS = ("name", "address", "city", "zip", "phone", "extra")


def tiles(tab: Screen, **wanted: int) -> None:
    """Wait until the numbers of the file's rows are these."""
    for name, number in wanted.items():
        expect(tab.by(f"import-rows-{name}")).to_have_text(str(number))


def say_columns(tab: Screen, name: str) -> None:
    """Say what each column is, and keep that under a name."""
    expect(tab.by("import-mapping")).to_be_visible()
    tab.shot("import-columns")
    for place, target in enumerate(TARGETS):
        tab.by("import-target").nth(place).select_option(value=target)
    tab.by("import-recipe-name").fill(name)
    tab.by("import-columns-save").click()


def mend(tab: Screen) -> None:
    """Show the refused row alone, put its address and number in, and see it planned anew."""
    tab.by("import-rows-refused").click()
    expect(tab.by("import-row")).to_have_count(1)
    tab.by("import-fix-open").click()
    cell = lambda header: tab.by("import-cell").filter(has_text=header).locator("input")  # noqa: E731
    cell("Where").fill("7 Quillmark Rd")
    cell("Ring").fill("617-555-0183")
    tab.shot("import-fix")
    tab.by("import-fix-save").click()


@pytest.mark.parametrize("name", SIZES)
def test_any_file_is_mapped_planned_mended_applied_and_undone(
    name: str, browser: Browser, stack: Stack, shots: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"{name}.csv"
    # Each window has a header of its own, so that neither finds the other's recipe.
    file.write_text("\n".join(ROWS).replace("Ring", f"Ring {name}"))
    with screen(browser, stack, SIZES[name], shots, name) as tab:
        tab.go("/login")
        tab.sign_in()
        tab.go("/imports")
        tab.by("import-tag").fill(f"of the {name}")
        tab.by("import-file").set_input_files(file)
        say_columns(tab, f"Columns of the {name}")
        tiles(tab, rows=3, created=2, updated=0, unchanged=0, refused=1)
        expect(tab.by("import-sum")).to_have_text("2 + 0 + 0 + 1 = 3 rows")
        mend(tab)
        tiles(tab, rows=3, created=3, refused=0)
        tab.shot("import-plan-mended")
        for which in ("refused", "result"):
            with tab.page.expect_download() as asked:
                tab.by(f"import-{which}-csv").click()
            assert asked.value.suggested_filename == f"{which} of {file.name}"
        tab.by("import-options").locator("summary").click()
        tab.by("import-tag").fill(f"also of the {name}")
        tab.by("import-approve").click()  # not planned so: planned again, and asked again
        expect(tab.by("import-options").locator("summary")).to_contain_text("also of the")
        expect(tab.by("import-state")).to_have_text("Planned")
        tab.by("import-approve").click()
        expect(tab.by("import-state")).to_have_text("Applied")
        tiles(tab, rows=3, created=3, refused=0)
        tab.shot("import-applied")
        place = tab.page.url
        tab.go("/contacts")
        tab.by("contact-search").fill("Winterbourne")
        expect(tab.by("contact-row")).to_have_count(3)
        with tab.page.expect_download() as asked:
            tab.by("export").first.click()
        assert asked.value.suggested_filename.endswith(".csv")
        tab.page.goto(place)
        tab.by("import-undo").click()
        tab.shot("import-undo-asked")
        tab.by("import-undo-yes").click()
        expect(tab.by("import-state")).to_have_text("Undone")
        tab.shot("import-undone")
        tab.go("/contacts")
        tab.by("contact-search").fill("Winterbourne")
        expect(tab.by("contact-row")).to_have_count(0)
