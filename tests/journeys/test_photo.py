"""A photo arrives in the open thread by itself, is looked at and kept; a voicemail can be heard."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.screen import screen
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser

PEOPLE = {390: "+12075550191", 1280: "+12075550192"}
LASTS = "sound => new Promise(done => { sound.onloadedmetadata = () => done(sound.duration);\
 sound.load(); sound.play().catch(() => done(-1)); })"


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_a_photo_is_seen_and_kept_and_a_voicemail_heard(
    size: tuple[int, int], browser: Browser, stack: Stack, shots: Path
) -> None:
    e164, is_phone = PEOPLE[size[0]], size[0] < 1024
    stack.sandbox("POST", "say", {"from": e164, "text": f"It drips, {size[0]}"})
    with screen(browser, stack, size, shots, f"photo-{size[0]}") as tab:
        tab.sign_in()
        row = tab.by("inbox-row").filter(has_text=f"It drips, {size[0]}")
        tab.go(row.get_attribute("href") or "")  # a click may meet the row that slid there
        expect(tab.by("message-in")).to_have_count(1)

        for _ in range(2):
            stack.sandbox("POST", "say", {"from": e164, "text": "Here", "photo": True})
        expect(tab.by("photo")).to_have_count(2)
        tab.shot("thread")
        tab.by("photo").first.click()
        first, second = tab.page.locator("dialog[open] figure img").all()
        expect(first).to_be_in_viewport(ratio=0.9)
        assert first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
        tab.page.keyboard.press("ArrowRight")
        expect(second).to_be_in_viewport(ratio=0.9)
        tab.by("photo-back").click()
        expect(first).to_be_in_viewport(ratio=0.9)
        tab.by("photo-keep").first.click()
        tab.by("keep-place").first.click()
        expect(tab.by("toast")).to_contain_text("Kept with")
        tab.by("photo-close").click()
        expect(tab.by("viewer")).to_have_count(0)

        call = {"from": e164, "how": "voicemail", "seconds": 3, "words": "Call me about the crack"}
        stack.sandbox("POST", "call", call)
        tab.pass_time()
        sound = tab.by("sound")
        expect(sound).to_have_count(1)
        expect(tab.by("message-in").last).to_contain_text("Call me about the crack")
        assert sound.evaluate(LASTS) > 1
        tab.shot("voicemail")

        if is_phone:
            tab.by("thread-beside").click()
        tab.by("thread-contact").click()
        expect(tab.page).to_have_url(re.compile(r"/contacts/\d+$"))
        expect(tab.by("photo")).to_have_count(1)
        another = tab.page.request.get(f"{stack.url}/media/1/thumb")
        picture: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": another.body()}
        tab.page.get_by_test_id("photo-file").set_input_files(picture)
        expect(tab.by("photo")).to_have_count(2)
        tab.shot("contact")
