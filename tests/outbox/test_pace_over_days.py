"""The pace over hours and days, in simulated time: no burst, fair shares, a rate that is kept."""

from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.models import Outbox, Pace
from crm_app.outbox import sending
from crm_app.outbox.actions import NewText, pause_campaign, queue_many, set_pace
from crm_app.outbox.sending import Claimed, claim_next, next_due
from tests.campaigns.people import neighbours, number
from tests.machine.provider import Time
from tests.make import make_list, make_user
from tests.texting import SIGNED, TUESDAY

HOUR, LINE_OFF = timedelta(hours=1), {"a_second": 0, "a_minute": 0}


@pytest.fixture
def time(session: Session, monkeypatch: pytest.MonkeyPatch) -> Time:
    """Ten in the morning of a Tuesday; it passes when it is told to."""
    found = Time()
    found.at = TUESDAY
    monkeypatch.setattr(clock, "wall", found.wall)
    session.execute(text("select setseed(0.3)"))
    return found


def begin(session: Session, many: int, *paces: float) -> None:
    """As many campaigns as paces, each to its share of so many people."""
    owner, people = make_user(session), neighbours(session, many)
    for n, seconds in enumerate(paces):
        mine = people[n :: len(paces)]
        listed = make_list(session, *mine, name=f"Spring {n}", attested_by=owner)
        set_pace(session, Pace(campaign_id=n + 1, name=listed.name, list_id=listed.id,
                               seconds=seconds, next_at=clock.now(session)))  # fmt: skip
        queue_many(session, n + 1, [
            NewText(number(people.index(one) + 1), one.id, None, f"Hi, {one.name}! {SIGNED}")
            for one in mine
        ])  # fmt: skip


def leave(session: Session, time: Time, until: datetime) -> list[tuple[int, datetime]]:
    """Let everything leave that may until then; return each one's campaign and time."""
    left = list[tuple[int, datetime]]()
    while time.at <= until:
        found = claim_next(session)
        if isinstance(found, Claimed):
            row = session.get_one(Outbox, found.outbox_id)
            left.append((row.campaign_id or 0, time.at))
        due = next_due(session)
        if due is None:
            break
        time.at = max(due, time.at + timedelta(milliseconds=130))
    return left


def apart(left: list[tuple[int, datetime]], campaign_id: int) -> list[float]:
    """The seconds between one text of a campaign and its next."""
    mine = [at for who, at in left if who == campaign_id]
    return [(late - early).total_seconds() for early, late in pairwise(mine)]


@given(
    hours=st.integers(1, 24 * 14),
    paces=st.lists(st.sampled_from([30.0, 72.0, 600.0]), min_size=1, max_size=3),
    is_paused=st.booleans(),
)
@settings(max_examples=15, deadline=None, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_after_any_downtime_or_pause_nothing_bursts(
    session: Session, time: Time, hours: int, paces: list[float], is_paused: bool
) -> None:
    with session.begin_nested() as undo:
        time.at = TUESDAY
        change_rules(session, Rules(40, **LINE_OFF))
        begin(session, 18, *paces)
        before = leave(session, time, TUESDAY + timedelta(minutes=5))
        if is_paused:
            pause_campaign(session, 1)
        time.at += timedelta(hours=hours)
        if is_paused:
            pause_campaign(session, 1, is_paused=False)

        after = leave(session, time, time.at + 120 * HOUR)  # a long weekend

        for campaign_id, seconds in enumerate(paces, 1):
            assert min(apart([*before, *after], campaign_id), default=999) >= 0.75 * seconds
        assert len(before) + len(after) == 18
        undo.rollback()


def test_what_the_line_holds_back_is_shared_to_one(session: Session, time: Time) -> None:
    """Three campaigns that all want more than the line bears share the day's cap."""
    change_rules(session, Rules(40))
    begin(session, 60, 1, 1, 1)

    left = leave(session, time, TUESDAY + 8 * HOUR)

    shares = sorted([who for who, _ in left].count(n) for n in (1, 2, 3))
    assert shares == [13, 13, 14]


def test_what_the_pace_holds_back_is_shared_but_for_the_jitter(
    session: Session, time: Time
) -> None:
    """Each draws its own jitter (sd 0.144 of a pause): after 20 texts that is one or two."""
    change_rules(session, Rules(60, **LINE_OFF))
    begin(session, 90, 72, 72, 72)

    left = leave(session, time, TUESDAY + 8 * HOUR)

    shares = [[who for who, _ in left].count(n) for n in (1, 2, 3)]
    assert sum(shares) == 60
    assert max(shares) - min(shares) <= 3, shares


def test_the_jitter_keeps_the_rate(session: Session, time: Time) -> None:
    begin(session, 2, 72)
    pauses = []
    for _ in range(400):
        session.execute(sending.SQL["go_on"], {"id": 1, "now": time.at})
        next_at = session.execute(text("select next_at from pace")).scalar_one()
        pauses.append((next_at - time.at).total_seconds() / 72)

    assert min(pauses) >= 0.75
    assert max(pauses) <= 1.25
    assert max(pauses) - min(pauses) > 0.45
    assert mean(pauses) == pytest.approx(1, abs=0.03)  # four deviations of the mean
