"""A day of 1,000: 125 cold texts by their pace, 450 answers in, 550 texts of people out.

The line is the default one, a text a second and 15 a minute. Nothing here waits: see tests/day.
"""

import os
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session, select

from crm_app.conversations.models import DayCap, Outbox, OutboxState
from crm_app.terminal import show
from tests.day import ANSWERS, CALL, COLD, COMPANY, FURTHER, OPENS, SECONDS, SHARE, Day, lived

SEED = int(os.environ.get("SEED") or 1)
AT_ONCE = timedelta(seconds=2)
BACK_TO_BACK = timedelta(seconds=1.1) + CALL


@pytest.fixture
def day(session: Session, monkeypatch: pytest.MonkeyPatch) -> Day:
    return lived(session, monkeypatch, SEED)


def test_a_day_of_a_thousand_is_gone_in_its_windows_nobody_twice_and_people_first(
    day: Day, session: Session
) -> None:
    starts = sorted(one.at for _, one in day.took if one.at)
    cold = [one for _, one in day.took if one.text.startswith("Hi, ")]
    theirs = {one.text: one.at for _, one in day.took if one.text in day.wanted and one.at}

    assert max(Counter(one.text for _, one in day.took).values()) == 1, "doubled"
    assert (len(cold), len(theirs)) == (COLD, ANSWERS + FURTHER)
    states = set(session.exec(select(Outbox.state)))
    assert states == {OutboxState.DELIVERED}, "uncertain ones and late receipts are settled"
    assert session.exec(select(DayCap.used)).one() == COLD
    hours = [one.at.astimezone(COMPANY) for one in cold if one.at]
    assert all(9 <= at.hour < 18 and at.date() == OPENS.date() for at in hours)
    for n in (1, 2):
        mine = [one.at for one in cold if one.at and int(one.text.split()[1][3:]) % 2 == n - 1]
        apart = [(late - early).total_seconds() for early, late in pairwise(mine)]
        assert min(apart) >= SECONDS * 0.75
        assert sum(apart) / len(apart) == pytest.approx(SECONDS * 1.01, rel=0.06 * SHARE**0.5)
    assert min(late - early for early, late in pairwise(starts)) >= timedelta(seconds=1)
    minutes = zip(starts, starts[15:], strict=False)
    assert min(late - early for early, late in minutes) >= timedelta(minutes=1)

    waits = {words: at - day.wanted[words] for words, at in theirs.items()}
    late = [words for words, wait in waits.items() if wait > AT_ONCE]
    show(f"seed {SEED}: {len(late)} replies waited longer than 2 s, the longest "
         f"{max(waits.values()).total_seconds():.1f} s; {day.reads} look-ups")  # fmt: skip
    for words in late:
        # Arithmetic: the third of three texts within a second waits for two others' seconds.
        before = [at for at in starts if day.wanted[words] - BACK_TO_BACK < at <= theirs[words]]
        assert all(b - a <= BACK_TO_BACK for a, b in pairwise(before)), "the line was free"
    assert len(late) < 6
