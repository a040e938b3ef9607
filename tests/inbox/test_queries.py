"""The list of threads: what is in it, for whom, in which order and under which filter."""

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Suppression
from crm_app.conversations.models import Line
from crm_app.errors import ForbiddenError
from crm_app.inbox.queries import PAGE_SIZE, inbox, line
from crm_app.settings import settings
from tests.inbox.rows import make_thread
from tests.make import make_user

OWNER = Person(1, "Olivia", Role.OWNER)


def names(session: Session, **asked: object) -> list[str]:
    return [row.name for row in inbox(session, OWNER, **asked)[0]]  # type: ignore[arg-type]


def test_threads_come_newest_first(session: Session) -> None:
    make_thread(session, "+16175550140", name="Old Thread", minutes_ago=90)
    make_thread(session, "+16175550141", name="New Thread", minutes_ago=2)

    assert names(session) == ["New Thread", "Old Thread"]


def test_row_says_who_what_and_when(session: Session) -> None:
    ours = {"last_is_ours": True, "last_text": "See you"}
    make_thread(session, name="Pat Example", is_unread=True, **ours)

    row = inbox(session, OWNER)[0][0]

    assert (row.name, row.initials, row.when) == ("Pat Example", "PE", "5 min ago")
    assert (row.text, row.is_unread, row.is_unanswered) == ("You: See you", True, False)


def test_campaign_texts_that_nobody_answered_are_hidden(session: Session) -> None:
    make_thread(session, name="Silent One", is_in_inbox=False)

    assert names(session) == []
    assert names(session, view="all") == ["Silent One"]


def test_views_narrow_the_list(session: Session) -> None:
    make_thread(session, "+16175550140", name="Unread One", is_unread=True)
    make_thread(session, "+16175550141", name="Unanswered One", is_unanswered=True)
    make_thread(session, "+16175550142", name="Done One")

    assert names(session, view="unread") == ["Unread One"]
    assert names(session, view="unanswered") == ["Unanswered One"]
    assert len(names(session, view="no such view")) == 3


def test_technician_sees_only_threads_assigned_to_them(session: Session) -> None:
    user = make_user(session, login="theo", role=Role.TECHNICIAN)
    make_thread(session, "+16175550140", name="Not Theirs", is_unread=True)
    make_thread(session, "+16175550141", name="Theirs", assigned_to=user.id, is_unread=True)
    theo = Person(user.id, user.name, user.role)

    assert [row.name for row in inbox(session, theo, view="all")[0]] == ["Theirs"]
    own = settings().own_number
    assert (line(session, own, theo)[1], line(session, own, OWNER)[1]) == (1, 2)


def test_marketer_sees_nobody(session: Session) -> None:
    with pytest.raises(ForbiddenError, match="may not see people"):
        inbox(session, Person(4, "Mika", Role.MARKETER))


def test_row_says_that_its_number_opted_out(session: Session) -> None:
    thread = make_thread(session)
    assert not inbox(session, OWNER)[0][0].is_opted_out

    at = clock.now(session)
    session.add(Suppression(e164=thread.e164, source="text", because="STOP", at=at))
    session.flush()
    assert inbox(session, OWNER)[0][0].is_opted_out


def test_more_threads_than_a_page_come_when_asked_for(session: Session) -> None:
    for n in range(PAGE_SIZE + 1):
        make_thread(session, f"+1617555{100 + n:04}", name=f"Number {n}", minutes_ago=n)

    first, more_follow = inbox(session, OWNER)
    both, still_more = inbox(session, OWNER, pages=2)

    assert (len(first), more_follow) == (PAGE_SIZE, True)
    assert (both[-1].name, len(both), still_more) == (f"Number {PAGE_SIZE}", PAGE_SIZE + 1, False)


def test_line_says_why_nothing_leaves_and_what_is_unread(session: Session) -> None:
    make_thread(session, is_unread=True)
    own = settings().own_number
    assert line(session, own, OWNER) == ("", 1)

    session.add(
        Line(own_number=own, stopped_since=clock.now(session), stopped_because="the key is refused")
    )
    session.flush()
    marketer = Person(4, "Mika", Role.MARKETER)
    assert line(session, own, marketer) == ("No text can leave: the key is refused", 0)
