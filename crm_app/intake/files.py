"""Any file as rows: its encoding, its delimiter, where its header stands, then record by record.

Nothing here knows what a column means; a file is streamed and never held whole.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from crm_app.errors import CrmError
from crm_app.intake.footers import DATUM, is_footer
from crm_app.tables import read_table

LARGEST = 100 * 1024 * 1024
_LONGEST = 1000  # physical lines of one record; more means a quotation mark that never closes
_HEAD, _PIECE, _FIRST = 256 * 1024, 1024 * 1024, 100  # bytes, bytes, records
_WORDS = read_table(__file__, "files")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\ufffd]")


class Record(NamedTuple):
    """One row of a file; `line` is the physical line where it begins (the first is 1)."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Source:
    """How a file is to be read; `records` needs the first three, and how wide the header is.

    `samples` are up to three values of each column; `lines` counts physical lines, for progress.
    `footer` holds the last line's text once `records` left it out.
    """

    encoding: str
    delimiter: str
    header_line: int
    header: list[str]
    samples: list[list[str]] = field(default_factory=list)
    lines: int = 0
    footer: list[str] = field(default_factory=list)


def examine(path: Path) -> Source:
    """Find out how a file is to be read; raises CrmError, saying what to do, when it is no list."""
    if path.stat().st_size > LARGEST:
        raise CrmError(_WORDS["large"])
    with path.open("rb") as file:
        head = file.read(_HEAD)
    _refuse_other_kinds(head)
    encoding, lines = _encoding(path, head)
    text = head.decode(encoding, "replace").replace("\0", "")
    if len(_CONTROLS.findall(text)) > len(text) // 100:
        raise CrmError(_WORDS["binary"])
    delimiter = max(",;\t|", key=lambda mark: _fit(text, mark))
    begin = list(islice(_records(_lines(path, encoding), delimiter), _FIRST))
    if not begin:
        raise CrmError(f"The file is empty. {_WORDS['again']}")
    at = _header_at(begin)
    header = [" ".join(cell.split()) for cell in begin[at].cells]
    if any(DATUM.fullmatch(cell) for cell in header):
        raise CrmError(_WORDS["headless"])
    wide = {len(record.cells) for record in begin[at + 1 :]}
    if len(begin) > at + 2 and wide == {len(header) + 1}:
        header.append("")  # each row ends with a delimiter
    header = [name or f"Column {place}" for place, name in enumerate(header, 1)]
    source = Source(encoding, delimiter, begin[at].line, header, lines=lines)
    rows = [record.cells for record in islice(records(path, source), _FIRST)]
    if not rows:
        raise CrmError(f"The file has a header and no rows. {_WORDS['again']}")
    if len(header) == 1 and 2 * sum(bool(DATUM.search(row[0][:200])) for row in rows) < len(rows):
        raise CrmError(_WORDS["prose"])
    for place in range(len(header)):
        said = (row[place].strip()[:80] for row in rows if len(row) > place)
        source.samples.append(list(dict.fromkeys(filter(None, said)))[:3])
    return source


def records(path: Path, source: Source) -> Iterator[Record]:
    """Yield the rows below the header, without blank lines and footer, in constant memory.

    Raises CrmError when a quotation mark opens and does not close, or a cell is too long.
    """
    held, longest = None, 0  # the last record may be a footer
    for record in _records(_lines(path, source.encoding), source.delimiter):
        if record.line <= source.header_line:
            continue
        if held:
            longest = max(longest, held.cells[0].count(" "))
            yield held
        held = record
    if held and is_footer(held.cells, len(source.header), longest):
        source.footer[:] = [",".join(held.cells).strip(", ")]
    elif held:
        yield held


def _refuse_other_kinds(head: bytes) -> None:
    text = head[:200].decode("utf-8-sig", "replace").lstrip().lower()
    for kind in _WORDS["kinds"]:
        begin = head[kind.get("offset", 0) :]
        by_bytes = any(begin.startswith(bytes.fromhex(b)) for b in kind.get("begins", ()))
        by_text = text.startswith(tuple(kind.get("words", ())))
        if (by_bytes or by_text) and kind.get("has", "").encode() in head:
            raise CrmError(f"This is {kind['is']}. {_WORDS.get(kind['do'], kind['do'])}")


def _encoding(path: Path, head: bytes) -> tuple[str, int]:
    """Return a file's encoding and how many lines it has; Windows-1252 is what Excel calls CSV."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif head[1:1000:2].count(0) > len(head[:1000]) // 5:
        encoding = "utf-16-le"
    elif head[:1000:2].count(0) > len(head[:1000]) // 5:
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    decoder, lines = codecs.getincrementaldecoder(encoding)("strict"), 1
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(_PIECE), b""):
            lines += piece.count(b"\n") or piece.count(b"\r")
            if encoding == "utf-8-sig":
                try:
                    decoder.decode(piece, len(piece) < _PIECE)
                except UnicodeDecodeError:
                    encoding = "cp1252"
    return encoding, lines


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for line in file:
            yield line.replace("\0", "")


def _records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Yield the records that are not blank."""
    physical = list[str]()  # lines of the record

    def kept() -> Iterator[str]:
        for one in chain(lines, [""]):  # the end is a line, too: within quotes it is missed
            physical.append(one)
            yield one

    reader, line, or_long = csv.reader(kept(), delimiter=delimiter), 1, ""
    try:
        for cells in reader:
            if len(physical) > 1:  # it should say so where a quotation mark closes at a later one
                next(csv.reader(physical, delimiter=delimiter, strict=True))
            physical.clear()
            if reader.line_num - line >= _LONGEST:
                raise csv.Error
            if any(cells) and not "".join(cells).isspace():
                yield Record(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            or_long = f", or a cell has more than {csv.field_size_limit():,} characters"
        raise CrmError(
            f'In line {line} a quotation mark (") opens and does not close{or_long}. Mend that'
            " line, or export the list again."
        ) from None


def _fit(text: str, delimiter: str) -> int:
    """How well a delimiter fits: how many cells are in records as wide as most are."""
    found = list[int]()
    with suppress(CrmError):  # the text may end within quotes
        for record in islice(_records(io.StringIO(text, ""), delimiter), _FIRST):
            found.append(len(record.cells))
    wide = Counter(width for width in found if width > 1).most_common(1)
    return wide[0][1] * 1000 + wide[0][0] if wide else 0


def _header_at(begin: list[Record]) -> int:
    """Where the header is: the first record that fills half of what most records have.

    Above it a report has its title and the firm's name.
    """
    widths = [len(record.cells) for record in begin if len(record.cells) > 1]
    wide = Counter(widths or [1]).most_common(1)[0][0]
    filled = [sum(bool(cell.strip()) for cell in record.cells) for record in begin]
    return next((at for at, cells in enumerate(filled) if 2 * cells > wide), 0)
