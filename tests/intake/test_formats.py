"""Each format's file gives exactly the mapping and the rows that stand beside it.

After a wanted change: `python -m tests.intake.test_formats` writes the expectations anew; read
the difference before you commit it. All people and numbers in the files are invented.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from crm_app.intake import files, recipes
from crm_app.intake.rows import reader

FORMATS = Path(__file__).parents[1] / "data" / "formats"
FILES = sorted(FORMATS.glob("*.csv"))


def _said(value: Any) -> Any:
    """What is not blank of a value, so that the expectations can be read."""
    if isinstance(value, dict):
        found = {key: _said(one) for key, one in value.items()}
        return {key: one for key, one in found.items() if one not in (None, "", [], {})}
    return [_said(one) for one in value] if isinstance(value, list) else value


def _found(path: Path) -> dict[str, Any]:
    source = files.examine(path)
    name, sureness, mapping = recipes.recognise(source.header)
    read = reader(mapping, name)
    reads = [read(record) for record in files.records(path, source)]
    rows = [
        {
            "line": one.line, "reason": one.reason, "warnings": one.warnings, "house": one.house,
            "people": one.people, "refused_phones": one.refused_phones,
        }
        for one in reads
    ]  # fmt: skip
    dialect = f"{source.encoding} {source.delimiter!r} header in line {source.header_line}"
    targets = {one["column"]: one["target"] for one in mapping}
    told = {"format": name, "sureness": sureness, "dialect": dialect, "mapping": targets}
    return json.loads(json.dumps(told | {"rows": _said(rows)}))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_each_format_is_read_as_expected(path: Path) -> None:
    assert _found(path) == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_every_recipe_has_a_file_and_every_file_is_surely_of_one() -> None:
    names = {path: _found(path) for path in FILES}

    formats = {found["format"] for found in names.values()} - {""}
    assert formats == recipes.recipes().keys() - {"Guess"}
    assert all((f["sureness"] >= recipes.SURE) == bool(f["format"]) for f in names.values())


if __name__ == "__main__":
    for file in FILES:
        told = json.dumps(_found(file), indent=1, ensure_ascii=False) + "\n"
        file.with_suffix(".json").write_text(told, "utf-8")
