"""What one cell of a file says: money, numbers, dates, yes and no, e-mail addresses.

Every function takes the cell as written and returns None (or "") where it says nothing usable.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,24}")
_ORNAMENT = re.compile(r"[$,%\s]")
_NUMBER = re.compile(r"-?([0-9]{1,12}(\.[0-9]{0,8})?|\.[0-9]{1,8})")
_YES = {"1", "yes", "y", "true", "t", "1.0"}
_NO = {"0", "no", "n", "false", "f", "0.0"}
_BIGGEST = 10**12  # fits every column; more is no house


def clean(cell: str) -> str:
    """Return the cell without padding, odd spaces (NBSP) and control characters."""
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip()
    kept = (c if c == "\n" or unicodedata.category(c) != "Cc" else " " for c in cell)
    lines = "".join(kept).replace("\u200b", "").split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def number(cell: str) -> Decimal | None:
    """Read "1,512", "3.0", "$512,000", "50%" and "(43)" (negative)."""
    if cell.isascii() and cell.isdigit() and len(cell) < 12:  # most cells, and the quickest
        return Decimal(cell)
    plain = _ORNAMENT.sub("", cell)
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if not _NUMBER.fullmatch(plain):
        return None
    found = Decimal(plain)
    return found if abs(found) < _BIGGEST else None


def whole(cell: str) -> int | None:
    """Read a whole number above zero, such as square feet; 0 means unknown."""
    found = number(cell)
    return int(found) if found is not None and 0 < found < 2**31 else None


def amount(cell: str) -> float | None:
    """Read a number such as 2.5 baths, or a coordinate."""
    found = number(cell)
    return float(found) if found is not None else None


def cents(cell: str) -> int | None:
    """Read dollars as integer cents; negative equity is possible."""
    found = number(cell)
    return int(found * 100) if found is not None else None


def percent(cell: str) -> int | None:
    """Read "50%" or "-18" as a whole percentage."""
    found = number(cell)
    return int(found) if found is not None and abs(found) < 2**31 else None


def year(cell: str) -> int | None:
    """Read the year a house was built; 0 and what no house can be mean unknown."""
    found = whole(cell)
    return found if found and 1600 <= found <= 2100 else None


def flag(cell: str) -> bool | None:
    """Read 1/0, Yes/No, TRUE/FALSE."""
    plain = cell.lower()
    return True if plain in _YES else False if plain in _NO else None


def day(cell: str) -> date | None:
    """Read 2004-06-18 or 6/18/2004; 0000-00-00 means unknown."""
    iso = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell)
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell)
    parts = iso.groups() if iso else (american[3], american[1], american[2]) if american else None
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def email(cell: str) -> str:
    """Return the address in lower case, or "" when it is none."""
    plain = cell.strip().lower()
    return plain if len(plain) <= 254 and _EMAIL.fullmatch(plain) else ""
