"""To-dos by hand: written, changed, done, opened again; whose they are, and who sees which."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from crm_app.auth.models import Role, User
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError, ForbiddenError
from crm_app.work import actions
from crm_app.work.models import WorkItem
from crm_app.work.queries import TodoRow, assignable, due_count, subject, todos
from tests.inbox.rows import make_thread
from tests.texting import TUESDAY, olivia, set_clock

TODAY = date(2026, 6, 9)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def me(session: Session) -> Person:
    set_clock(session, TUESDAY)
    return olivia(session)


def add(session: Session, person: Person, title: str = "Call Pat", **more: Any) -> TodoRow:
    given: dict[str, Any] = {"due": TODAY, "whose": person.id} | more
    made = actions.write(session, person, title, **given)
    return next(one for one in opened(session, person) if one.id == made)


def opened(session: Session, person: Person, view: str = "all", *of: int) -> list[TodoRow]:
    return todos(session, person, view, *of)[0]


def titles(session: Session, person: Person, view: str = "all", *of: int) -> list[str]:
    return [one.title for one in opened(session, person, view, *of)]


def test_a_to_do_is_written_done_and_opened_again(session: Session, me: Person) -> None:
    row = add(session, me, "  Call\n Pat ")
    assert (row.title, row.due, row.whose, row.version) == ("Call Pat", "today", me.name, 1)

    actions.settle(session, me, row.id, 1)
    assert titles(session, me) == []
    (done,) = todos(session, me, "mine")[1]
    assert (done.title, done.due) == ("Call Pat", f"10:00 AM, {me.name}")

    actions.settle(session, me, row.id, done.version, "again")
    assert titles(session, me) == ["Call Pat"]


def test_what_was_due_is_carried_over_and_stands_first(session: Session, me: Person) -> None:
    add(session, me, "Some day", due=None)
    add(session, me, "Today")
    add(session, me, "Late", due=TODAY - 4 * DAY)
    add(session, me, "Later", due=TODAY + DAY)

    found = [(one.title, one.due, one.tone) for one in opened(session, me, "mine")]
    assert found == [
        ("Late", "carried over since Fri, Jun 5", "held"), ("Today", "today", "waiting"),
        ("Later", "Wed, Jun 10", "plain"), ("Some day", "", "plain"),
    ]  # fmt: skip
    assert due_count(session, me) == 2


def test_day_person_and_words_can_be_changed(session: Session, me: Person) -> None:
    row, tess = add(session, me), olivia(session, Role.TECHNICIAN)
    actions.write(session, me, "Visit Pat", TODAY + DAY, tess.id, changes=(row.id, 1))

    assert titles(session, tess, "mine") == ["Visit Pat"]
    assert titles(session, me, "mine") == titles(session, me, "nobody") == []
    assert due_count(session, me) == 0
    actions.write(session, tess, "Visit Pat", changes=(row.id, 2))
    assert titles(session, me, "nobody") == ["Visit Pat"]


def test_of_two_who_change_it_at_once_the_second_is_told(session: Session, me: Person) -> None:
    row, other = add(session, me), olivia(session)
    actions.write(session, other, "Visit Pat", changes=(row.id, 1))

    for late in (
        lambda: actions.settle(session, me, row.id, 1),
        lambda: actions.write(session, me, "Call Pat", changes=(row.id, 1)),
    ):
        with pytest.raises(CrmError, match=f"{other.name} changed this to-do. Look at it again"):
            late()
    assert titles(session, me) == ["Visit Pat"]


@pytest.mark.parametrize("title", ["", " \n", "x" * 201])
def test_a_to_do_has_a_title(session: Session, me: Person, title: str) -> None:
    with pytest.raises(CrmError, match="what is to be done"):
        actions.write(session, me, title)


def test_only_who_works_here_can_be_given_one(session: Session, me: Person) -> None:
    mark, gone = olivia(session, Role.MARKETER), olivia(session, Role.OFFICE)
    session.get_one(User, gone.id).disabled_at = TUESDAY

    assert [int(one) for one, _ in assignable(session)] == [me.id]
    for nobody in (mark.id, gone.id, 10**6):
        with pytest.raises(CrmError, match="who works here"):
            add(session, me, whose=nobody)


@pytest.fixture
def threads(session: Session, me: Person) -> tuple[Person, int, int]:
    """A technician, the thread that is theirs, and another one."""
    tess = olivia(session, Role.TECHNICIAN)
    own = make_thread(session, "+16175550141", name="Ida Owned", assigned_to=tess.id)
    other = make_thread(session, "+16175550142", name="Otto Other")
    add(session, me, "Hers", whose=tess.id)
    add(session, me, "Hers about Otto", whose=tess.id, thread=other.id)
    add(session, me, "Nobody's", whose=None)
    add(session, me, "Ida's", whose=None, thread=own.id)
    add(session, me, "Otto's", whose=None, contact=other.contact_id)
    add(session, me, "Mine about Ida", thread=own.id)
    return tess, own.id, other.id


def test_a_technician_sees_theirs_and_what_is_nobodys_of_their_people(
    session: Session, me: Person, threads: tuple[Person, int, int]
) -> None:
    tess, own, other = threads

    assert titles(session, tess) == ["Hers", "Hers about Otto", "Nobody's", "Ida's"]
    assert titles(session, tess, "nobody") == ["Nobody's", "Ida's"]
    assert titles(session, me, "mine") == ["Nobody's", "Ida's", "Otto's", "Mine about Ida"]
    assert due_count(session, tess) == 4
    about = {one.title: one.about for one in opened(session, tess)}
    assert about["Hers about Otto"] == "", "nor the thread"
    assert about["Ida's"] == f"/inbox/{own}"
    assert subject(session, tess, other, 0) == (0, "")
    assert len(titles(session, me)) == 6
    for todo in opened(session, me):
        if todo.title in ("Otto's", "Mine about Ida"):
            with pytest.raises(CrmError, match="somebody else's"):
                actions.settle(session, tess, todo.id, 1)
        elif todo.title in ("Nobody's", "Ida's"):
            actions.settle(session, tess, todo.id, 1)
    assert titles(session, tess) == ["Hers", "Hers about Otto"]


def test_a_to_do_is_listed_beside_its_thread_and_its_contact(
    session: Session, me: Person, threads: tuple[Person, int, int]
) -> None:
    tess, own, other = threads
    about, name = subject(session, me, other, 0)

    assert titles(session, me, "of", other, about) == ["Hers about Otto", "Otto's"]
    assert [one.about for one in opened(session, me, "of", other, about)] == ["", ""], "it is here"
    there = {one.title: one.about for one in opened(session, me, "of", 0, about)}
    assert there == {"Hers about Otto": f"/inbox/{other}", "Otto's": ""}
    assert subject(session, me, 0, about) == (about, name) == (about, "Otto Other")
    assert titles(session, tess, "of", own) == ["Ida's"]
    (otto,) = [one for one in opened(session, me) if one.title == "Otto's"]
    assert otto.about == f"/contacts/{about}"
    wrongs: list[dict[str, Any]] = [{"thread": other}, {"contact": about}, {"thread": 10**6}]
    for wrong in wrongs:
        with pytest.raises(CrmError, match="not assigned to you"):
            actions.write(session, tess, "Call", **wrong)


def test_a_marketer_has_none(session: Session, me: Person) -> None:
    mark, row = olivia(session, Role.MARKETER), add(session, me, whose=None)

    assert due_count(session, mark) == 0
    for forbidden in (
        lambda: todos(session, mark, "all"), lambda: actions.settle(session, mark, row.id, 1),
        lambda: actions.write(session, mark, "Call"),
    ):  # fmt: skip
        with pytest.raises(ForbiddenError):
            forbidden()


@pytest.mark.parametrize("wrong", ["", "1", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_there_cannot_be_done(session: Session, me: Person, wrong: str) -> None:
    with pytest.raises(CrmError, match="no"):
        actions.settle(session, me, wrong, 1)
    deleted = add(session, me)
    session.exec(select(WorkItem)).one().deleted_at = TUESDAY
    session.flush()
    with pytest.raises(CrmError, match="no such to-do"):
        actions.settle(session, me, deleted.id, 1)
    assert todos(session, me, "a view that there is not") == ([], [])


def test_done_yesterday_is_not_done_today(session: Session, me: Person) -> None:
    actions.settle(session, me, add(session, me).id, 1)
    set_clock(session, TUESDAY + DAY)
    assert todos(session, me, "all") == ([], [])


def test_a_renamed_person_is_named_anew_in_a_rules_to_do(session: Session, me: Person) -> None:
    thread = make_thread(session, name="(617) 555-0140")
    reason = {"cause": "missed 1", "title": "call back", "due": TODAY, "assigned_to": None,
              "conversation_id": thread.id, "contact_id": thread.contact_id}  # fmt: skip
    actions.follow(session, [reason])
    session.get_one(Contact, thread.contact_id).name = "Pat Example"
    session.flush()

    (row,) = opened(session, me, "nobody")
    assert (row.title, row.bare) == ("Pat Example: call back", "call back")


@pytest.mark.parametrize("wrong", ["status = 'late'", "item_type = 'x'", "depth = 6", "pr = 0"])
def test_the_database_keeps_the_limits_of_the_list(
    session: Session, me: Person, wrong: str
) -> None:
    from sqlalchemy import text

    add(session, me)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"update work_item set {wrong}"))
