"""The hourly look: kept for /admin, told by e-mail when it stays bad, and asked by `doctor`."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_app import clock, house
from crm_app.admin.commands import doctor
from crm_app.admin.queries import health
from crm_app.errors import CrmError, Kind, ProviderError
from crm_app.settings import settings
from crm_app.subscriptions import client, tasks
from crm_app.subscriptions.rules import DATED, LOOKED, Subscription
from tests.admin.conftest import Home, home

__all__ = ["home"]
ELSEWHERE = Subscription((DATED, "1"), "https://hooks.example.com/x", frozenset({"x"}), True)


@pytest.fixture
def openphone(monkeypatch: pytest.MonkeyPatch) -> list[Subscription]:
    """What OpenPhone lists; each look is answered from it."""
    found: list[Subscription] = []
    monkeypatch.setattr(client, "listed", lambda _: (DATED, found))
    return found


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(tasks, "alarm", lambda *told: sent.append(told[2]))
    return sent


def part(session: Session) -> tuple[bool, str]:
    session.expire_all()
    return next((one.is_ok, one.detail) for one in health(session) if one.name == "webhooks")


def test_a_sandbox_needs_no_subscription_and_is_asked_each_hour(
    session: Session, openphone: list[Subscription], letters: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert part(session) == (True, "asked never")
    tasks.look_at_webhooks()
    assert part(session) == (True, "asked now")

    openphone.append(ELSEWHERE)
    tasks.look_at_webhooks()
    assert part(session)[0], "an hour has not gone by"
    at = clock.wall() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "wall", lambda: at)
    tasks.look_at_webhooks()
    assert part(session) == (False, "OpenPhone points elsewhere: hooks.example.com")
    assert letters == [], "it may be a passing cloud"
    tasks.look_at_webhooks()
    assert "elsewhere" in letters[0]
    assert "openphone connect" in letters[0]

    openphone.clear()
    tasks.look_at_webhooks()
    assert part(session)[0]
    assert len(letters) == 1


def test_that_openphone_cannot_be_asked_is_kept_and_asked_again(
    session: Session, letters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_known: object) -> None:
        raise ProviderError("OpenPhone cannot be reached.", Kind.AGAIN)

    monkeypatch.setattr(client, "listed", refuses)
    tasks.look_at_webhooks()
    tasks.look_at_webhooks()

    assert part(session) == (False, "OpenPhone cannot be reached")
    assert len(letters) == 1


def test_a_pretend_openphone_that_does_not_run_is_not_asked(
    session: Session, environment: Callable[..., None]
) -> None:
    environment(OPENPHONE_BASE_URL="")
    tasks.look_at_webhooks()
    assert session.get(house.Heartbeat, LOOKED) is None


@pytest.mark.parametrize(
    "url", ["", "http://crm.example.com", "https://localhost", "https://[::1]"]
)
def test_live_openphone_must_be_able_to_reach_us(
    session: Session, environment: Callable[..., None], openphone: list[Subscription], url: str
) -> None:
    environment(SANDBOX="0", PUBLIC_URL=url)
    assert part(session) == (False, "asked never")
    with pytest.raises(CrmError, match="set PUBLIC_URL to its https"):
        tasks.look()
    assert part(session)[1].startswith("OpenPhone cannot reach this program")

    environment(PUBLIC_URL="https://crm.example.com/")
    assert tasks.address() == "https://crm.example.com/webhooks/openphone"


def test_doctor_asks_openphone_itself(
    home: Home, openphone: list[Subscription], capsys: pytest.CaptureFixture[str]
) -> None:
    openphone.append(ELSEWHERE)
    assert settings().is_sandbox
    assert doctor(["--only", "webhooks"]) == 1
    assert "elsewhere: hooks.example.com. Look at" in capsys.readouterr().out
