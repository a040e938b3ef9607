import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from crm_app.errors import CrmError
from crm_app.imports.commands import command
from crm_app.imports.models import Import, ImportState
from tests.imports.files import SAMPLE, write


def test_json_is_one_line_with_exactly_the_promised_keys(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command([str(SAMPLE), "--list", "Spring", "--json"]) == 0

    out = capsys.readouterr().out
    result = json.loads(out)
    assert out.count("\n") == 1
    assert set(result) == {
        "import_id", "list_id", "rows", "properties", "contacts", "links", "refused_phones",
        "rejected", "seconds",
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


def test_a_file_of_something_else_is_refused_and_noted(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="no column Address"):
        command([str(write(tmp_path / "x.csv", {"A": "1"}, header=["A"]))])

    assert session.exec(select(Import.state)).one() is ImportState.FAILED
