"""What a do-not-call file says: its numbers, and the lines that hold none."""

import re
from dataclasses import dataclass, field
from datetime import date

from crm_app.contacts.phones import digits, read_phones
from crm_app.errors import CrmError

_LINES = re.compile(r"\r\n|\r|\n")
_CELLS = re.compile(r"[,;\t|]")
# Nearly every line is one of these; reading each with phonenumbers takes 100 times as long.
_PLAIN = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]?([2-9][0-9]{2})[ .-]?([0-9]{4})")
# The flat file of the national registry: area code, number (telemarketing.donotcall.gov, "Full
# List"). Its change lists go on with a time and A or D.
_REGISTRY = re.compile(r"([2-9][0-9]{2}),([2-9][0-9]{2})-?([0-9]{4})")
_CHANGE = re.compile(r"[2-9][0-9]{2},[0-9]{7},.*,\s*\"?[AD]\"?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """The numbers of a file (E.164, each once, in its order), and why which lines were refused."""

    numbers: dict[str, None] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    is_changes: bool = False


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
    """Read numbers one a line or in any column; blank lines and a header are no errors."""
    found, is_first = Reading(is_changes=bool(_CHANGE.match(words.lstrip("\ufeff \r\n")))), True
    for at, line in enumerate(_LINES.split(words.removeprefix("\ufeff")), 1):
        plain = line.strip().strip('"')
        if not plain:
            continue
        if one := _PLAIN.fullmatch(plain) or _REGISTRY.fullmatch(plain.replace('"', "")):
            found.numbers["+1" + "".join(one.groups())] = None
        else:
            numbers, refused = _in_cells(plain)
            found.numbers.update(dict.fromkeys(numbers))
            is_header = is_first and not numbers and len(digits(plain)) < 7
            if not (numbers or is_header):
                found.refused.append(f"line {at}: {refused}")
        is_first = False
    return found


def _in_cells(line: str) -> tuple[list[str], str]:
    """Return the numbers in the columns of a line; without any, why."""
    numbers, refused = list[str](), ""
    for cell in _CELLS.split(line):
        plain = cell.strip().strip('"').strip()
        if one := _PLAIN.fullmatch(plain):
            numbers.append("+1" + "".join(one.groups()))
        elif len(digits(plain)) > 6:
            readings = read_phones(plain)
            numbers += [reading.e164 for reading in readings if reading.e164]
            refused = refused or readings[0].refused
    return numbers, refused or "no phone number in it"
