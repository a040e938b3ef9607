"""CSV as RFC 4180 has it, which no spreadsheet computes and our importer takes back unchanged."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from crm_app.sheets import escaped

BOM = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252
PIECE = 64 * 1024  # characters


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
