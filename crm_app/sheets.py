"""Cells that no spreadsheet computes: escaped on the way out, and taken back on the way in."""

import re
from decimal import Decimal

# How a cell begins that a spreadsheet computes. Source: OWASP, "CSV Injection".
_FORMULA = re.compile(r"(?!-[0-9]+(\.[0-9]+)?\Z)'*[=+\-@\t\r\n＝＋－＠]")


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
