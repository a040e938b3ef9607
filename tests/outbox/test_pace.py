"""A campaign's texts leave one by one by the clock; the line bears only so many."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.compliance.facts import Purpose
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.actions import queue_text
from crm_app.conversations.models import Line, Outbox, OutboxState, Pace
from crm_app.conversations.slots import ask_again, line_free_at
from crm_app.conversations.threads import receive_text
from crm_app.errors import Kind, ProviderError
from crm_app.outbox.actions import pause_campaign, queue_many
from crm_app.outbox.outcomes import SILENT, Receipt, record
from crm_app.outbox.sending import claim_next, next_due
from crm_app.settings import settings
from tests.texting import PAT, TUESDAY, claimed, incoming, make_texts, queue_cold, row, set_clock

pytestmark = pytest.mark.usefixtures("tuesday")
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def pace(session: Session, campaign_id: int = 1, **columns: object) -> Pace:
    found = session.get_one(Pace, campaign_id, populate_existing=True)
    for name, value in columns.items():
        setattr(found, name, value)
    session.flush()
    return found


def line(session: Session, a_second: int, a_minute: int) -> None:
    change_rules(session, Rules(125, a_second=a_second, a_minute=a_minute))


def unclear(session: Session) -> None:
    record(session, claimed(session), ProviderError("no answer", Kind.UNCERTAIN))


def test_the_next_text_waits_for_its_turn_give_or_take_a_quarter(session: Session) -> None:
    queue_cold(session, 2)
    pace(session, seconds=72)
    claimed(session)

    turn = pace(session).next_at
    assert 54 * SECOND <= turn - TUESDAY <= 91 * SECOND  # the clock is set to a second
    assert claim_next(session) is None
    assert next_due(session) == turn
    set_clock(session, turn)
    claimed(session)


def test_two_campaigns_take_turns(session: Session) -> None:
    texts = make_texts(session, 8)
    queue_many(session, 1, texts[:4])
    queue_many(session, 2, texts[4:])
    for campaign_id in (1, 2):
        pace(session, campaign_id, seconds=60)

    for minutes in range(2, 14, 2):
        set_clock(session, TUESDAY + minutes * MINUTE)
        claimed(session)

    left = select(Outbox.campaign_id).where(col(Outbox.state) == OutboxState.SENDING)
    turns = list(session.exec(left))
    assert {campaign_id: turns.count(campaign_id) for campaign_id in (1, 2)} == {1: 3, 2: 3}


def test_after_a_week_of_downtime_there_is_no_burst(session: Session) -> None:
    queue_cold(session, 5)
    pace(session, seconds=72, next_at=TUESDAY)
    set_clock(session, TUESDAY + timedelta(days=7))

    claimed(session)

    assert claim_next(session) is None


def test_changed_rules_and_a_slot_that_comes_back_let_the_gate_decide_anew(
    session: Session,
) -> None:
    change_rules(session, Rules(1, a_second=0, a_minute=0))
    queue_cold(session, 3)
    found = claimed(session)
    assert claim_next(session) is None
    assert pace(session).because == "1 of today's 1 cold texts are used"

    record(session, found, ProviderError("landline", Kind.REFUSED))

    assert pace(session).because == ""
    claimed(session)
    assert claim_next(session) is None
    change_rules(session, Rules(2, a_second=0, a_minute=0))
    ask_again(session)
    claimed(session)


def test_a_reply_is_claimed_while_its_campaign_is_paused_or_waits(session: Session) -> None:
    queue_cold(session, 2)
    pause_campaign(session, 1)
    assert next_due(session) is None
    receive_text(session, incoming())
    reply = queue_text(session, PAT, "Yes", Purpose.REPLY)

    assert claimed(session).outbox_id == reply
    assert claim_next(session) is None


@pytest.mark.parametrize(
    ("a_second", "a_minute", "started", "anybody", "campaigns"),
    [
        (0, 0, [0, 0, 0, 0], 0, 0),
        (1, 0, [], 0, 0),
        (1, 0, [0.5], 0.6, 0.6),
        (1, 0, [5], 0, 0),
        (2, 0, [0.1], 0.5, 0.5),
        (0, 3, [1, 2, 3], 58, 59),
        (0, 3, [1, 2], 0, 59),  # the third place of the minute is kept for people
        (0, 3, [30], 0, 0),
        (1, 15, [0, 10], 1.1, 1.1),
    ],
)
def test_the_line_takes_so_many_a_second_and_a_minute(
    session: Session, a_second: int, a_minute: int, started: list[float], anybody: float,
    campaigns: float,
) -> None:  # fmt: skip
    line(session, a_second, a_minute)
    for row_id, ago in zip(queue_cold(session, len(started) or 1), started, strict=False):
        row(session, row_id).started_at = TUESDAY - ago * SECOND
    session.flush()

    free = line_free_at(session, settings().own_number, TUESDAY)

    assert [(at - TUESDAY).total_seconds() for at in free] == [anybody, campaigns]


def test_on_a_full_line_only_a_person_may_still_write(session: Session) -> None:
    line(session, 0, 3)
    queue_cold(session, 4)
    receive_text(session, incoming())
    claimed(session)
    claimed(session)

    assert claim_next(session) is None
    due = next_due(session)
    assert due
    assert due > TUESDAY + 59 * SECOND
    reply = queue_text(session, PAT, "Yes", Purpose.REPLY)
    assert claimed(session).outbox_id == reply


def test_three_unclear_answers_in_a_row_pause_the_line_for_five_minutes(session: Session) -> None:
    queue_cold(session, 7)
    unclear(session)
    unclear(session)
    record(session, claimed(session), Receipt("AC1"))  # a clear one begins the count anew
    unclear(session)
    unclear(session)
    assert session.get_one(Line, settings().own_number).stopped_since is None

    unclear(session)

    stopped = session.get_one(Line, settings().own_number, populate_existing=True)
    assert stopped.stopped_because == SILENT
    assert claim_next(session) is None
    set_clock(session, TUESDAY + 5 * MINUTE + SECOND)
    record(session, claimed(session), Receipt("AC2"))
    session.expire_all()
    assert (stopped.stopped_since, stopped.unclear) == (None, 0)


def test_the_line_is_asked_by_the_index(session: Session) -> None:
    """The claim's queries stay cheap whatever is waiting, and however many were sent."""
    queue_cold(session, 150)
    session.execute(text("analyze outbox"))
    session.execute(text("set local enable_seqscan = off"))
    plan = session.execute(
        text("explain select id from outbox where state = 'waiting' and not is_for_person"
             " and campaign_id = 1 and not_before <= now() order by not_before, id limit 1")
    ).scalars()  # fmt: skip
    assert "ix_outbox_next" in "\n".join(plan)
