"""From a file to rows of `import_row`: recognised, mapped, read once, normalised once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from crm_app.errors import CrmError
from crm_app.imports.models import Import, ImportRow, Recipe
from crm_app.intake import files, recipes
from crm_app.intake.files import Record
from crm_app.intake.rows import Read, reader
from crm_app.settings import settings

STEP = 2_000  # rows from one word of progress to the next
MOST = 200_000  # rows of a file: its plan is one transaction
_NOTHING: tuple[Any, ...] = (None, "", [], {})  # says nothing, and is not kept with the row
_FOUND = ("samples", "footer")  # of a dialect: what was seen, not how to read
_COLUMNS = ("reason", "warnings", "raw", "house", "people", "refused_phones")


def folder() -> Path:
    """Return where uploaded files lie; made on first use."""
    made = settings().data_path / "imports"
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def recognise(session: Session, found: Import) -> bool:
    """Find out how a file is to be read and what its columns are; False: a person must say.

    What a person said once of the same columns counts, else the formats known here; `recipe` names
    one of either that is to be used. Raises CrmError when the file is no list.
    """
    path = folder() / found.stored_as
    if not path.exists():
        raise CrmError("The uploaded file is gone. Upload it again.")
    source = files.examine(path)
    header_key = recipes.header_key(source.header)
    named = (Recipe.name == found.recipe) if found.recipe else (Recipe.header_key == header_key)
    kept = session.exec(select(Recipe).where(named)).first()
    said = recipes.recognise(source.header)
    if found.recipe and kept is None and found.recipe != said.name:
        raise CrmError(f"This is not a list of the recipe {found.recipe}: other columns.")
    found.header, found.rows_total = source.header, source.lines
    found.dialect = {
        "encoding": source.encoding, "delimiter": source.delimiter,
        "header_line": source.header_line, "samples": source.samples,
    }  # fmt: skip
    found.recipe, found.sureness, found.mapping = said
    if kept:
        targets = {one["column"]: one["target"] for one in kept.mapping}
        found.recipe, found.sureness = kept.name, 100
        found.mapping = [one | {"target": targets.get(one["column"], one["target"])}
                         for one in said.mapping]  # fmt: skip
    return found.sureness >= recipes.SURE


def read_in(session: Session, found: Import, told: Callable[[int], None]) -> None:
    """Read the whole file into `import_row` by COPY, in constant memory; `told(rows)` hears of it.

    Begins anew when it was broken off; cells that a person put right stay so. Raises CrmError when
    no row can be read like this, or there are too many.
    """
    recipes.check(found.mapping)
    dialect = {name: value for name, value in found.dialect.items() if name not in _FOUND}
    path, source = folder() / found.stored_as, files.Source(**dialect, header=found.header)
    ours = col(ImportRow.import_id) == found.id
    before = session.execute(
        select(ImportRow.line, ImportRow.raw).where(ours).order_by(col(ImportRow.line)),
        execution_options={"yield_per": STEP},
    )
    pairs = zip(before, files.records(path, source), strict=False)  # no row before: nothing is read
    mended = {line: raw for (line, raw), record in pairs if raw != record.cells}
    session.execute(delete(ImportRow).where(ours))
    read, place = reader(found.mapping, found.recipe), 0
    connection: Any = session.connection().connection.driver_connection
    names = ", ".join(["import_id", "line", "place", "is_overwriting", *_COLUMNS])
    with connection.cursor() as cursor, cursor.copy(f"copy import_row ({names}) from stdin") as to:
        for place, (line, cells) in enumerate(files.records(path, source), 1):
            said = kept(read(Record(line, mended.get(line, cells))))
            to.write_row((found.id, line, place, False, *said))
            if place > MOST:
                raise CrmError(
                    f"The file has more than {MOST:,} rows. Export the list in parts and import"
                    " them one by one."
                )
            if place % STEP == 0:
                told(place)
    found.rows_total = found.rows_done = place
    found.dialect = found.dialect | {"footer": "".join(source.footer)}
    if not place:
        raise CrmError("The file has a header and no rows. Export the list again.")


def kept(said: Read) -> tuple[Any, ...]:
    """Return what a row says as its columns in `import_row`, those of jsonb as JSON."""
    house = {name: v for name, v in (said.house or {}).items() if v not in _NOTHING}
    if "is_listed" in house:
        house.setdefault("listing_status", "")  # blank: it is no longer listed
    return (
        said.reason, json.dumps(said.warnings), json.dumps(said.cells),
        json.dumps(house, default=str) if house else None, json.dumps(said.people, default=str),
        said.refused_phones,
    )  # fmt: skip


def read_again(session: Session, found: Import, line: int, column: int, value: str) -> None:
    """Put one cell of a row right (`column` from 0) and read that row anew."""
    row = session.get(ImportRow, (found.id, line))
    if row is None or not 0 <= column < max(len(row.raw), len(found.header)):
        raise CrmError("There is no such cell in this file. Load the page again.")
    cells = [*row.raw, *[""] * (column + 1 - len(row.raw))]
    cells[column] = value
    said = kept(reader(found.mapping, found.recipe)(Record(line, cells)))
    row.reason, row.refused_phones = said[0], said[5]
    row.warnings, row.raw, row.people = (json.loads(said[at]) for at in (1, 2, 4))
    row.house = said[3] and json.loads(said[3])
