"""What a person edits of an import: what its columns are, and the cells of a refused row."""

from dataclasses import dataclass, replace
from itertools import zip_longest

from sqlmodel import Session

from crm_app.auth.permissions import Person
from crm_app.errors import CrmError
from crm_app.imports import actions
from crm_app.imports.models import Import, ImportRow


@dataclass(frozen=True)
class Cell:
    """A cell of a row (`header` is '' beyond the header's end), or a column with some values."""

    place: int
    header: str
    value: str
    target: str = ""


def columns(session: Session, import_id: int) -> list[Cell]:
    """Return the columns with what they are so far, and some values of each."""
    found = session.get_one(Import, import_id)
    said = [" · ".join(some)[:160] for some in found.dialect.get("samples", [])]
    known = zip_longest(found.header, said, found.mapping)
    return [Cell(n, name, some or "", one["target"]) for n, (name, some, one) in enumerate(known)]


def cells(session: Session, import_id: int, line: int) -> list[Cell]:
    """Return the cells of a row beside the header; one side may be longer."""
    header = session.get_one(Import, import_id).header
    raw = session.get_one(ImportRow, (import_id, line)).raw
    return [Cell(n, *one) for n, one in enumerate(zip_longest(header, raw, fillvalue=""))]


def joined(drafted: list[Cell], place: int) -> list[Cell]:
    """Return the cells with one and the next put together; those after it move up."""
    values = [one.value for one in drafted]
    values[place : place + 2] = [",".join(values[place : place + 2])]
    values += [""] * (len(drafted) - len(values))
    return [replace(one, value=value) for one, value in zip(drafted, values, strict=True)]


def keep(session: Session, person: Person, import_id: int, line: int, given: list[str]) -> None:
    """Write a row's cells, as many as the header has; raise CrmError when none was changed."""
    row, found = session.get_one(ImportRow, (import_id, line)), session.get_one(Import, import_id)
    width = len(found.header)
    mended = given if any(given[width:]) else given[:width]
    if mended == row.raw:
        raise CrmError("No cell was changed. Change what the reason names, then save.")
    row.raw = mended
    actions.fix_cell(session, person, import_id, line, 0, mended[0])
