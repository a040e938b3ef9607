"""Where a recipient may be: every clock, and every state, that number and ZIPs name."""

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import timezone

from crm_app.contacts.addresses import places, state_of_zip, zone_of_zip


def recipient_zones(e164: str, zips: Iterable[str]) -> frozenset[str]:
    """Return the IANA zones a text must respect: of the area code and of each ZIP (five digits).

    Area codes across a border of time have both (phonenumbers knows one); a toll-free number has
    every zone of the numbering plan. Empty when nothing is known.
    """
    of_zips = {zone for zip5 in zips if (zone := zone_of_zip(zip5))}
    return _zones_of_number(e164) | of_zips


def recipient_states(e164: str, zips: Iterable[str]) -> frozenset[str]:
    """Return the states (two letters) whose hours a text must respect, as far as known.

    Florida and others presume that a number lives where its area code does (facts C3).
    """
    of_zips = {state for zip5 in zips if (state := state_of_zip(zip5))}
    return _states_of_number(e164) | of_zips


@lru_cache(maxsize=8192)
def _zones_of_number(e164: str) -> frozenset[str]:
    """The zones of the number's area code."""
    known = timezone.time_zones_for_number(phonenumbers.parse(e164))
    return frozenset({*known, *places()["split"].get(_area_code(e164), ())} - {"Etc/Unknown"})


def _states_of_number(e164: str) -> frozenset[str]:
    """The state of the number's area code; none for toll-free and new codes."""
    code = _area_code(e164)
    return frozenset(state for state, codes in places()["area_codes"].items() if code in codes)


def _area_code(e164: str) -> str:
    """The three digits after +1; empty for another country's number."""
    return e164[2:5] if e164.startswith("+1") else ""
