"""How long a text is in the air: its encoding, its segments, and what they cost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

CENTS_PER_SEGMENT = Decimal(1)
"""OpenPhone's API price, $0.01 a segment in the US (facts/openphone.md, pricing)."""

# 3GPP TS 23.038, 6.2.1: the default alphabet, then the extension table (each costs two).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Measure:
    """The size of a text; `length` in septets (GSM-7) or UTF-16 code units (UCS-2).

    `costly` are the characters that force UCS-2, each once, in the text's order.
    """

    length: int
    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    costly: tuple[str, ...]

    @property
    def cost_cents(self) -> Decimal:
        """What one such text costs, in cents."""
        return CENTS_PER_SEGMENT * self.segments


def measure(text: str) -> Measure:
    """Return encoding, length and segments: 160 or 153 each septets, 70 or 67 code units.

    A character of two units is never split between two segments. No text has no segment.
    """
    costly = tuple(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))
    if costly:
        units = [2 if ord(character) > 0xFFFF else 1 for character in text]
        return Measure(sum(units), "UCS-2", _segments(units, alone=70, joined=67), costly)
    units = [2 if character in _EXTENDED else 1 for character in text]
    return Measure(sum(units), "GSM-7", _segments(units, alone=160, joined=153), ())


def _segments(units: list[int], *, alone: int, joined: int) -> int:
    """Count the segments that characters of these sizes fill."""
    if sum(units) <= alone:
        return 1 if units else 0
    count, used = 1, 0
    for size in units:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count
