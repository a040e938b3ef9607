"""What a text is for, and how that binds it (facts/business.md, "Purposes")."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """Why a text is sent, in the words of the purpose table."""

    CONFIRMATION = "confirmation"
    REPLY = "reply"
    FIRST_BY_HAND = "first_by_hand"
    COLD = "cold"


@dataclass(frozen=True)
class Terms:
    """A row of the purpose table; the lower `priority` leaves first; most rules bind cold ones."""

    priority: int
    is_cold: bool = False


TERMS: dict[Purpose, Terms] = {
    Purpose.CONFIRMATION: Terms(0),
    Purpose.REPLY: Terms(1),
    Purpose.FIRST_BY_HAND: Terms(5, is_cold=True),
    Purpose.COLD: Terms(6, is_cold=True),
}
