"""What homeowners answer, and what the gate makes of it, done on a phone and on a desktop."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crm_app.outbox.standing import PLACES
from tests.journeys.screen import Screen, screen
from tests.journeys.stack import Stack, until
from tests.journeys.test_campaign_survives import bring_in
from tests.journeys.test_main_job import HEADER, lead_to, numbers

pytestmark = pytest.mark.browser

BODY = "Hi {first_name|there}, Attack-a-Crack in Quincy. Is {street} dry inside? Reply STOP to end"
# Of area codes where no one of the demo lives.
PEOPLE = ["AVERY", "BLAIR", "CASEY", "DREW"]


def houses(folder: Path, area: str) -> dict[str, str]:
    """Write a file of four houses; return each person's number."""
    found = {name: f"+1{area}555016{n}" for n, name in enumerate(PEOPLE)}
    lines = [
        f"SFR,{n} SANDBAR {area} LN,NATICK,01760,G{area}-{n},1961,{name} GATELY{area},{e164[2:]}"
        for n, (name, e164) in enumerate(found.items(), 1)
    ]
    (folder / "four houses.csv").write_text("\n".join([HEADER, *lines]))
    return found


def send_to_all(tab: Screen, name: str) -> None:
    """Write a campaign, start it, and watch all four arrive."""
    tab.go("/campaigns/new")
    tab.by("campaign-name").fill(name)
    option = tab.page.get_by_test_id("campaign-list").locator("option", has_text=name)
    tab.by("campaign-list").select_option(value=option.get_attribute("value"))
    tab.by("campaign-body").fill("Hi {first_name|there}, is it dry inside?")
    expect(tab.by("campaign-problem")).to_contain_text("A first text names Attack-a-Crack")
    tab.shot("first-text")
    tab.by("campaign-body").fill(BODY)
    expect(tab.by("campaign-problem")).to_have_count(0)
    tab.by("campaign-texts").fill("60")
    tab.by("campaign-minutes").fill("60")
    tab.by("campaign-save").click()
    expect(tab.page).to_have_url(re.compile(r"/campaigns/\d+$"))
    tab.by("campaign-start").click()
    tab.by("campaign-start-confirm").click()
    expect(tab.by("campaign-number-delivered")).to_have_text("1")
    tab.by("clock-add-hour").click()
    expect(tab.by("campaign-number-delivered")).to_have_text("4", timeout=40_000)


def say(tab: Screen, e164: str, text: str) -> None:
    """Let a homeowner text us, and open the thread once it shows the text."""
    tab.stack.sandbox("POST", "say", {"from": e164, "text": text})
    tab.go("/inbox")
    name = f"{PEOPLE[int(e164[-1])].capitalize()} Gately{e164[2:5]}"
    row = tab.by("inbox-row").filter(has_text=name).first
    expect(row).to_be_visible()
    tab.go(str(row.get_attribute("href")))  # the list may move while one aims
    expect(tab.by("message-in").last).to_have_text(re.compile(re.escape(text)))


def answers_that_stay(tab: Screen, e164: str) -> None:
    """A stop-word in another sense: nothing is stopped, nothing is frozen, we may answer."""
    say(tab, e164, "Stop by after 3")
    expect(tab.by("reply")).to_be_visible()
    expect(tab.by("opted-out-note")).to_have_count(0)
    expect(tab.by("frozen")).to_have_count(0)


def asks_to_stop(tab: Screen, e164: str) -> None:
    """A sentence that no carrier's list knows: out, one confirmation, nothing more."""
    say(tab, e164, "pls quit texting")
    expect(tab.by("opted-out-note")).to_be_visible()
    expect(tab.by("message-out").filter(has_text="unsubscribed")).to_have_count(1)
    if not tab.is_phone:
        expect(tab.by("may-we-text")).to_contain_text("opted out")
    tab.shot("stopped")
    assert ["unsubscribed" in one["text"] for one in tab.stack.sent(e164)] == [False, True]


def asks_who_we_are(tab: Screen, e164: str) -> None:
    """Frozen until a person looked: answered, and let go on."""
    say(tab, e164, "who is this?")
    expect(tab.by("frozen")).to_contain_text("who is this?")
    tab.shot("frozen")
    tab.go("/compliance")
    row = tab.by("frozen-row").filter(has_text=f"Casey Gately{e164[2:5]}")
    expect(row).to_contain_text("who is this?")
    tab.shot("compliance")
    row.get_by_test_id("frozen-answer").click()
    expect(tab.page).to_have_url(re.compile(r"/inbox/\d+$"))
    expect(tab.by("message-in").last).to_have_text(re.compile(r"who is this\?"))
    expect(tab.by("frozen")).to_be_visible()
    tab.by("reply").fill("Sam of Attack-a-Crack, a family firm in Quincy.")
    tab.by("reply-send").click()
    mine = tab.by("message-out").filter(has_text="family firm")
    expect(mine.get_by_test_id("message-state")).to_have_text("Delivered")
    tab.by("thread-go-on").click()
    expect(tab.by("frozen")).to_have_count(0)


def print_the_evidence(tab: Screen, e164: str) -> None:
    """All that is kept of a number, on one page, also on paper."""
    tab.go(f"/compliance/{e164[1:]}")
    packet = tab.by("packet")
    for words in ("Attested", "Sandbar", "pls quit texting", "Opted out", "unsubscribed"):
        expect(packet).to_contain_text(re.compile(words, re.IGNORECASE))
    tab.shot("packet")
    tab.page.emulate_media(media="print")
    expect(tab.page.get_by_test_id("packet-print")).not_to_be_visible()
    expect(packet).to_contain_text("pls quit texting")
    tab.page.emulate_media(media="screen")


def adds_up(tab: Screen, name: str, refused: str) -> None:
    """The campaign's numbers, the decisions and the self-test."""
    tab.go("/campaigns")
    tab.by("campaign-row").filter(has_text=name).click()
    expect(tab.by("campaign-number-opted_out")).to_have_text("1")
    places = {"answered": 2, "opted_out": 1, "delivered": 1, "audience": 4}
    assert numbers(tab) == dict.fromkeys(PLACES, 0) | places
    tab.go("/compliance")
    tab.by("compliance-view-stops").click()
    tab.by("stop-search").fill(refused[-4:])
    expect(tab.by("stop-row").first).to_contain_text("pls quit texting")
    tab.shot("stops")
    tab.by("compliance-view-decisions").click()
    expect(tab.by("decision-row").first).to_be_visible()
    tab.shot("decisions")
    tab.by("compliance-view-checks").click()
    expect(tab.by("golden").first).to_be_visible()
    expect(tab.by("golden").filter(has_text="wrong")).to_have_count(0)
    tab.shot("checks")


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_the_gate(
    size: tuple[int, int], browser: Browser, stack: Stack, shots: Path, tmp_path: Path
) -> None:
    area = "413" if size[0] < 1000 else "978"
    people, name = houses(tmp_path, area), f"Gate {size[0]}"
    lead_to(stack, 1, 10)
    with screen(browser, stack, size, shots, f"gate-{size[0]}") as tab:
        tab.sign_in()
        bring_in(tab, tmp_path / "four houses.csv", name)
        send_to_all(tab, name)
        answers_that_stay(tab, people["AVERY"])
        asks_to_stop(tab, people["BLAIR"])
        asks_who_we_are(tab, people["CASEY"])
        print_the_evidence(tab, people["BLAIR"])
        adds_up(tab, name, people["BLAIR"])
    until(stack.is_time_played, "the hour to pass")
    assert len(stack.sent(people["BLAIR"])) == 2
