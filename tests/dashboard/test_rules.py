"""The rules' to-dos: made once, when they should be, and ended when their reason ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.calls.actions import CallTold, note_call
from crm_app.calls.models import Call
from crm_app.compliance.rules import firm
from crm_app.conversations import optout
from crm_app.conversations.actions import mark
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from crm_app.conversations.threads import receive_text, thread_with
from crm_app.dashboard import tasks
from crm_app.dashboard.rules import follow_rules, open_since
from crm_app.settings import settings as program
from crm_app.work import actions
from crm_app.work.models import WorkItem
from tests.inbox.rows import make_message, make_outbox, make_thread
from tests.texting import PAT, TUESDAY, incoming, olivia, set_clock

_ids = count(1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(written: str) -> datetime:
    """A time on our clock: "06-09 10:00" of 2026."""
    named = datetime.strptime(f"2026-{written}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
    return named.replace(tzinfo=ZoneInfo("America/New_York"))


def missed(session: Session, when: datetime = TUESDAY, call: str = "", **more: Any) -> None:
    told = {"is_missed": True, "direction": Direction.IN, "ended_at": when} | more
    named = call or f"CA{next(_ids)}"
    note_call(session, CallTold(named, when, program().own_number, PAT, **told))


def spoke(session: Session, when: datetime, direction: Direction = Direction.OUT) -> None:
    told: dict[str, Any] = {"direction": direction, "answered_at": when, "ended_at": when}
    missed(session, when, is_missed=False, **told)


def replied(session: Session, when: datetime, *, by: Person | None = None) -> None:
    """A text of ours; from OpenPhone's app, unless somebody is named."""
    thread = thread_with(session, program().own_number, PAT, when)
    row = make_outbox(session, thread, "Hi", "sent", user_id=by.id) if by else None  # type: ignore[arg-type]
    make_message(session, thread, "Hi", when, direction=Direction.OUT, status=MessageStatus.SENT,
                 outbox_id=row.id if row else None)  # fmt: skip
    thread.is_unanswered, thread.last_at = False, max(thread.last_at, when)
    session.flush()


def wrote(session: Session, when: datetime, body: str = "Is it dry?") -> None:
    receive_text(session, incoming(body, at=when))


def todos(session: Session) -> list[tuple[str, bool]]:
    """All that the rules made, as (what, is open)."""
    session.flush()
    session.expire_all()
    rows = session.exec(select(WorkItem).order_by(col(WorkItem.created_at), col(WorkItem.cause)))
    return [(str(r.cause).partition(" ")[0], r.status != "completed") for r in rows]


def only(session: Session) -> WorkItem:
    session.expire_all()
    return session.exec(select(WorkItem)).one()


HOURS = [
    # now, since when it has been open for four hours
    ("06-09 15:00", "06-09 11:00"),
    ("06-09 13:00", "06-09 09:00"),
    ("06-09 12:59", "06-08 17:59"),  # one minute of the day before
    ("06-09 18:00", "06-09 14:00"),
    ("06-09 23:30", "06-09 14:00"),  # nothing goes on when it is closed
    ("06-09 08:59", "06-08 14:00"),
    ("06-08 10:00", "06-05 15:00"),  # Monday: over the weekend
    ("06-07 12:00", "06-05 14:00"),  # Sunday
    ("05-26 12:00", "05-22 17:00"),  # the Tuesday after Memorial Day
    ("03-09 12:00", "03-06 17:00"),  # the clocks went forward on Sunday
]  # fmt: skip


@pytest.mark.parametrize(("now", "since"), HOURS)
def test_four_hours_are_hours_in_which_the_firm_is_open(
    session: Session, now: str, since: str
) -> None:
    assert open_since(firm(session), at(now), 4) == at(since)


@pytest.mark.parametrize(
    ("written", "before", "due"),
    [("06-09 10:00", "06-09 13:59", "06-09 14:00"), ("06-05 17:00", "06-08 11:59", "06-08 12:00"),
     ("06-09 03:00", "06-09 12:59", "06-09 13:00")],
)  # fmt: skip
def test_a_text_nobody_answers_makes_a_to_do_after_four_open_hours(
    session: Session, written: str, before: str, due: str
) -> None:
    set_clock(session, at(before) - MINUTE)
    wrote(session, at(written))
    wrote(session, at(before) - 2 * MINUTE, "Hello?")  # asking again is no new wait
    follow_rules(session)
    assert todos(session) == []

    set_clock(session, at(due))
    follow_rules(session)
    follow_rules(session)
    assert todos(session) == [("unanswered", True)]
    said = f"answer, waits since {at(written):%a %-I:%M %p}"
    assert (only(session).title, only(session).due) == (said, at(due).date())

    replied(session, at(due) + MINUTE)
    follow_rules(session)
    assert todos(session) == [("unanswered", False)]
    assert only(session).done_by is None


