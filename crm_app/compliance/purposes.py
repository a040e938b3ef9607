"""What a text is for; the rules that bind it depend on it."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why a text is sent, in the words of the purpose table."""

    CONFIRMATION = "confirmation"
    REPLY = "reply"
    REMINDER = "reminder"
    FOLLOW_UP = "follow_up"
    FIRST_BY_HAND = "first_by_hand"
    COLD = "cold"
    MONITOR = "monitor"
