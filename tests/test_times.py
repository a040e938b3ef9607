"""How times are said: short, in the company's zone."""

from datetime import UTC, datetime, timedelta

import pytest

from crm_app import times

NOW = datetime(2025, 11, 5, 20, 0, tzinfo=UTC)  # Wednesday, 3 PM in New York


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=10), "now"),
        (timedelta(seconds=50), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=20), "Tue 7:00 PM"),
        (timedelta(days=10), "Sun, Oct 26"),
        (timedelta(days=400), "Oct 1, 2024"),
    ],
)
def test_past_times_are_said_briefly(environment: object, back: timedelta, words: str) -> None:
    assert times.ago(NOW - back, NOW) == words


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (timedelta(hours=1), "4:00 PM"),
        (timedelta(days=1), "3:00 PM Thursday"),
        (timedelta(days=9), "3:00 PM Fri, Nov 14"),
    ],
)
def test_coming_times_are_said_with_their_day(
    environment: object, on: timedelta, words: str
) -> None:
    assert times.ahead(NOW + on, NOW) == words


def test_days_have_names(environment: object) -> None:
    said = [times.day(NOW - timedelta(days=n), NOW) for n in (0, 1, 2, 400)]

    assert said == ["Today", "Yesterday", "Mon, Nov 3", "Oct 1, 2024"]
    assert times.exact(NOW) == "Wed, Nov 5, 2025, 3:00 PM"
