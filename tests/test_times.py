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


@pytest.mark.parametrize(
    ("spec", "last", "following"),
    [
        ("03:00", "2025-11-05T03:00Z", "2025-11-06T03:00Z"),
        ("20:00", "2025-11-05T20:00Z", "2025-11-06T20:00Z"),
        ("20:01", "2025-11-04T20:01Z", "2025-11-05T20:01Z"),
        ("Sun 04:00", "2025-11-02T04:00Z", "2025-11-09T04:00Z"),
        ("Wed 21:00", "2025-10-29T21:00Z", "2025-11-05T21:00Z"),
        ("00:00 here", "2025-11-05T05:00Z", "2025-11-06T05:00Z"),
        ("Sun 00:00 here", "2025-11-02T04:00Z", "2025-11-09T05:00Z"),  # the clocks went back
    ],
)
def test_what_comes_each_day_or_week(
    environment: object, spec: str, last: str, following: str
) -> None:
    expected = (datetime.fromisoformat(last), datetime.fromisoformat(following))
    assert times.turns(spec, NOW) == expected
