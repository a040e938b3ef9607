from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from crm_app import clock, queue
from crm_app.api import say
from crm_app.auth import actions as auth
from crm_app.auth.models import Role
from crm_app.auth.routes import cookie_name
from crm_app.errors import CrmError
from crm_app.importing import routes
from crm_app.imports import actions
from crm_app.imports.models import Import, ImportState, Mode
from tests.importing.rows import four_rows
from tests.imports.files import SAMPLE
from tests.make import make_user

SignIn = Callable[[Role], None]


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """The upload's route, behind its own check alone."""
    api = FastAPI()
    api.include_router(routes.router)
    api.add_exception_handler(CrmError, say)
    queue.is_immediate = True
    with TestClient(api) as client:
        yield client


@pytest.fixture
def sign_in(client: TestClient, session: Session) -> SignIn:
    """Sign somebody of a role in."""

    def sign(role: Role) -> None:
        user = make_user(session, role=role)
        token = auth.open_session(session, user.id, clock.wall())
        session.commit()
        client.cookies.set(cookie_name(), token)

    return sign


def test_a_stranger_is_refused_before_a_byte_is_read(client: TestClient) -> None:
    read: list[bytes] = []

    def body() -> Iterator[bytes]:
        read.append(b"x")
        yield b"x"

    assert client.put("/imports/file", content=body()).status_code == 401
    assert not actions.folder().exists() or list(actions.folder().iterdir()) == []


def test_a_technician_may_not_import(client: TestClient, sign_in: SignIn) -> None:
    sign_in(Role.TECHNICIAN)

    assert client.put("/imports/file", content=b"x").status_code == 403


def test_an_upload_is_kept_named_and_planned(
    client: TestClient, session: Session, sign_in: SignIn
) -> None:
    sign_in(Role.OFFICE)

    answer = client.put(
        "/imports/file",
        content=SAMPLE.read_bytes(),
        headers={
            "X-File-Name": "M%C3%A4rz%202026.csv", "X-List-Name": "Spring%20%26%20fall",
            "X-Mode": "update", "X-Tag": "sp%C3%A4t", "X-Basis": "customer",
        },
    )  # fmt: skip

    found = session.exec(select(Import)).one()
    assert (answer.status_code, answer.json()) == (201, {"href": f"/imports/{found.id}"})
    assert (found.file_name, found.list_name) == ("März 2026.csv", "Spring & fall")
    assert (found.mode, found.tag, found.basis) == (Mode.UPDATE, "spät", "customer")
    assert (found.state, found.counts["rows"]) == (ImportState.PLANNED, 30)
    assert (actions.folder() / found.stored_as).read_bytes() == SAMPLE.read_bytes()


@pytest.mark.parametrize("told", [True, False])
def test_a_file_over_the_limit_is_413_and_leaves_nothing(
    client: TestClient,
    session: Session,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    told: bool,
) -> None:
    sign_in(Role.OFFICE)
    monkeypatch.setattr(routes, "LARGEST", 10)
    body = b"x" * 11

    answer = client.put("/imports/file", content=body if told else iter([body]))

    assert (answer.status_code, "100 MB" in answer.json()["error"]) == (413, True)
    assert list(actions.folder().iterdir()) == []
    assert session.exec(select(Import)).all() == []


def test_a_broken_upload_leaves_nothing(
    client: TestClient, session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(Role.OFFICE)

    async def broken(_request: object) -> object:
        yield b"Type,Addr"
        raise routes.ClientDisconnect

    monkeypatch.setattr(routes.Request, "stream", broken)
    answer = client.put("/imports/file", content=b"x")

    assert answer.status_code == 400
    assert list(actions.folder().iterdir()) == []
    assert session.exec(select(Import)).all() == []


def test_refused_rows_are_a_csv_with_the_reasons(
    client: TestClient, session: Session, sign_in: SignIn
) -> None:
    sign_in(Role.OFFICE)
    found = four_rows(session)
    session.commit()

    answer = client.get(f"/imports/{found.id}/refused.csv")

    named = "attachment; filename*=UTF-8''refused%20of%20spring.csv"
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, named)
    assert answer.text.startswith("\ufeffReason not imported,Address,City,")
    assert answer.text.count("\r\n") == 3
    assert client.get(f"/imports/{found.id}/result.csv").text.count("\r\n") == 5


@pytest.mark.parametrize(
    ("address", "status"), [("1/nothing.csv", 422), ("98765/refused.csv", 400)]
)
def test_what_is_not_there_is_no_download(
    client: TestClient, sign_in: SignIn, address: str, status: int
) -> None:
    sign_in(Role.OFFICE)

    assert client.get(f"/imports/{address}").status_code == status


def test_downloads_are_for_those_who_may_import(client: TestClient, sign_in: SignIn) -> None:
    assert client.get("/imports/1/result.csv").status_code == 401
    sign_in(Role.TECHNICIAN)
    assert client.get("/imports/1/result.csv").status_code == 403
