"""The command line: every command is there, and refusals are sentences on stderr."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from alembic.config import Config

from alembic import command
from crm_app import __main__ as frame
from crm_app.errors import CrmError
from crm_app.run import postgres
from crm_app.settings import ROOT


@pytest.mark.parametrize("name", frame.COMMANDS)
def test_every_command_is_there_and_explains_itself(
    name: str, embedded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module, _, function = frame.COMMANDS[name].where.partition(":")
    assert callable(getattr(import_module(f"crm_app.{module}"), function))

    with pytest.raises(SystemExit) as ended:
        frame.main([name, "--help"])

    assert ended.value.code == 0
    assert f" {name}" in capsys.readouterr().out
    assert postgres.running(embedded) is None, "help needs no database"


def test_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.main(["--help"]) == 0
    assert frame.main([]) == 2
    assert frame.main(["fly"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert all(f"  {name} " in told.err for name in frame.COMMANDS)


def test_old_python_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert frame.main(["run"]) == 1
    assert capsys.readouterr().err == "Python 3.11 or newer is needed; this is 3.9.\n"


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command `odd` for a function of that name."""
    entry = frame.Command("__main__:odd", "odd", database=False)
    monkeypatch.setitem(frame.COMMANDS, "odd", entry)


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [(CrmError("Do this instead."), 1, "Do this instead.\n"), (KeyboardInterrupt(), 130, "")],
)
@pytest.mark.usefixtures("odd")
def test_refusal_is_a_sentence_and_an_exit_code(
    raised: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def odd(_args: list[str]) -> int:
        raise raised

    monkeypatch.setattr(frame, "odd", odd, raising=False)
    assert frame.main(["odd"]) == code
    seen = capsys.readouterr()
    assert (seen.out, seen.err) == ("", told)


def test_command_gets_a_database_that_is_up_to_date(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(_args: list[str]) -> int:
        command.check(Config(toml_file=str(ROOT / "pyproject.toml")))
        return 0 if postgres.running(embedded) else 9

    monkeypatch.setitem(frame.COMMANDS, "odd", frame.Command("__main__:odd", "odd"))
    monkeypatch.setattr(frame, "odd", odd, raising=False)
    assert frame.main(["odd"]) == 0
    assert postgres.running(embedded) is None
