"""The command `clock`: what it prints, what it refuses, and that it waits for the play."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Timer
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from crm_app import clock, db, house, queue
from crm_app.errors import CrmError
from crm_app.sandbox import clocks, commands, tasks

Capture = pytest.CaptureFixture[str]


def shown(capsys: Capture) -> dict[str, str]:
    return json.loads(capsys.readouterr().out)


def test_it_shows_the_business_time_in_both_zones(session: Session, capsys: Capture) -> None:
    assert commands.command(["--at", "2026-03-02T09:30"]) == 0

    company, utc = capsys.readouterr().out.splitlines()
    assert company.startswith("Mon 2026-03-02 09:30:0")
    assert company.endswith("EST")
    assert utc.startswith("Mon 2026-03-02 14:30:0")


def test_json_is_one_line(session: Session, capsys: Capture) -> None:
    commands.command(["--add", "1d2h", "--json"])

    told = shown(capsys)
    assert abs(int(told["offset_seconds"]) - 26 * 3600) <= 2
    assert told["playing_to"] is None
    there = datetime.fromisoformat(told["business"])
    assert there.tzinfo is not None
    assert there == datetime.fromisoformat(told["company"])


def test_reset_goes_back_to_the_real_time(session: Session, capsys: Capture) -> None:
    commands.command(["--add", "3d"])
    commands.command(["--reset"])
    capsys.readouterr()

    commands.command(["--json"])
    assert shown(capsys)["offset_seconds"] == 0


@pytest.mark.parametrize("args", [["--add", "tomorrow"], ["--add", "1w"], ["--at", "noon"]])
def test_what_is_no_time_is_refused_with_a_sentence(session: Session, args: list[str]) -> None:
    with pytest.raises(CrmError, match="Write it like"):
        commands.command(args)


def test_times_are_read_in_the_company_zone_unless_they_name_one(session: Session) -> None:
    assert commands.read_time("2026-03-02T09:30Z") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    boston = ZoneInfo("America/New_York")
    assert commands.read_time("2026-07-02T09:30") == datetime(2026, 7, 2, 9, 30, tzinfo=boston)
    assert commands.read_span("-90m") == -timedelta(minutes=90)


def test_live_system_has_no_clock_command(
    session: Session, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    with pytest.raises(CrmError, match="live system"):
        commands.command([])


def worker_lives() -> None:
    with db.transaction() as session:
        house.beat(session, "worker", clock.wall())


def test_it_waits_until_the_worker_has_played(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def arrive() -> None:
        with db.transaction() as session:
            target = clocks.position(session).target
            assert target is not None
            clocks.step(session, target)
        with db.transaction() as session:
            clocks.step(session, None)

    timers: list[Timer] = []

    def ring(work: object, target: str) -> None:
        assert work is tasks.play_time
        timers.append(Timer(0.3, arrive))
        timers[0].start()

    monkeypatch.setattr(queue, "ring", ring)
    worker_lives()

    assert commands.command(["--add", "1d", "--json"]) == 0

    timers[0].join()
    told = shown(capsys)
    assert told["playing_to"] is None
    assert abs(int(told["offset_seconds"]) - 86400) <= 2


def test_it_says_when_the_worker_is_still_playing(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_args: None)
    monkeypatch.setattr(commands, "PATIENCE", 0.1)
    worker_lives()

    commands.command(["--add", "1h"])

    printed = capsys.readouterr()
    assert "still playing" in printed.err
    assert "playing to" in printed.out
