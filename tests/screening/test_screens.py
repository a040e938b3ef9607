"""The command, the file's route and the card: the wiring of screening."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from crm_app import clock
from crm_app.__main__ import COMMANDS
from crm_app.api import say
from crm_app.auth import actions as auth
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.auth.routes import cookie_name
from crm_app.errors import CrmError, ForbiddenError
from crm_app.screening import components, routes, state
from crm_app.screening.commands import command
from crm_app.screening.models import CallList, ListedNumber
from crm_app.times import local
from tests.make import make_user
from tests.states import be, open_state, run
from tests.texting import TUESDAY, olivia, set_clock

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def put(session: Session) -> Iterator[Say]:
    """Send a file as somebody of a role; returns status and answer."""
    api = FastAPI()
    api.include_router(routes.router)
    api.add_exception_handler(CrmError, say)
    with TestClient(api) as client:

        def send(address: str, content: bytes, role: Role | None = Role.OWNER) -> tuple[int, str]:
            if role:
                user = make_user(session, login=f"{role.value}{clock.wall()}", role=role)
                token = auth.open_session(session, user.id, clock.wall())
                session.commit()
                client.cookies.set(cookie_name(), token)
            answer = client.put(address, content=content)
            return answer.status_code, answer.text

        yield send


def listed(session: Session) -> set[tuple[str, str]]:
    session.expire_all()
    return {(row.kind, row.e164) for row in session.exec(select(ListedNumber))}


def today(session: Session) -> str:
    return local(clock.now(session)).date().isoformat()


def test_a_file_is_loaded(session: Session, put: Say) -> None:
    where = f"/screening/national?dated={today(session)}"

    assert put(where, "Zoë\r\n617,5550140\r\n".encode("cp1252")) == (
        200,
        '{"said":"1 new on the national do-not-call list, 0 known."}',
    )
    assert listed(session) == {("national", "+16175550140")}


def test_what_is_refused_says_why(session: Session, put: Say) -> None:
    day = today(session)

    assert put(f"/screening/national?dated={day}", b"x", None)[0] == 401
    assert put(f"/screening/national?dated={day}", b"6175550140", Role.OFFICE)[0] == 403
    assert put(f"/screening/internal?dated={day}", b"6175550140", Role.OFFICE)[0] == 200
    assert put("/screening/national", b"6175550140")[1] == (
        '{"error":"Give the day on which the list was made."}'
    )
    status, said = put(f"/screening/french?dated={day}", b"6175550140")
    assert (status, "There is no such list" in said) == (400, True)
    assert listed(session) == {("internal", "+16175550140")}


def test_a_huge_file_is_refused(
    session: Session, put: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "LARGEST", 12)

    status, said = put(f"/screening/national?dated={today(session)}", b"6175550140\n" * 2)

    assert (status, "larger than 20 MB" in said) == (413, True)
    assert listed(session) == set()


def test_the_command_loads_several_files_as_one_list(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = olivia(session)
    session.commit()
    one, other = tmp_path / "617.txt", tmp_path / "781.txt"
    one.write_text("617,5550140\n")
    other.write_text("781,5550141\nnobody\n")

    assert command(["national", "--dated", today(session), str(one), str(other)]) == 0

    out, err = capsys.readouterr()
    assert out == "2 new on the national do-not-call list, 0 known. 1 line refused.\n"
    assert err == "line 3: no phone number in it\n"
    assert listed(session) == {("national", "+16175550140"), ("national", "+17815550141")}
    assert session.get_one(CallList, "national").by_user == owner.id
    assert COMMANDS["do-not-call"].where == "screening.commands:command"


def test_the_command_says_what_is_missing(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    asked = ["national", "--dated", today(session), str(file)]

    with pytest.raises(CrmError, match="There is no file"):
        command(asked)
    file.write_text("6175550140")
    with pytest.raises(CrmError, match="Make the owner first"):
        command(asked)


@pytest.fixture
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in on a Tuesday."""
    set_clock(session, TUESDAY)
    person = olivia(session)
    session.commit()
    be(monkeypatch, state, person)
    return person


def test_a_list_is_pasted_and_a_number_taken_off(session: Session, owner: Person) -> None:
    card = open_state(state.ListsState, "/compliance")
    run(card.load())
    assert [row.is_stale for row in card.rows] == [False, True, True, True]
    assert (len(card.kinds), card.may_take_off) == (4, True)

    run(card.fill({"list-words": "617-555-0140\nnobody"}))
    run(card.choose("national"))
    with pytest.raises(CrmError, match="Give the day"):
        run(card.fill({"list-words": "617-555-0141"}))
    run(card.write_date("2026-06-09"))
    run(card.fill({"list-words": "617-555-0141"}))

    assert listed(session) == {("internal", "+16175550140"), ("national", "+16175550141")}
    assert [row.about.partition(",")[0] for row in card.rows] == [
        "Numbers: 1", "Numbers: 0", "Numbers: 1", "Numbers: 0",
    ]  # fmt: skip
    assert card.rows[0].refused == "Lines refused: 1 (line 2: no phone number in it)"
    run(card.take_off({"list-off-number": "617 555 0140", "list-off-why": "They called us"}))
    assert listed(session) == {("national", "+16175550141")}


def test_a_paste_that_was_cut_off_is_not_loaded(session: Session, owner: Person) -> None:
    card = open_state(state.ListsState, "/compliance")
    run(card.write_date("2026-06-09"))

    with pytest.raises(CrmError, match="too long to paste"):
        run(card.fill({"list-words": "617-555-0140\n" * (state.LONGEST // 13 + 1)}))
    assert listed(session) == set()


def test_the_office_is_offered_what_it_may_load(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, state, olivia(session, Role.OFFICE))
    session.commit()
    card = open_state(state.ListsState, "/compliance")
    run(card.load())
    assert ([kind for kind, _ in card.kinds], card.may_take_off) == (["internal"], False)

    run(card.choose("national"))
    run(card.write_date(str(local(clock.now(session)).date() - timedelta(days=1))))
    with pytest.raises(ForbiddenError):
        run(card.fill({"list-words": "617-555-0141"}))


def test_the_card_can_be_drawn(session: Session) -> None:
    drawn = str(components.lists_card().render())

    assert "/screening/" in drawn
    assert "data-drop" in drawn or "data_drop" in drawn or "dataDrop" in drawn
