"""What a do-not-call file says: its numbers, and the lines that hold none."""

import re
from datetime import date
from typing import NamedTuple

from crm_app.contacts.phones import PhoneReading, digits, read_phones
from crm_app.errors import CrmError

_CELLS = re.compile(r"[,;\t|]")
# Nearly every line is one of these; reading each with phonenumbers takes 100 times as long. The
# flat file of the national registry has a comma: area code, number (telemarketing.donotcall.gov,
# "Full List"). Its change lists go on with a time and A or D.
_PLAIN = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .,-]?([2-9][0-9]{2})[ .-]?([0-9]{4})")
_CHANGE = re.compile(r"\s*[2-9][0-9]{2},[0-9]{7},.*,\s*\"?[AD]\"?\s*$", re.MULTILINE)


class Reading(NamedTuple):
    """The numbers of a file (E.164, each once, in its order), and why which lines were refused."""

    numbers: list[str]
    refused: list[str]


def decode(raw: bytes) -> str:
    """Return the text of a file: UTF-8 with or without its mark, else Windows-1252 (Excel)."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def read_day(written: str) -> date:
    """Return the day of a date field; raise CrmError when it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CrmError("Give the day on which the list was made.") from None


def read_numbers(words: str) -> Reading:
    """Read numbers one a line or in any column; blank lines and a header are no errors.

    Raises CrmError for the registry's list of changes: it would be taken for the whole list.
    """
    text, numbers, refused = words.removeprefix("\ufeff"), dict[str, None](), list[str]()
    if _CHANGE.match(text):
        raise CrmError("This is a list of changes. Download the full list, and load that.")
    for at, line in enumerate(text.splitlines(), 1):
        plain = line.replace('"', "").strip()
        cells = [plain] if _PLAIN.fullmatch(plain) else _CELLS.split(plain)
        readings = [reading for cell in cells for reading in _in_cell(cell.strip())]
        found = [reading.e164 for reading in readings if reading.e164]
        numbers.update(dict.fromkeys(found))
        is_header = at == 1 and len(digits(plain)) < 7
        if plain and not (found or is_header):
            because = readings[0].refused if readings else "no phone number in it"
            refused.append(f"line {at}: {because}")
    return Reading(list(numbers), refused)


def _in_cell(cell: str) -> list[PhoneReading]:
    if one := _PLAIN.fullmatch(cell):
        return [PhoneReading("+1" + "".join(one.groups()))]
    return read_phones(cell) if len(digits(cell)) > 6 else []
