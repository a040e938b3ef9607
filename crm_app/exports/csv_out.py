"""CSV as RFC 4180 has it, which no spreadsheet computes and our importer takes back unchanged."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

# How a cell begins that a spreadsheet computes; -71.05 is a number. Source: OWASP, "CSV Injection".
_FORMULA = re.compile(r"(?!-[0-9]+(\.[0-9]+)?\Z)'*[=+\-@\t\r\n＝＋－＠]")
BOM = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252
PIECE = 64 * 1024  # characters


def escaped(value: object) -> str:
    """Return a cell's text; one that begins like a formula gets an apostrophe before it.

    So does one that begins with apostrophes and then a formula: `unescaped` turns both back.
    Numbers are numbers (-71.05), `None` is an empty cell, truth is "yes" and "no".
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    plain = "" if value is None else str(value)
    is_number = isinstance(value, int | float | Decimal)
    return f"'{plain}" if not is_number and _FORMULA.match(plain) else plain


def unescaped(cell: str) -> str:
    """Return what `escaped` was given as a text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def pieces(rows: Iterable[Sequence[object]], start: str = BOM) -> Iterator[bytes]:
    """Yield the file (UTF-8, CRLF) in pieces, in constant memory; the first row is the header."""
    page = io.StringIO(start, newline="")
    page.seek(0, io.SEEK_END)
    writer = csv.writer(page)
    for row in rows:
        writer.writerow([escaped(value) for value in row])
        if page.tell() > PIECE:
            yield page.getvalue().encode()
            page.seek(0)
            page.truncate()
    yield page.getvalue().encode()