def test_a_missed_call_makes_a_to_do_at_once_for_whom_the_thread_is_assigned(
    session: Session,
) -> None:
    set_clock(session, TUESDAY)
    me = olivia(session)
    make_thread(session, PAT, assigned_to=me.id)
    missed(session)
    tasks.follow_rules()

    assert only(session).title == "call back, missed call of Tue 10:00 AM"
    assert (only(session).assigned_to, only(session).created_by) == (me.id, "a rule")
    assert only(session).contact_id == session.exec(select(Conversation.contact_id)).one()


ENDS: dict[str, tuple[Callable[[Session], None], bool]] = {
    "a reply": (lambda s: replied(s, TUESDAY + MINUTE), True),
    "a reply of ours": (lambda s: replied(s, TUESDAY + MINUTE, by=olivia(s)), True),
    "calling back": (lambda s: spoke(s, TUESDAY + MINUTE), True),
    "they called again and we spoke": (lambda s: spoke(s, TUESDAY + MINUTE, Direction.IN), True),
    "it was answered after all": (
        lambda s: missed(s, call="CA0", answered_at=TUESDAY, is_missed=False), True),
    "calling back in vain": (lambda s: missed(s, TUESDAY + MINUTE, direction=Direction.OUT), False),
    "a reply before": (lambda s: replied(s, TUESDAY - MINUTE), False),
    "their text": (lambda s: wrote(s, TUESDAY + MINUTE), False),
    "another missed call": (lambda s: missed(s, TUESDAY + MINUTE), False),
}  # fmt: skip


@pytest.mark.parametrize(("what", "is_ended"), ENDS.values(), ids=ENDS)
def test_what_ends_a_missed_call(
    session: Session, what: Callable[[Session], None], is_ended: bool
) -> None:
    set_clock(session, TUESDAY + 2 * MINUTE)
    missed(session, call="CA0")
    follow_rules(session)
    what(session)
    follow_rules(session)
    assert todos(session) == [("missed", not is_ended)]


def test_a_campaigns_text_is_no_answer_to_a_call(session: Session) -> None:
    set_clock(session, TUESDAY + 2 * MINUTE)
    missed(session)
    thread = session.exec(select(Conversation)).one()
    row = make_outbox(session, thread, "Hi", "sent", purpose="cold")  # type: ignore[arg-type]
    make_message(session, thread, "Hi", TUESDAY + MINUTE, direction=Direction.OUT, outbox_id=row.id)
    follow_rules(session)
    assert todos(session) == [("missed", True)]


def test_a_voicemail_takes_the_place_of_its_missed_call(session: Session) -> None:
    set_clock(session, TUESDAY + 6 * HOUR)
    missed(session, call="CA0")
    follow_rules(session)
    missed(session, call="CA0", voicemail={"seconds": 24})
    missed(session, TUESDAY + MINUTE, voicemail={"seconds": 9})
    missed(session, TUESDAY + 2 * MINUTE)
    follow_rules(session)
    assert sorted(todos(session)) == [("missed", False), ("voicemail", True), ("voicemail", True)]


def test_a_done_to_do_does_not_come_back_but_the_next_call_does(session: Session) -> None:
    me = olivia(session)
    set_clock(session, TUESDAY + MINUTE)
    missed(session)
    missed(session, TUESDAY + MINUTE)
    follow_rules(session)
    item = only(session)
    actions.settle(session, me, str(item.id), item.version)
    follow_rules(session)
    assert todos(session) == [("missed", False)]
    assert only(session).done_by == me.id

    set_clock(session, TUESDAY + HOUR)
    missed(session, TUESDAY + HOUR)
    follow_rules(session)
    assert todos(session) == [("missed", False), ("missed", True)]


def test_what_they_write_after_somebody_did_it_waits_anew(session: Session) -> None:
    me = olivia(session)
    set_clock(session, TUESDAY)
    missed(session, TUESDAY)
    follow_rules(session)
    actions.settle(session, me, str(only(session).id), 1)
    wrote(session, TUESDAY + HOUR)
    set_clock(session, TUESDAY + 4 * HOUR)
    follow_rules(session)
    assert todos(session) == [("missed", False)]

    set_clock(session, TUESDAY + 5 * HOUR)
    follow_rules(session)
    assert todos(session) == [("missed", False), ("unanswered", True)]


def test_marking_a_thread_done_finishes_what_the_rules_asked_for(session: Session) -> None:
    me = olivia(session)
    set_clock(session, TUESDAY)
    missed(session)
    follow_rules(session)
    thread = session.exec(select(Conversation)).one()
    actions.write(session, me, "Send an offer", thread=thread.id)

    mark(session, thread.id, me, done=True)
    follow_rules(session)
    assert sorted(todos(session)) == [("None", True), ("missed", False)]


def test_a_frozen_number_waits_until_it_is_settled(session: Session) -> None:
    me = olivia(session)
    set_clock(session, TUESDAY)
    wrote(session, TUESDAY, "Who is this?")
    optout.freeze(session, PAT, "Who is this?", "asks who we are", TUESDAY)
    follow_rules(session)
    assert todos(session) == [("frozen", True)]

    optout.settle_frozen(session, PAT, "go on", me)
    follow_rules(session)
    assert todos(session) == [("frozen", False)]


