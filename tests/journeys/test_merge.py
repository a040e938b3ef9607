"""Two forms of one person: merged on the phone, taken back on the desktop."""

from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.screen import screen
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser
_MAKE = """
with made as (insert into contact (name, first_name, last_name, is_company, email, other_emails,
        notes, tags, extras, edited, other_names, mail_zip, houses, version, created_at, updated_at)
    values (%s, %s, 'Lanternwick', false, 'bob.l@example.com', '', '', '[]', '{}', '[]', '',
        '02169', '', 1, now(), now()) returning id)
insert into phone_number (e164, contact_id, position, kind, is_textable, not_textable_because, note)
select %s, id, 0, 'mobile', true, '', '' from made returning contact_id
"""


def test_a_merge_and_its_undo(browser: Browser, stack: Stack, shots: Path) -> None:
    with psycopg.connect(stack.dsn()) as database:
        made = [("Bob Lanternwick", "Bob", "+16175550196"),
                ("Robert Lanternwick", "Robert", "+16175550195")]  # fmt: skip
        bob, robert = (database.execute(_MAKE, one).fetchone() for one in made)
    assert bob is not None
    assert robert is not None

    with screen(browser, stack, (390, 844), shots) as phone:
        phone.sign_in()
        phone.go(f"/contacts/{bob[0]}")
        expect(phone.by("duplicates-card")).to_contain_text("Robert Lanternwick")
        phone.shot("contact-twice")
        phone.by("duplicate-compare").click()
        expect(phone.by("side-by-side")).to_contain_text("(617) 555-0195")
        phone.by("merge-choice").get_by_text("Robert Lanternwick").click()
        phone.shot("side-by-side")
        phone.by("merge-yes").click()
        expect(phone.by("merge-back")).to_be_visible()
        phone.shot("merged")
        phone.go(f"/contacts/{robert[0]}")
        expect(phone.page).to_have_url(f"{stack.url}/contacts/{bob[0]}")
        expect(phone.page.get_by_role("heading", name="Robert Lanternwick")).to_be_visible()
        expect(phone.page.get_by_text("(617) 555-0195").first).to_be_visible()

    with screen(browser, stack, (1280, 800), shots) as desk:
        desk.sign_in("office")
        desk.go("/contacts/duplicates")
        merged = desk.by("merge-past").filter(has_text="Lanternwick")
        desk.shot("past")
        merged.get_by_test_id("merge-undo").click()
        expect(merged).to_contain_text("undone")
        expect(desk.by("duplicate-row").filter(has_text="Lanternwick")).to_have_count(1)
        desk.shot("undone")
        desk.go(f"/contacts/{robert[0]}")
        expect(desk.page.get_by_role("heading", name="Robert Lanternwick")).to_be_visible()
        expect(desk.by("merge-past")).to_have_count(0)
