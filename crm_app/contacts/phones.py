"""Phone numbers and e-mail addresses: what a cell says, and how a number (E.164) is shown."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

TOLL_FREE = "toll-free number"
_OURS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
# Between two numbers of a cell; "617-555-0121, x12" is one.
_BETWEEN = re.compile(r"(?:[,;|/&\n]|:::|\b(?:and|or)\b)(?!\s*(?:ext|x|#))", re.IGNORECASE)
# As nearly all are written; a second number in the cell, an extension or a country is none of it.
_PLAIN = re.compile(r"(?:\+?1[-. ]?)?\(?([2-9]\d\d)\)?[-. ]?([2-9]\d\d)[-. ]?(\d{4})", re.ASCII)
# "Phone:(617) 555-0101 Mobile:617 555 0102", as QuickBooks writes them.
_LABEL = re.compile(r"\b(phone|mobile|cell|home|work|main|fax|pager|other)\s*:", re.IGNORECASE)
_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext|x|#)\.?:?\s*\d{1,6}\s*$", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,24}")


@dataclass(frozen=True)
class PhoneReading:
    """A number, and `because` why it may not be texted; or why it is `refused`; blank: neither."""

    e164: str = ""
    because: str = ""
    refused: str = ""
    label: str = ""  # in small letters, where the cell itself has one


def digits(text: str) -> str:
    """Return only the digits 0 to 9 of a text, as a search for a number needs them."""
    return re.sub(r"[^0-9]", "", text)


def read_phone(cell: str) -> PhoneReading:
    """Read the first US number of a cell, however it is written."""
    return next(iter(read_phones(cell)), PhoneReading())


def read_phones(cell: str) -> list[PhoneReading]:
    """Read all US numbers of a cell; without any, why the first is none; of a blank one nothing."""
    if plain := _PLAIN.fullmatch(cell):
        return [_ordinary(plain[1] + plain[2], plain[3])]
    start, *labelled = _LABEL.split(cell)
    labels = ["", *labelled[::2]]
    readings = [
        _read_one(part.strip(), label.lower())
        for label, among in zip(labels, [start, *labelled[1::2]], strict=True)
        for part in _BETWEEN.split(among)
        if part.strip()
    ]
    return [reading for reading in readings if reading.e164] or readings[:1]


def _ordinary(exchange: str, line: str) -> PhoneReading:
    because, refused = _of_exchange(exchange)
    return (
        PhoneReading(refused=refused) if refused else PhoneReading(f"+1{exchange}{line}", because)
    )


@lru_cache(maxsize=32768)
def _of_exchange(exchange: str) -> tuple[str, str]:
    """Why numbers of an area code and exchange are not textable, and why refused.

    Of the North American numbers the first six digits decide it (a test compares all kinds).
    """
    parsed = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{exchange}0100"))
    if phonenumbers.region_code_for_number(parsed) not in _OURS:
        return "", "not a US number"
    kind = phonenumbers.number_type(parsed)
    if kind == PhoneNumberType.FIXED_LINE_OR_MOBILE:
        return "", ""
    return TOLL_FREE if kind == PhoneNumberType.TOLL_FREE else "not an ordinary line", ""


def _read_one(part: str, label: str) -> PhoneReading:
    number = _EXTENSION.sub("", part)
    found = digits(re.sub(r"^(\d{10,11})\.0+$", r"\1", number))
    if not found or re.search(r"[^\W\d_]", number):
        return PhoneReading(refused="not a phone number")
    if len(found) == 7:
        return PhoneReading(refused="7 digits: the area code is missing")
    if not re.fullmatch(r"1?[0-9]{10}", found):
        return PhoneReading(refused=f"{len(found)} digits: a US number has 10")
    because, refused = _of_exchange(found[-10:-4])
    if refused or (number.startswith("+") and not found.startswith("1")):
        return PhoneReading(refused="not a US number")
    because = because or ("has an extension" if number != part else "")
    return PhoneReading(f"+1{found[-10:]}", because, label=label)


def read_email(cell: str) -> str:
    """Return an e-mail address in lower case, or "" when it is none."""
    plain = cell.strip().lower()
    return plain if len(plain) <= 254 and _EMAIL.fullmatch(plain) else ""


def is_toll_free(e164: str) -> bool:
    """Whether an E.164 number is a US toll-free one (800, 833, 844, 855, 866, 877, 888)."""
    return bool(re.match(r"\+1(800|833|844|855|866|877|888)", e164))


def show(e164: str) -> str:
    """Show a US number as "(617) 555-0134"; any other text comes back as it is."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", e164)
    return f"({found[1]}) {found[2]}-{found[3]}" if found else e164
