"""What a single cell says: text, numbers, money, yes and no, days."""

import re
from datetime import date
from functools import lru_cache

from crm_app.sheets import unescaped

_NUMBER = re.compile(r"-?(?:[0-9]{1,12}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
_NEGATIVE = re.compile(r"\((.+)\)")  # as accountants write it
_YES = frozenset({"1", "yes", "y", "true", "t", "x", "on"})
_NO = frozenset({"0", "no", "n", "false", "f", "off"})
_AMERICAN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b.*")
_JOIN = "~"  # printable: a row of clean cells joined by it is printable too


def clean(cell: str) -> str:
    """Return a cell without padding, odd spaces (NBSP) and Excel's ="…"; lines by ", ".

    The apostrophe goes that an export puts before what a spreadsheet would compute.
    """
    cell = unescaped(cell)
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return ", ".join(filter(None, (" ".join(line.split()) for line in cell.splitlines())))


def clean_all(cells: list[str]) -> list[str]:
    """Clean a row; most rows are clean as a whole, which is seen far sooner than cell by cell."""
    row = f"{_JOIN}{_JOIN.join(cells)}{_JOIN}"
    if row.isprintable() and not (
        "  " in row or " ~" in row or "~ " in row or '~="' in row or "~'" in row
    ):
        return cells
    return list(map(clean, cells))


@lru_cache(maxsize=8192)
def number(cell: str) -> float | None:
    """Read "1,512", "3.0", "$512,000", "50%", "-18" and "(18)"; None where it says no number."""
    if _NUMBER.fullmatch(cell):
        return float(cell)
    plain = _NEGATIVE.sub(r"-\1", re.sub(r"[$,%\s]", "", cell))
    return float(plain) if _NUMBER.fullmatch(plain) else None


def whole(cell: str) -> int | None:
    """Read a whole number that fits the database's integer."""
    found = number(cell)
    return None if found is None or abs(found) >= 2**31 else int(found)


def cents(cell: str) -> int | None:
    """Read dollars as integer cents; negative equity is possible."""
    found = number(cell)
    return None if found is None else round(found * 100)


@lru_cache(maxsize=1024)
def flag(cell: str) -> bool | None:
    """Read 1/0, Yes/No, TRUE/FALSE, x; None where a cell says neither."""
    plain = cell.lower()
    return True if plain in _YES else False if plain in _NO else None


@lru_cache(maxsize=8192)
def day(cell: str) -> str | None:
    """Read 2004-06-18, 20040618 or 6/18/2004 as the first; None for 0000-00-00 (unknown)."""
    american = _AMERICAN.fullmatch(cell)
    try:
        if american:
            return date(int(american[3]), int(american[1]), int(american[2])).isoformat()
        return date.fromisoformat(cell[:10]).isoformat()
    except ValueError:
        return None
