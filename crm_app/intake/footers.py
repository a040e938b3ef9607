"""Whether the last line of a file is a row, or speaks of the file."""

import re

from crm_app.tables import read_table

_STAMP = re.compile(read_table(__file__, "files")["stamp"], re.IGNORECASE)
_LONGEST = 2_000  # characters of a footer
DATUM = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}|\+?1?[-. (]*[2-9]\d\d[-. )]*\d{3}[-. ]*\d{4}", re.I)


def is_footer(cells: list[str], width: int, longest: int) -> bool:
    """Whether a last record is no row: a sentence alone (a licence), or a report's time.

    A sentence has more spaces than any first cell above it (`longest`), and no number or e-mail.
    """
    text = ",".join(cells).strip(", ")
    if len(text) > _LONGEST or len(text.splitlines()) > 1:
        return False
    if len(cells) != width and _STAMP.fullmatch(text):
        return True
    alone = width > 1 and not any(cell.strip() for cell in cells[1:])
    least = max(longest + 1, 4 if text.endswith((".", "!")) else 7)
    is_datum = text[:1].isdigit() or DATUM.search(text)
    return alone and text.count(" ") >= least and not is_datum
