import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from crm_app.importing.commands import command, import_file, undo
from crm_app.imports import actions
from crm_app.imports.models import Import, ImportState, Mode
from tests.imports.files import SAMPLE, house, write
from tests.make import make_user


def test_json_is_one_line_with_exactly_the_promised_keys(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command([str(SAMPLE), "--list", "Spring", "--json"]) == 0

    out = capsys.readouterr().out
    result = json.loads(out)
    assert out.count("\n") == 1
    assert set(result) == {
        "import_id", "list_id", "state", "rows", "created", "updated", "unchanged", "failed",
        "properties", "contacts", "links", "refused_phones", "added", "rejected", "seconds",
    }  # fmt: skip
    assert set(result["properties"]) == {"created", "updated", "unchanged", "failed"}
    assert set(result["contacts"]) == {"created", "updated", "unchanged"}
    assert result["rejected"][0] == {"line": 11, "reason": "no address"}
    assert 0 < result["seconds"] < 60


def test_words_name_every_refused_line(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    command([str(SAMPLE)])

    out = capsys.readouterr().out
    assert '"line": 33' in out
    assert "40 cells where the header has 39" in out


def test_a_missing_file_is_a_sentence(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="There is no file"):
        command([str(tmp_path / "none.csv")])


def test_an_unknown_header_waits_for_its_columns(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match=r"Say what they are at /imports/\d+, or name a recipe"):
        command([str(write(tmp_path / "x.csv", {"A": "1"}, header=["A", "B"]))])

    assert session.exec(select(Import.state)).one() is ImportState.MAPPING


def test_what_is_not_taken_in_leaves_no_copy(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="Who vouches"):
        import_file(write(tmp_path / "x.csv", house()), "", basis="asked")

    assert list(actions.folder().iterdir()) == []


def test_what_is_no_list_is_refused_and_noted(session: Session, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("")
    with pytest.raises(CrmError, match="empty"):
        command([str(tmp_path / "x.csv")])

    assert session.exec(select(Import.state)).one() is ImportState.FAILED


def test_a_dry_run_plans_and_writes_nothing(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command([str(SAMPLE), "--dry-run", "--mode", "update", "--json"]) == 0

    planned = json.loads(capsys.readouterr().out)
    assert (planned["state"], planned["list_id"], planned["created"]) == ("planned", None, 26)
    assert session.exec(select(Contact)).all() == []
    assert session.exec(select(Import.mode)).one() is Mode.UPDATE


def test_an_import_is_taken_back(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    make_user(session)
    session.commit()
    command([str(SAMPLE), "--json"])
    made = json.loads(capsys.readouterr().out)["import_id"]

    assert undo([str(made)]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "import_id": made, "state": "undone", "stayed": [],
    }  # fmt: skip
    assert session.exec(select(Contact)).all() == []
    with pytest.raises(CrmError):
        undo([str(made)])


def test_undo_needs_an_owner(session: Session) -> None:
    with pytest.raises(CrmError, match="Make the owner first"):
        undo(["1"])


@pytest.mark.parametrize("args", [["x.csv", "--mode", "replace"], []])
def test_a_misread_command_is_2(args: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command(args)

    assert left.value.code == 2
