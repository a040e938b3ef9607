"""What /admin shows of the parts and of deliveries that changed nothing."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from crm_app import clock, house
from crm_app.admin import queries
from crm_app.conversations.models import Line
from crm_app.settings import settings
from crm_app.webhooks.actions import refuse
from tests.texting import TUESDAY


def test_part_that_is_down_says_what_to_do(session: Session) -> None:
    house.beat(session, "worker", clock.wall())
    house.beat(session, "scheduler", clock.wall() - timedelta(minutes=3))  # it lives and hangs
    session.add(
        Line(own_number=settings().own_number, stopped_since=TUESDAY, stopped_because="402")
    )
    session.flush()
    refuse(session, "openphone", "too old", b"", clock.wall() - timedelta(hours=2))
    refuse(session, "openphone", "bad signature", b"", clock.wall())
    found = {part.name: part for part in queries.health(session)}

    refused = found["refused_webhooks"]
    assert (refused.is_ok, refused.detail) == (False, "2 ever, 1 within the hour")
    assert found["migrations"].is_ok
    assert found["worker"].detail == "3 min ago"
    assert not found["worker"].is_ok
    assert "make run" in found["worker"].do
    assert (found["provider"].is_ok, found["provider"].detail) == (False, "402")


def test_a_pretend_openphone_that_does_not_run_is_said(
    session: Session, environment: Callable[..., None]
) -> None:
    environment(OPENPHONE_BASE_URL="")
    (settings().data_path / "sandbox.url").unlink(missing_ok=True)
    found = {part.name: part for part in queries.health(session)}

    assert (found["provider"].is_ok, found["provider"].detail) == (
        False, "the pretend OpenPhone does not run",
    )  # fmt: skip
