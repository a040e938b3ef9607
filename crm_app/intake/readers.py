"""What a file says: its records, with the physical line where each begins, and its cells."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

from crm_app.errors import CrmError

_LONGEST = 50  # physical lines of one record; more means a quotation mark that never closes
_AGAIN = "Export the list again and import that."
_NO_CSV = (
    "This is not a CSV file. Save the list as CSV (in Excel: File, Save as, CSV UTF-8) and import"
    " that."
)
_NUMBER = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})")
_YES, _NO = frozenset({"1", "yes", "y", "true", "t"}), frozenset({"0", "no", "n", "false", "f"})


class Record(NamedTuple):
    """One row of a file; `line` is the physical line where it begins (the header is 1)."""

    line: int
    cells: list[str]


def read(path: Path) -> tuple[list[str], list[Record]]:
    """Return header and rows of a file, without blank lines and PropertyRadar's licence sentence.

    Raises CrmError, saying what to do, when it is no CSV, has no rows or an open quotation mark.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as Excel saves "CSV"
    if len(re.findall(r"[\x00-\x08\x0e-\x1f\ufffd]", text)) > len(text) // 100:
        raise CrmError(_NO_CSV)
    found = _records(text.replace("\0", ""))
    if not found:
        raise CrmError(f"The file is empty. {_AGAIN}")
    header, *rows = found
    if rows and len(header.cells) > 1 and not any(cell.strip() for cell in rows[-1].cells[1:]):
        rows.pop()  # the sentence: a last record of one cell
    if not rows:
        raise CrmError(f"The file has a header and no rows. {_AGAIN}")
    return header.cells, rows


def _records(text: str) -> list[Record]:
    reader = csv.reader(io.StringIO(text, newline=""))
    found, line = list[Record](), 1
    try:
        for cells in reader:
            if reader.line_num - line >= _LONGEST:
                raise csv.Error
            if any(cell.strip() for cell in cells):
                found.append(Record(line, cells))
            line = reader.line_num + 1
    except csv.Error:
        raise CrmError(
            f'In line {line} a quotation mark (") opens and does not close. Mend that line, or'
            " export the list again."
        ) from None
    return found


def clean(cell: str) -> str:
    """Return a cell without padding and odd spaces (NBSP); a second line follows a comma."""
    return ", ".join(filter(None, (" ".join(line.split()) for line in cell.splitlines())))


def number(cell: str) -> float | None:
    """Read "1,512", "3.0", "$512,000", "50%" and "-18"; None where a cell says no number."""
    plain = re.sub(r"[$,%\s]", "", cell)
    return float(plain) if _NUMBER.fullmatch(plain) else None


def whole(cell: str) -> int | None:
    """Read a whole number."""
    found = number(cell)
    return None if found is None or abs(found) >= 2**31 else int(found)


def cents(cell: str) -> int | None:
    """Read dollars as integer cents; negative equity is possible."""
    found = number(cell)
    return None if found is None else round(found * 100)


def flag(cell: str) -> bool | None:
    """Read 1/0, Yes/No, TRUE/FALSE."""
    plain = cell.lower()
    return True if plain in _YES else False if plain in _NO else None


def day(cell: str) -> date | None:
    """Read 2004-06-18 or 6/18/2004; 0000-00-00 means unknown."""
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell)
    try:
        if american:
            return date(int(american[3]), int(american[1]), int(american[2]))
        return date.fromisoformat(cell[:10])
    except ValueError:
        return None
