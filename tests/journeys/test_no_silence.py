"""What came in and went wrong is seen and mended: refused, failed, never delivered."""

from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from crm_app import clock
from tests.journeys.screen import screen
from tests.journeys.stack import Stack
from tests.openphone.test_payloads import dated, raw

pytestmark = pytest.mark.browser

PEOPLE = {390: "+12075550171", 1280: "+12075550172"}
BROKEN = (
    "insert into delivery (provider, delivery_id, kind, body, headers, state, attempts, error,"
    " received_at) values ('openphone', %s, 'message.received', %s, '{}', 'failed', 6,"
    " 'OperationalError', %s)"
)


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_what_failed_was_refused_or_never_came_is_mended(
    size: tuple[int, int], browser: Browser, stack: Stack, shots: Path
) -> None:
    e164 = PEOPLE[size[0]]
    refused = httpx.post(f"{stack.url}/webhooks/openphone", content=b"{}")
    assert refused.status_code == 401
    failed = raw(dated(id=f"AC{e164}", text="Water in the cellar") | {"id": f"EV{e164}"}).decode()
    with psycopg.connect(stack.dsn(), autocommit=True) as database:
        at = clock.wall() - timedelta(minutes=40)
        database.execute(BROKEN, (f"msg_{e164}", failed.replace("+16175550140", e164), at))

    with screen(browser, stack, size, shots, f"silence-{size[0]}") as tab:
        tab.sign_in()
        tab.go("/admin/webhooks")
        expect(tab.by("delivery").first).to_contain_text("waits for you")
        tab.by("delivery-look").first.click()
        expect(tab.by("body")).to_contain_text("Water in the cellar")
        tab.shot("delivery")
        tab.by("replay-one").click()
        expect(tab.by("delivery").filter(has_text="waits for you")).to_have_count(0)
        tab.by("webhooks-view-refused").click()
        expect(tab.by("delivery").first).to_contain_text("refused")
        expect(tab.by("replay-all-open")).to_have_count(0)
        counts, first = (
            tab.by(name).first.bounding_box() for name in ("refused-reason", "delivery")
        )
        assert counts
        assert first
        assert counts["y"] < first["y"]
        tab.shot("refused")

        stack.sandbox("PUT", "faults", {"drop_webhook": 1.0})
        stack.sandbox("POST", "say", {"from": e164, "text": f"Wet again, {size[0]}"})
        stack.sandbox("PUT", "faults", {})
        tab.go("/admin/reconciliation")
        tab.pass_time()  # what is just arriving is not missing yet
        tab.by("reconcile-now").click()
        found = tab.by("recovered").filter(has_text=f"Wet again, {size[0]}")
        expect(found).to_have_count(1, timeout=60_000)
        expect(tab.by("reconciliation").first).to_contain_text("younger ones may still be on")
        tab.shot("reconciled")
