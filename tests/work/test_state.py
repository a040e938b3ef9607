"""The state of the to-dos and of /: the wiring, with the guard played by a fixed person."""

from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.dashboard import page as today
from crm_app.dashboard import state as dashboard
from crm_app.errors import CrmError
from crm_app.work import components, state
from crm_app.work.models import WorkItem
from tests.inbox.rows import make_thread
from tests.states import be, open_state, run
from tests.texting import TUESDAY, olivia, set_clock


@pytest.fixture(autouse=True)
def me(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    set_clock(session, TUESDAY)
    person = olivia(session)
    session.commit()
    be(monkeypatch, state, person)
    be(monkeypatch, dashboard, person)
    return person


def opened(path: str) -> Any:
    shown = open_state(state.TodoState, path)
    run(shown.load())
    return shown


def test_a_to_do_is_jotted_down_done_undone_and_opened_again(session: Session, me: Person) -> None:
    shown = opened("/")
    run(shown.save({"jot": "Order epoxy"}))
    (row,) = shown.rows
    assert (row.title, row.due, row.assigned_to) == ("Order epoxy", "today", str(me.id))

    run(shown.settle(row.id, row.version, "done"))
    assert (shown.rows, [one.title for one in shown.done]) == ([], ["Order epoxy"])
    run(shown.settle(shown.slip.id, shown.slip.version, "undo"))
    assert (shown.slip.id, shown.done, len(shown.rows)) == ("", [], 1)
    with pytest.raises(CrmError, match="Look at it again"):
        run(shown.settle(row.id, row.version, "done"))


def test_the_dialog_writes_and_changes(session: Session, me: Person) -> None:
    shown = opened("/")
    run(shown.ask(""))
    assert (shown.asked.bare, shown.asked.due_on, shown.whose) == ("", "2026-06-09", str(me.id))
    run(shown.choose("whose", ""))
    run(shown.save({"title": "Order epoxy", "due": ""}))
    run(shown.choose("view", "nobody"))
    (row,) = shown.rows

    run(shown.ask(row.id))
    run(shown.save({"title": "Order sealant", "due": "2026-06-10"}))
    assert [(one.title, one.due) for one in shown.rows] == [("Order sealant", "Wed, Jun 10")]
    with pytest.raises(CrmError, match="from the calendar"):
        run(shown.save({"title": "Order sealant", "due": "soon"}))


@pytest.mark.parametrize("is_thread", [True, False])
def test_beside_a_thread_or_contact_it_is_about_them(
    session: Session, me: Person, is_thread: bool
) -> None:
    thread = make_thread(session)
    make_thread(session, "+16175550141", name="Otto Other")
    session.commit()
    place = f"/inbox/{thread.id}" if is_thread else f"/contacts/{thread.contact_id}"
    shown = opened(place)
    run(shown.ask(""))
    assert shown.asked.bare == "Pat Example: "
    run(shown.save({"title": "Pat Example: call", "due": "2026-06-09"}))

    session.expire_all()
    item = session.exec(select(WorkItem)).one()
    assert item.contact_id == thread.contact_id
    assert item.conversation_id == (thread.id if is_thread else None)
    assert [one.title for one in shown.rows] == ["Pat Example: call"]
    assert opened(f"/inbox/{thread.id + 1}").rows == []
    assert opened("/inbox/999999").rows == []


def test_a_contact_of_somebody_else_shows_nothing(
    session: Session, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = make_thread(session)
    shown = opened(f"/inbox/{thread.id}")
    run(shown.ask(""))
    run(shown.choose("whose", ""))
    run(shown.save({"title": "Call", "due": ""}))
    be(monkeypatch, state, olivia(session, Role.TECHNICIAN))
    session.commit()

    shown = opened(f"/inbox/{thread.id}")
    run(shown.ask(""))
    assert (shown.rows, shown.asked.bare) == ([], "")
    with pytest.raises(CrmError, match="not assigned to you"):
        run(shown.save({"title": "Call", "due": ""}))


def test_today_is_read_and_drawn(session: Session) -> None:
    shown = open_state(dashboard.TodayState, "/")
    run(shown.load())
    assert [one[0] for one in shown.figures] == [
        "Replies waiting", "Missed calls", "Campaign texts today",
    ]  # fmt: skip
    assert "today-health" in str(today.today_page().render())
    assert "todos-beside" in str(components.todos_beside().render())
