"""Templates with `{first_name}`, `{first_name|there}`, `{extra Roof}`; how long a text is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from crm_app.errors import CrmError
from crm_app.tables import read_table

FALLBACKS: dict[str, str] = read_table(__file__, "fields")
EXTRA = "extra "
# OpenPhone's API price in the US (facts/openphone.md, pricing).
DOLLARS_PER_SEGMENT = Decimal("0.01")
_TOKEN = re.compile(r"\{([^{}]*)\}")
# 3GPP TS 23.038, 6.2.1: the default alphabet, then the extension table (each costs two).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


def extra(column: str) -> str:
    """Return the field of a file's further column; capitals and spaces in it do not matter."""
    return f"{EXTRA}{' '.join(column.lower().split())}"


def stands(field: str) -> str:
    """Return what to propose as a field's stand-in."""
    return FALLBACKS.get(field, "unknown")


def slots(template: str) -> list[tuple[str, str | None]]:
    """Return the fields in order with their fallbacks; raise CrmError when it cannot be read."""
    lone = re.search(r"[{}].{0,19}", _TOKEN.sub("", template), re.DOTALL)
    if lone:
        raise CrmError(f"There is a lone brace at “{lone[0]}”: a field is written {{first_name}}.")
    found: list[tuple[str, str | None]] = []
    for inside in _TOKEN.findall(template):
        field, bar, fallback = (part.strip() for part in inside.partition("|"))
        if field.lower().startswith(EXTRA):
            field = extra(field[len(EXTRA) :])
        elif field not in FALLBACKS:
            known = ", ".join(f"{{{name}}}" for name in FALLBACKS)
            raise CrmError(
                f"There is no field {{{field}}}. The fields are {known} and {{extra …}}."
            )
        if bar and not fallback:
            raise CrmError(f"Say what stands for {{{field}}} after the bar: {{{field}|there}}.")
        found.append((field, fallback if bar else None))
    return found


def render(template: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the filled text, and the fields that had neither value (white space) nor fallback."""
    first, *plain = _TOKEN.split(template)[::2]
    out, blanks = first, list[str]()
    for (field, fallback), after in zip(slots(template), plain, strict=True):
        value = " ".join(values.get(field, "").split()) or fallback
        blanks += [field] if value is None and field not in blanks else []
        out += (value or "") + after
    return out, blanks


@dataclass(frozen=True)
class Measure:
    """The size of a text: its length in septets (GSM-7) or UTF-16 code units (UCS-2)."""

    length: int
    encoding: str
    segments: int


def measure(text: str) -> Measure:
    """Return encoding, length and segments; a character of two units is never split."""
    is_gsm = all(c in _BASIC or c in _EXTENDED for c in text)
    encoding, alone, joined = ("GSM-7", 160, 153) if is_gsm else ("UCS-2", 70, 67)
    units = [2 if (c in _EXTENDED if is_gsm else c > "\uffff") else 1 for c in text]
    length, segments, room = sum(units), min(len(units), 1), joined
    for size in units if length > alone else ():
        if size > room:
            segments, room = segments + 1, joined
        room -= size
    return Measure(length, encoding, segments)


def costly(body: str) -> str:
    """Return the characters outside the default alphabet, each once: “ ’ 🙂 cost segments."""
    return " ".join(sorted(frozenset(body) - _BASIC - _EXTENDED))


def cost(segments: int) -> str:
    """Return what so many segments cost: "$4.68"."""
    return f"${DOLLARS_PER_SEGMENT * segments:,.2f}"
