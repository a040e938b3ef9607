from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from crm_app import api, clock, house
from crm_app.auth import actions
from crm_app.auth.models import FailedSignIn, Role
from crm_app.doorkeeper import Doorkeeper

PASSWORD = "correct horse"


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """The routes behind the doorkeeper, and a user `olivia`."""
    actions.add_user(
        session, login="olivia", name="Olivia", role=Role.OWNER, password=PASSWORD, at=clock.wall()
    )
    with TestClient(Doorkeeper(api.build()), follow_redirects=False) as client:
        yield client


def sign_in(client: TestClient, password: str = PASSWORD, login: str = "olivia") -> str:
    answer = client.post("/auth/sign-in", data={"login": login, "password": password})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    answer = client.post("/auth/sign-in", data={"login": "olivia", "password": PASSWORD})

    cookie = answer.headers["set-cookie"].lower()
    assert answer.headers["location"] == "/"
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_another_programs_odd_cookie_keeps_nobody_out(client: TestClient) -> None:
    sign_in(client)
    session_cookie = f"session={client.cookies['session']}"
    client.cookies.clear()
    odd = {"cookie": f'prefs={{"a": [1, 2]}}; {session_cookie}; bad key=\x01'}

    assert client.get("/nowhere", headers=odd).status_code == 404
    assert client.get("/nowhere").status_code == 401


def test_behind_tls_the_proxy_says_whence_somebody_comes(
    client: TestClient, session: Session, environment: Callable[..., None]
) -> None:
    environment(PUBLIC_URL="https://crm.example.com")
    form = {"login": "olivia", "password": "wrong"}
    for passed in ("203.0.113.7, 198.51.100.2", ""):
        client.post("/auth/sign-in", data=form, headers={"x-forwarded-for": passed})

    found = session.exec(select(FailedSignIn.address).order_by(col(FailedSignIn.id))).all()
    assert found == ["198.51.100.2", "testclient"]


def test_a_wrong_password_says_the_same_as_a_wrong_name(client: TestClient) -> None:
    assert sign_in(client, "wrong") == sign_in(client, PASSWORD, "nobody")


def test_the_eleventh_try_waits_even_with_the_right_password(
    client: TestClient, session: Session
) -> None:
    for _ in range(10):
        session.add(FailedSignIn(login="olivia", address="testclient", at=clock.wall()))
    session.flush()

    assert "Wait" in sign_in(client)
    assert "session" not in client.cookies


def test_a_failure_is_remembered(client: TestClient, session: Session) -> None:
    sign_in(client, "wrong")

    assert session.exec(select(FailedSignIn.login)).all() == ["olivia"]


def test_signing_out_ends_the_session(client: TestClient) -> None:
    sign_in(client)
    token = client.cookies["session"]
    assert client.post("/auth/sign-out").status_code == 303

    client.cookies.set("session", token)
    assert client.post("/auth/sign-out").status_code == 401


def test_the_password_can_be_changed(client: TestClient) -> None:
    sign_in(client)
    answer = client.post("/auth/password", data={"old": "x", "new": "another horse"})
    assert "old+password" in answer.headers["location"]
    client.post("/auth/password", data={"old": PASSWORD, "new": "another horse"})

    assert sign_in(client, "another horse") == "/"


@pytest.mark.parametrize(
    "path", ["/", "/inbox", "/contacts/1", "/api/docs", "/_upload", "/ping", "/__sandbox/sent"]
)
def test_without_a_session_nothing_answers(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401
    page = client.get(path, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    assert client.put(path).status_code == 401


def test_a_write_from_another_origin_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/auth/sign-in",
        data={"login": "olivia", "password": PASSWORD},
        headers={"origin": "https://evil.example"},
    )

    assert answer.status_code == 403


def test_answers_carry_security_headers(client: TestClient) -> None:
    answer = client.get("/inbox")

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


def test_health_is_public_and_says_what_is_down(client: TestClient) -> None:
    answer = client.get("/health")

    assert answer.status_code == 503
    assert answer.json()["database"]["ok"] is True
    assert answer.json()["worker"]["ok"] is False


def test_health_names_nobody(client: TestClient, session: Session) -> None:
    because = "The health check of 9:00 AM failed: (617) 555-0140 is not known."
    house.beat(session, "trouble health check", clock.wall(), because)
    session.commit()

    answer = client.get("/health")

    assert answer.json()["arrivals"] == {"ok": False, "detail": ""}
    assert "0140" not in answer.text


def test_the_welcome_link_makes_nobody_once_there_are_users(client: TestClient) -> None:
    answer = client.post("/welcome?link=x", data={"login": "eve", "password": PASSWORD})

    assert answer.headers["location"].startswith("/welcome?link=x&note=")
