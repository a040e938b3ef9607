"""Phone numbers: what a cell of a file says, as E.164, and how a number is shown."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import phonenumbers
from phonenumbers import PhoneNumberType

TOLL_FREE = "toll-free number"
_OURS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_BETWEEN = re.compile(r"\s*(?:[,;|/\n&]|:::|\b(?:and|or)\b)\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext|x|#)\.?:?\s*(\d{1,6})\s*$", re.IGNORECASE)
_LABEL = re.compile(r"^[^\d+(]*[:\s]\s*(?=[\d+(])|\([^\d)]*\)|[=\"']")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_NOT_A_LINE = {
    PhoneNumberType.TOLL_FREE: TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: "premium-rate number",
    PhoneNumberType.PERSONAL_NUMBER: "number that follows a person, not a phone",
}


@dataclass(frozen=True)
class PhoneReading:
    """What a cell says: a number (E.164) or, when `refused` says why not, none.

    A blank cell has neither. `because` says why a number may not be texted; `extra` are the
    cell's further numbers.
    """

    e164: str | None = None
    textable: bool = False
    because: str = ""
    extra: tuple[str, ...] = ()
    refused: str = ""


def digits(text: str) -> str:
    """Return only the digits 0 to 9 of a text, as a search for a number needs them."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))


def read_phone(cell: str) -> PhoneReading:
    """Read a cell of a file: any way of writing one or several US numbers."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return PhoneReading()
    readings = [_read_one(part) for part in _parts(text)]
    good = [reading for reading in readings if reading.e164]
    if not good:
        return readings[0]
    first = good[0]
    others = dict.fromkeys(r.e164 for r in good[1:] if r.e164 and r.e164 != first.e164)
    return PhoneReading(first.e164, first.textable, first.because, tuple(others))


def _parts(text: str) -> list[str]:
    """The numbers of a cell; an extension after a comma stays with its number."""
    parts: list[str] = []
    for part in filter(None, _BETWEEN.split(text)):
        if parts and len(digits(part)) < 7 and _EXTENSION.fullmatch(part):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts or [text]


def _read_one(part: str) -> PhoneReading:
    """One number, its extension and a label before it."""
    text = _LABEL.sub("", _whole(part)).strip()
    extension = _EXTENSION.search(text)
    number = text[: extension.start()] if extension else text
    refused = _refusal(number)
    if refused:
        return PhoneReading(refused=refused)
    e164 = f"+1{digits(number)[-10:]}"
    parsed = phonenumbers.PhoneNumber(country_code=1, national_number=int(e164[2:]))
    region = phonenumbers.region_code_for_number(parsed)
    kind = phonenumbers.number_type(parsed)  # unknown: not valid; cheaper than asking that too
    if kind == PhoneNumberType.UNKNOWN:
        return PhoneReading(refused="not a number that exists in the US")
    if region not in _OURS:
        return PhoneReading(refused="not a US number")
    because = _NOT_A_LINE.get(kind, "")
    because = because or ("has an extension" if extension else "")
    return PhoneReading(e164, not because, because)


def _whole(part: str) -> str:
    """Undo what a spreadsheet does to a number: "6175550119.0" and "6.175550119E+09"."""
    text = part.strip()
    if _SCIENTIFIC.fullmatch(text) and len(digits(text.upper().split("E")[0])) >= 10:
        return str(int(Decimal(text)))
    return re.sub(r"^(\d{10,11})\.0+$", r"\1", text)


def _refusal(number: str) -> str:
    """Why this cannot be a US number, by its characters and length; "" when it may be one."""
    found = digits(number)
    if not found or re.search(r"[^\W\d_]", number):
        return "not a phone number"
    if not found.strip("0"):
        return "only zeros"
    if number.startswith(("+", "011")) and not re.match(r"\+\s*1\d*", number):
        return "not a US number"
    if len(found) == 7:
        return "7 digits: the area code is missing"
    if len(found) == 10 or (len(found) == 11 and found.startswith("1")):
        return ""
    return f"{len(found)} digits: a US number has 10"


def is_toll_free(e164: str) -> bool:
    """Whether an E.164 number is a US toll-free one (800, 833, 844, 855, 866, 877, 888)."""
    parsed = phonenumbers.parse(e164)
    return bool(phonenumbers.number_type(parsed) == PhoneNumberType.TOLL_FREE)


def show(e164: str) -> str:
    """Show a US number as "(617) 555-0134"; any other text comes back as it is."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", e164)
    return f"({found[1]}) {found[2]}-{found[3]}" if found else e164
