"""What /compliance reads: counts, filters, search, and who may read it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.actions import freeze, suppress
from crm_app.contacts.phones import show
from crm_app.conversations import optout
from crm_app.conversations.slots import company_day, take_day_slot
from crm_app.errors import ForbiddenError
from crm_app.oversight.queries import disagreements, frozen, frozen_count, suppressions, today
from crm_app.settings import settings
from tests.inbox.rows import make_thread
from tests.make import make_contact, make_user
from tests.texting import PAT, TUESDAY, numbers, queue_cold, set_clock

OWNER = Person(1, "Olivia", Role.OWNER)


def test_today_says_what_is_used_and_when_the_firm_may_text(session: Session) -> None:
    set_clock(session, TUESDAY)
    own = settings().own_number
    for _ in range(3):
        take_day_slot(session, own, clock.now(session), 125)

    found = today(session, OWNER)

    assert (found.used, found.cap, found.held, found.reasons) == (3, 125, 0, [])
    assert (found.window, found.is_open) == ("Open until 18:00, our time", True)


@pytest.mark.parametrize(
    ("days", "hours", "words"),
    [
        (0, -4, "Closed, opens 9:00 today, our time"),
        (4, 0, "Closed on Saturday, opens 9:00 on Monday, our time"),
        (10, 0, "Closed on Juneteenth National Independence Day, opens 9:00 on Monday, our time"),
    ],
)
def test_a_closed_window_says_why_and_the_next_opening(
    session: Session, days: int, hours: int, words: str
) -> None:
    set_clock(session, TUESDAY + timedelta(days=days, hours=hours))

    found = today(session, OWNER)

    assert (found.window, found.is_open) == (words, False)


def test_held_texts_are_counted_with_the_three_most_frequent_reasons(session: Session) -> None:
    set_clock(session, TUESDAY)
    ids = queue_cold(session, 10)
    later = clock.now(session) + timedelta(days=1)
    for n, why in enumerate(["a"] * 4 + ["b"] * 3 + ["c"] * 2 + ["d"]):
        held = text("update outbox set not_before = :at, because = :why where id = :id")
        session.execute(held, {"at": later, "why": why, "id": ids[n]})

    found = today(session, OWNER)

    assert (found.held, found.reasons) == (10, [("a", 4), ("b", 3), ("c", 2)])


def test_frozen_numbers_come_oldest_first_with_their_words(session: Session) -> None:
    now, pat = clock.now(session), make_thread(session, PAT)
    stranger = numbers(1)[0]
    freeze(session, stranger, "Wrong number", "a wrong number", now)
    freeze(session, PAT, "Who is this?", "asks who we are", now - timedelta(minutes=7))

    first, second = frozen(session, OWNER)

    assert frozen_count(session) == 2
    assert (first.name, first.said, first.because, first.age, first.thread) == (
        "Pat Example", "Who is this?", "asks who we are", "7 min ago", f"/inbox/{pat.id}",
    )  # fmt: skip
    assert (second.name, second.number, second.thread) == (second.number, second.number, "")
    assert second.href == f"/compliance/{stranger[1:]}"


def test_opt_outs_are_searched_by_name_number_and_words_newest_first(session: Session) -> None:
    now, user = clock.now(session), make_user(session)
    make_contact(session, name="Pat 100% Example", phone=PAT)
    suppress(session, PAT, "text", "Pls quit texting", now)
    suppress(session, "+17815550123", "person", "at the door", now - timedelta(hours=1), user.id)
    suppress(session, "+12075550199", "provider", "", now - timedelta(hours=2))

    def names(typed: str = "") -> list[str]:
        return [row.number for row in suppressions(session, OWNER, typed)[0]]

    everybody = ["(617) 555-0140", "(781) 555-0123", "(207) 555-0199"]
    assert names() == everybody
    assert names("quit  TEXT") == names("100% ex") == names("617-555-01") == everybody[:1]
    assert names("olivia") == everybody[1:2]
    assert names("555") == everybody
    assert names("nobody") == names("_") == []
    rows, total = suppressions(session, OWNER)
    assert (total, rows[1].because, rows[2].because) == (
        3, "noted by hand (Olivia)", "OpenPhone refuses it",
    )  # fmt: skip


def test_opt_outs_are_paged_and_lifted_ones_are_gone(session: Session) -> None:
    now = clock.now(session)
    for n, e164 in enumerate(numbers(60)):
        suppress(session, e164, "text", "STOP", now + timedelta(seconds=n))
    session.execute(text("update suppression set lifted_at = :at where e164 = :e164"),
                    {"at": now, "e164": numbers(1)[0]})  # fmt: skip

    first, total = suppressions(session, OWNER)
    second, _ = suppressions(session, OWNER, page=2)

    assert (len(first), len(second), total) == (50, 9, 59)
    assert first[0].e164 == numbers(60)[-1]


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.MARKETER])
@pytest.mark.parametrize("read", [today, frozen, suppressions])
def test_others_than_owner_and_office_are_refused(
    session: Session, role: Role, read: object
) -> None:
    assert callable(read)
    with pytest.raises(ForbiddenError):
        read(session, Person(1, "Somebody", role))


def test_the_day_that_counts_is_the_companys(session: Session) -> None:
    set_clock(session, TUESDAY)
    now = clock.now(session)
    take_day_slot(session, settings().own_number, now - timedelta(days=1), 125)

    assert today(session, OWNER).used == 0
    assert company_day(now).isoformat() == "2026-06-09"


def test_where_openphone_and_we_disagree_is_listed_each_way(session: Session) -> None:
    now = clock.now(session)
    optout.opt_out(session, "+17815550123", source="provider", because="error 21610", at=now)
    optout.freeze(session, PAT, " cancel ", "may mean the visit", now)
    third, fourth = "+17815550124", "+17815550125"
    optout.opt_out(session, third, source="text", because="STOP", at=now - timedelta(hours=2))
    optout.lift_by_hand(session, third, OWNER, "she called", "call of today")
    optout.opt_out(session, fourth, source="text", because="pls quit texting", at=now)

    rows, alone = disagreements(session, OWNER)

    assert {(row.number, row.said) for row in rows} == {
        (show("+17815550123"), "error 21610"), (show(PAT), " cancel "), (show(third), "STOP"),
    }  # fmt: skip
    assert len({row.because for row in rows}) == 3
    assert alone == 1
