"""What one cell of a file says; None (or "") where it says nothing usable."""

import re
from datetime import date

_NUMBER = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})")
_YES, _NO = frozenset({"1", "yes", "y", "true", "t"}), frozenset({"0", "no", "n", "false", "f"})


def clean(cell: str) -> str:
    """Return the cell without padding and odd spaces (NBSP); a second line follows a comma."""
    return ", ".join(filter(None, (" ".join(line.split()) for line in cell.splitlines())))


def number(cell: str) -> float | None:
    """Read "1,512", "3.0", "$512,000", "50%" and "-18"."""
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
