"""Opening a file: encoding, delimiter, records with the physical line where each begins."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from crm_app.errors import CrmError

_DELIMITERS = ",;\t"
_LONGEST = 50  # physical lines of one record; more means a quotation mark that never closes
_FOOTER = "The information contained in this report"
_NOT_CSV = (
    (b"PK\x03\x04", "an Excel workbook or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
)
_SAVE_AS = "Save the list as CSV (in Excel: File, Save as, CSV UTF-8) and import that."
csv.field_size_limit(1_000_000)


class Record(NamedTuple):
    """One row of a file; `line` is the physical line where it begins (the header is 1)."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A readable file: its header (stripped) and how to read what follows."""

    path: Path
    encoding: str
    delimiter: str
    header: list[str]

    def records(self) -> Iterator[Record]:
        """Yield the data rows in file order, without blank lines and the licence sentence.

        Raises CrmError when a quotation mark opens and does not close.
        """
        found = _records(self.path, self.encoding, self.delimiter)
        next(found)
        held: Record | None = None  # one row late: only the last can be the footer
        for record in found:
            if held:
                yield held
            held = record
        if held and not self.is_footer(held):
            yield held

    def is_footer(self, last: Record) -> bool:
        """Whether the last record is no row but the sentence that PropertyRadar puts there."""
        alone = not any(cell.strip() for cell in last.cells[1:])
        return len(self.header) > 1 and (alone or last.cells[0].startswith(_FOOTER))


def open_table(path: Path) -> Table:
    """Read the beginning of a file; raise CrmError, saying what to do, when it is no CSV."""
    with path.open("rb") as file:
        head = file.read(65536)
    if not head.strip():
        raise CrmError("The file is empty. Export the list again and import that.")
    for magic, what in _NOT_CSV:
        if head.startswith(magic):
            raise CrmError(f"This is {what}, not a CSV file. {_SAVE_AS}")
    encoding = _encoding(path, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if len(re.findall(r"[\x01-\x08\x0e-\x1f\ufffd]", text)) > len(text) // 100:
        raise CrmError(f"This is not a text file. {_SAVE_AS}")
    delimiter = _delimiter(text)
    first = next(_records(path, encoding, delimiter), None)
    if first is None:
        raise CrmError("The file is empty. Export the list again and import that.")
    return Table(path, encoding, delimiter, [cell.strip() for cell in first.cells])


def count(table: Table) -> int:
    """Return how many data rows a file has; raise CrmError when it has none."""
    rows = sum(1 for _record in table.records())
    if not rows:
        raise CrmError("The file has a header and no rows. Export the list again.")
    return rows


def _encoding(path: Path, head: bytes) -> str:
    """The encoding of a file: by its mark, by UTF-16's zeros, else UTF-8, else Windows-1252."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:4096]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(text: str) -> str:
    """The delimiter that stands most often, outside quotes, in the first line with words."""
    lines = (line for line in text.lstrip("\ufeff").splitlines() if line.strip(" \t,;"))
    header = re.sub(r'"[^"]*"', "", next(lines, ""))
    return max(_DELIMITERS, key=header.count)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield every record that is not blank, the header too."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = (line.replace("\0", "") for line in file)
        reader = csv.reader(lines, delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if reader.line_num - line >= _LONGEST:
                    raise CrmError(_never_closes(line))
                if any(cell.strip() for cell in cells):
                    yield Record(line, cells)
                line = reader.line_num + 1
        except csv.Error:
            raise CrmError(_never_closes(line)) from None


def _never_closes(line: int) -> str:
    return (
        f'In line {line} a quotation mark (") opens and does not close. Mend that line, or'
        " export the list again."
    )
