"""The federal holidays of the United States, also as observed on a Friday or Monday."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=16)
def _of_year(year: int) -> dict[date, str]:
    """The holidays of a year by 5 U.S.C. 6103, as the holidays package knows them.

    Imported on first use: it costs 0.1 s and 16 MB, which no command line should pay.
    """
    from holidays import country_holidays

    return dict(country_holidays("US", years=year).items())


def holiday(day: date) -> str | None:
    """Return the name of the federal holiday on a local date, or None."""
    return _of_year(day.year).get(day)


def is_holiday(day: date) -> bool:
    """Whether the local date is a federal holiday or the day on which one is observed."""
    return holiday(day) is not None
