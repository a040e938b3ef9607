"""A campaign that lives through what goes wrong, done on a phone and on a desktop."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.screen import Screen, screen
from tests.journeys.stack import Stack, until
from tests.journeys.test_main_job import few_houses, lead_to, numbers

pytestmark = pytest.mark.browser

MINE = "+16175550177"
PEOPLE = 5


def bring_in(tab: Screen, file: Path, name: str) -> None:
    """Import five people to a list of this name as planned, and attest it."""
    tab.go("/imports")
    tab.by("import-list-name").fill(name)
    tab.by("import-file").set_input_files(file)
    tab.by("import-approve").click()
    tab.by("import-attest").click()
    expect(tab.by("import-right")).to_contain_text("Attested")


def compose(tab: Screen, name: str) -> None:
    """Begin with a starter text, give it a pace, and send it to one's own phone first."""
    tab.go("/campaigns/new")
    tab.by("campaign-name").fill(name)
    option = tab.page.get_by_test_id("campaign-list").locator("option", has_text=name)
    tab.by("campaign-list").select_option(value=option.get_attribute("value"))
    tab.by("campaign-starter").select_option(label="Before the rain")
    expect(tab.by("campaign-preview")).to_contain_text("Rain is coming")
    tab.by("campaign-texts").fill("2")
    tab.by("campaign-minutes").fill("60")
    tab.by("my-phone").fill(MINE)
    tab.shot("draft")
    tab.by("send-to-me").click()
    expect(tab.page).to_have_url(re.compile(r"/campaigns/\d+$"))
    expect(tab.by("campaign-state")).to_have_text("Draft")


def start(tab: Screen) -> None:
    """The question names the pace; the first text leaves at once, the others wait."""
    tab.by("campaign-start").click()
    expect(tab.by("start-campaign")).to_contain_text("2 in 60 minutes")
    tab.by("campaign-start-confirm").click()
    expect(tab.by("campaign-number-delivered")).to_have_text("1")
    assert numbers(tab)["waiting"] == PEOPLE - 1
    tab.shot("running")


def revoke_the_key(tab: Screen) -> None:
    """OpenPhone refuses the account: a banner says what to do, and nobody changes place."""
    tab.stack.sandbox("PUT", "faults", {"401": 1.0})
    before = len(tab.stack.sent())
    tab.pass_time()
    expect(tab.by("line-banner")).to_contain_text("Check OPENPHONE_API_KEY")
    # One of them may just be the probe.
    until(lambda: numbers(tab)["waiting"] == PEOPLE - 1, "all but the first to wait again")
    assert len(tab.stack.sent()) == before
    tab.shot("refused")


def mend_it(tab: Screen) -> None:
    """It goes on by itself, and the banner is gone."""
    tab.stack.sandbox("PUT", "faults", {})
    tab.pass_time()
    expect(tab.by("line-banner")).to_have_count(0)
    # The banner goes with the provider's answer, the number moves with its receipt a moment later.
    until(lambda: numbers(tab)["delivered"] >= 2, "the next text to arrive")
    assert numbers(tab)["delivered"] < PEOPLE


def lose_the_line(tab: Screen) -> None:
    """Nothing arrives and nobody says so: what is unclear twice waits for a person."""
    tab.stack.sandbox("PUT", "faults", {"500_before": 1.0})
    tab.pass_time()
    tab.pass_time()
    expect(tab.by("decide-again").first).to_be_visible()
    expect(tab.by("campaign-reason").filter(has_text="did it arrive?").first).to_be_visible()
    tab.stack.sandbox("PUT", "faults", {})
    tab.shot("asks")


def decide(tab: Screen) -> None:
    """A person lets each go again; all have arrived, each once."""
    tab.pass_time()
    while tab.by("decide-again").count():
        left = tab.by("decide-again").count()
        tab.by("decide-again").first.click()
        expect(tab.by("decide-again")).to_have_count(left - 1)
    tab.pass_time()
    tab.pass_time()
    expect(tab.by("campaign-number-delivered")).to_have_text(str(PEOPLE))
    expect(tab.by("figures")).to_have_text(f"100.0% of {PEOPLE} delivered")
    numbers(tab)
    tab.shot("decided")


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_a_campaign_survives(
    size: tuple[int, int], browser: Browser, stack: Stack, shots: Path, tmp_path: Path
) -> None:
    name = f"Rain {size[0]}"
    lead_to(stack, 1, 9)
    file, other = few_houses(tmp_path), "8" if size[0] < 1000 else "9"
    # People of its own: everybody gets one cold text a month.
    file.write_text(file.read_text().replace("555-017", f"555-01{other}")
                    .replace("N-", f"M{other}-").replace("SNOW", f"MOON{other}")
                    .replace("WILHELMINA", "WANDA"))  # fmt: skip
    with screen(browser, stack, size, shots, f"survives-{size[0]}") as tab:
        tab.sign_in()
        bring_in(tab, file, name)
        compose(tab, name)
        start(tab)
        revoke_the_key(tab)
        mend_it(tab)
        lose_the_line(tab)
        decide(tab)
    texts = [one["to"] for one in stack.sent() if one["text"].startswith("Hi ")]
    mine = [one for one in stack.sent(MINE)]
    assert len(mine) == 1 + (size[0] > 1000)
    assert max(texts.count(e164) for e164 in set(texts) - {MINE}) == 1
