"""A signing key is rotated wrongly: it is seen, written about, mended, and nothing stays lost."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from crm_app.settings import ROOT
from tests.journeys.screen import screen
from tests.journeys.stack import Stack, until
from tests.test_mail import Box

pytestmark = pytest.mark.browser

PAT = "+12075550181"
# The scheduler's next minute, now: the worker does the rest.
NEXT_MINUTE = (
    "from crm_app import queue; from crm_app.openphone.tasks import tell_of_refused as tell;"
    "queue._enqueue(queue._name(tell))"
)


def openphone(stack: Stack, method: str, path: str) -> Any:
    """Ask the pretend OpenPhone as its own settings page would."""
    url = (stack.data / "sandbox.url").read_text()
    headers = {"authorization": "somebody's key", "quo-api-version": "2026-03-30"}
    answer = httpx.request(method, f"{url}{path}", headers=headers, trust_env=False)
    assert answer.status_code < 300, answer.text
    return answer.json()["data"] if answer.content else None


def say(stack: Stack, text: str) -> None:
    stack.sandbox("POST", "say", {"from": PAT, "text": text})


def health(stack: Stack, part: str) -> bool:
    return stack.http.get("/health").json()[part]["ok"]


def test_a_key_rotated_wrongly_is_told_mended_and_nothing_stays_lost(
    browser: Browser, stack: Stack, box: Box, shots: Path
) -> None:
    stack.command("openphone", "connect")
    (ours,) = openphone(stack, "GET", "/webhooks")
    say(stack, "Before")
    openphone(stack, "POST", f"/webhooks/{ours['id']}/rotate")
    for n in range(5):
        say(stack, f"Refused {n}")
    stack.sandbox("PUT", "faults", {"drop_webhook": 1.0})  # OpenPhone gives up on one of them
    say(stack, "Given up")
    stack.sandbox("PUT", "faults", {})
    until(lambda: not health(stack, "refused_webhooks"), "the refusal in /health")

    with screen(browser, stack, (390, 844), shots, "key-390") as tab:
        tab.sign_in()
        tab.go("/admin/webhooks")
        tab.by("webhooks-view-refused").click()
        expect(tab.by("delivery").filter(has_text="wrong signature").nth(4)).to_be_visible()
        expect(tab.by("refused-reason").filter(has_text="wrong signature")).to_have_count(1)
        tab.fits_at(1280)
        tab.shot("refused")
        tell = [sys.executable, "-c", NEXT_MINUTE]
        subprocess.run(tell, cwd=ROOT, env=stack.environment, check=True, timeout=30)
        until(lambda: any("were refused" in letter[1] for letter in box.letters), "the e-mail")

        stack.command("openphone", "connect")
        say(stack, "It works again")
        tab.go("/admin/reconciliation")
        tab.pass_time()  # meanwhile OpenPhone tries the refused ones again
        tab.by("reconcile-now").click()
        expect(tab.by("recovered").filter(has_text="Given up")).to_have_count(1, timeout=60_000)
        tab.shot("reconciled")
    with psycopg.connect(stack.dsn()) as database:
        heard = "select body from message m join conversation c on c.id = conversation_id"
        rows = database.execute(f"{heard} where e164 = %s order by 1".encode(), [PAT]).fetchall()
        expected = ["Before", "Given up", "It works again", *(f"Refused {n}" for n in range(5))]
        assert [row[0] for row in rows] == expected
        database.execute("delete from refused_delivery")  # as it was, for those who come after
    openphone(stack, "DELETE", f"/webhooks/{ours['id']}")
