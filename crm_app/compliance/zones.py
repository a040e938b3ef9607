"""Where a recipient may be: every clock, and every state, that number and ZIPs name."""

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import timezone

from crm_app.contacts.addresses import places, state_of_zip, zone_of_zip


def recipient_zones(e164: str, zips: Iterable[str]) -> frozenset[str]:
    """Return the IANA zones a text must respect: of the area code and of each ZIP (five digits).

    Codes across a border of time have both, toll-free numbers all; empty when nothing is known.
    """
    return _zones_of_number(e164) | {zone for zip5 in zips if (zone := zone_of_zip(zip5))}


def recipient_states(e164: str, zips: Iterable[str]) -> frozenset[str]:
    """Return the states (two letters) whose hours a text must respect, as far as known.

    Florida and others presume that a number lives where its area code does (facts C3).
    """
    code, table = _area_code(e164), places()["area_codes"]
    of_number = frozenset(state for state, codes in table.items() if code in codes)
    return of_number | {state for zip5 in zips if (state := state_of_zip(zip5))}


@lru_cache(maxsize=8192)
def _zones_of_number(e164: str) -> frozenset[str]:
    known = timezone.time_zones_for_number(phonenumbers.parse(e164))
    return frozenset({*known, *places()["split"].get(_area_code(e164), ())} - {"Etc/Unknown"})


def _area_code(e164: str) -> str:
    return e164[2:5] if e164.startswith("+1") else ""  # none in another country
