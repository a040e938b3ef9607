"""The rules that the owner may change in daily life; kept in the database."""

from dataclasses import asdict, dataclass

from sqlmodel import Session

from crm_app.compliance.windows import Clock
from crm_app.errors import CrmError
from crm_app.house import get_setting, put_setting
from crm_app.settings import settings

KEY = "texting rules"


@dataclass(frozen=True)
class Rules:
    """Limits on cold texts (whole hours on both clocks); the line's speed for all, 0 for none.

    `confirms` 0: OpenPhone confirms a STOP of its own six words by itself, we only the others.
    """

    cold_daily_limit: int
    frequency_days: int = 30
    opens: int = 9
    closes: int = 18
    a_second: int = 1
    a_minute: int = 15
    confirms: int = 1


def rules(session: Session) -> Rules:
    """Return the rules in force."""
    kept = get_setting(session, KEY, {})
    return Rules(**{"cold_daily_limit": settings().cold_daily_limit, **kept})


def firm(session: Session) -> Clock:
    """Return the company's own clock: its hours, Mon-Fri, no holiday."""
    ours, zone = rules(session), settings().company_timezone
    return Clock(zone, ours.opens, ours.closes, frozenset(range(5)), True, is_ours=True)


def change_rules(session: Session, changed: Rules) -> None:
    """Keep other rules; raise CrmError for what no law or carrier would bear."""
    if not 0 <= changed.cold_daily_limit <= 2000:
        raise CrmError("The cold texts a day are a number from 0 to 2000.")
    if not 1 <= changed.frequency_days <= 365:
        raise CrmError("The days between two cold texts are a number from 1 to 365.")
    if not 8 <= changed.opens < changed.closes <= 20:
        raise CrmError("Cold texts leave between 8 and 20 o'clock, and the end is after the start.")
    if not (0 <= changed.a_second <= 10 and 0 <= changed.a_minute <= 600):
        raise CrmError("The line takes 0 to 10 texts a second and 0 to 600 a minute; 0: no limit.")
    if changed.confirms not in (0, 1):
        raise CrmError("Who confirms a STOP: 1 we do, 0 OpenPhone does it for its own words.")
    put_setting(session, KEY, asdict(changed))
