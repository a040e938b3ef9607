"""`doctor` names each part and says what to do."""

import json
from typing import Any

import pytest

from crm_app.admin.commands import doctor
from crm_app.run import supervisor
from tests.admin.conftest import Home


def _parts(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """Return what the last `--json` printed, by part."""
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return {part["part"]: part for part in json.loads(out)}


def test_stopped_program_is_told_how_to_start(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(["--json"]) == 1
    parts = _parts(capsys)
    assert parts["settings"]["ok"]
    assert parts["database"]["ok"]
    assert parts["migrations"]["ok"], "every command brings the database up to date"
    assert not parts["web"]["ok"]
    assert "make run" in parts["web"]["do"]
    assert not parts["worker"]["ok"]
    assert "make run" in parts["worker"]["do"]
    assert all(bool(part["do"]) is not part["ok"] for part in parts.values())


def test_one_part_alone_for_health_checks(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(["--only", "settings"]) == 0
    assert capsys.readouterr().out.startswith("ok  settings")
    assert doctor(["--only", "worker"]) == 1
    assert capsys.readouterr().out.startswith("NO  worker")
    assert doctor(["--only", "nothing"]) == 1


def test_a_red_part_is_no_reason_to_restart_the_web(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """This is what the containers ask."""
    monkeypatch.setattr(supervisor, "health", lambda _port: (503, '{"mail": ""}'))
    assert doctor(["--only", "web"]) == 0
    assert capsys.readouterr().out.startswith("ok  web")


def test_database_that_does_not_answer(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.change(DATABASE_URL="postgresql://crm@127.0.0.1:1/crm")
    assert doctor(["--json"]) == 1
    assert _parts(capsys)["database"]["do"].startswith("Check DATABASE_URL")


def test_senseless_setting(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.change(COMPANY_TIMEZONE="Mars/Olympus")
    assert doctor(["--json"]) == 1
    home.change(COMPANY_TIMEZONE="America/New_York")
    parts = _parts(capsys)
    assert "COMPANY_TIMEZONE" in parts["settings"]["do"]
    assert "database" not in parts