def test_history_that_was_imported_floods_nobody_and_a_to_do_outlives_its_week(
    session: Session,
) -> None:
    set_clock(session, TUESDAY)
    optout.freeze(session, PAT, "Who is this?", "asks who we are", TUESDAY - timedelta(days=400))
    follow_rules(session)
    assert todos(session) == []

    optout.freeze(session, "+16175550141", "Who is this?", "asks who we are", TUESDAY)
    follow_rules(session)
    set_clock(session, TUESDAY + timedelta(days=30))
    follow_rules(session)
    assert todos(session) == [("frozen", True)]


def test_a_to_do_opened_again_stays_and_an_undone_slip_ends_by_itself(session: Session) -> None:
    me = olivia(session)
    set_clock(session, TUESDAY)
    missed(session)
    follow_rules(session)
    actions.settle(session, me, str(only(session).id), 1)
    actions.settle(session, me, str(only(session).id), 2, "undo")
    follow_rules(session)
    assert todos(session) == [("missed", True)]
    replied(session, TUESDAY + MINUTE)
    follow_rules(session)
    assert todos(session) == [("missed", False)]

    actions.settle(session, me, str(only(session).id), only(session).version, "again")
    follow_rules(session)
    assert todos(session) == [("missed", True)]


def test_what_an_import_of_history_brings_makes_no_to_do(session: Session) -> None:
    set_clock(session, TUESDAY)
    missed(session, TUESDAY - timedelta(days=8))
    wrote(session, TUESDAY - timedelta(days=8))
    follow_rules(session)
    assert todos(session) == []


def test_an_old_to_do_ends_only_by_its_reason(session: Session) -> None:
    set_clock(session, TUESDAY)
    missed(session)
    follow_rules(session)
    set_clock(session, TUESDAY + timedelta(days=60))
    follow_rules(session)
    assert todos(session) == [("missed", True)]


STEPS = ("missed", "voicemail", "answered", "text", "reply", "call back", "sweep", "done", "4 h")


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    derandomize=True,
)
@given(told=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=10))
def test_each_reason_has_its_to_do_once_whatever_the_order_of_events(
    session: Session, told: list[tuple[str, int]]
) -> None:
    """Calls 0 to 3 are told in any order; after each look nobody who waits is without a to-do."""
    with session.begin_nested() as undo:
        now = TUESDAY
        for step, n in [*told, ("sweep", 0)]:
            now += 5 * HOUR if step == "4 h" else MINUTE
            set_clock(session, now)
            when, call = TUESDAY + n * MINUTE, f"CA{n}"
            if step in ("missed", "voicemail"):
                missed(session, when, call, voicemail={"seconds": 9} if step != "missed" else {})
            elif step == "answered":
                missed(session, when, call, is_missed=False, answered_at=when)
            elif step == "text":
                wrote(session, now)
            elif step == "reply":
                replied(session, now)
            elif step == "call back":
                spoke(session, now)
            elif step == "done":
                _do_one(session)
            elif step == "sweep":
                _look(session)
        undo.rollback()
        session.expire_all()


def _do_one(session: Session) -> None:
    open_ones = select(WorkItem).where(col(WorkItem.status) != "completed")
    if item := session.exec(open_ones.order_by(col(WorkItem.cause))).first():
        actions.settle(session, olivia(session), str(item.id), item.version)


def _look(session: Session) -> None:
    before = {i.cause: i.done_by for i in session.exec(select(WorkItem)) if i.done_by}
    follow_rules(session)
    follow_rules(session)
    session.expire_all()
    items = session.exec(select(WorkItem)).all()
    is_open = [i.cause for i in items if i.status != "completed" and i.cause]
    assert {i.cause for i in items if i.done_by} == set(before), "what was done stays done"
    kinds = [cause.partition(" ")[0] for cause in is_open]
    assert kinds.count("missed") <= 1
    assert kinds.count("unanswered") <= 1
    ours = [m.at for m in session.exec(select(Message)) if m.direction is Direction.OUT]
    calls = session.exec(select(Call)).all()
    heard = max([*ours, *(c.at for c in calls if c.answered_at)], default=TUESDAY - HOUR)
    done = [i.done_at for i in items if i.done_by and i.done_at]
    for call in (c for c in calls if not c.answered_at and c.at > heard):
        own = f"voicemail {call.id}" in {i.cause for i in items}
        others = {"missed", "voicemail"} & set(kinds)
        assert own if call.voicemail else own or others or max(done, default=TUESDAY) >= call.at
    thread = session.exec(select(Conversation)).first()
    if thread is None or not thread.is_unanswered:
        assert "unanswered" not in kinds
    elif max(done, default=TUESDAY) < (thread.last_inbound_at or TUESDAY):
        late = open_since(firm(session), clock.now(session), 4)
        waits = (thread.last_inbound_at or TUESDAY) <= late
        assert is_open or not waits, "nobody who waits is forgotten"
