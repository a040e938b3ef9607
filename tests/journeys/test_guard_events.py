"""The guard, proven from outside: whoever calls a handler without the right gets nothing.

Calling a handler in process never meets the middleware; here a raw websocket does, as anybody
on the network could open one.
"""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.journeys.handlers import states
from tests.journeys.stack import Stack, until
from tests.journeys.wire import Wire

# Rows that any visit may write: tries, lives, and when a session was seen last.
MOVING = {"failed_sign_in", "heartbeat", "user_session", "number_check", "seal"}
SETTINGS = "(select * from owner_setting where key <> 'nightly')"
# What is no secret of the business: it stands in the pages themselves.
PERSON, TEXT = "Hyacinth Wolfenbarger", "the heron flies at noon, Q7X"
NUMBER, LONG = "+16175550188", "a long password\n"
SECRETS = (
    "select name from contact union select e164 from phone_number union select body from message"
    " union select address from property union select name from campaign"
    " union select name from contact_list union select name from app_user"
    " union select last_text from conversation union select file_name from import"
)
PAGES = ("/", "/inbox", "/inbox/1", "/contacts", "/contacts/1", "/imports", "/imports/1",
         "/campaigns", "/campaigns/new", "/campaigns/1", "/homeowner", "/admin", "/settings",
         "/login")  # fmt: skip
QUIET = 1.5
GIVEN: dict[str, Any] = {
    "thread": "1", "reply": "Hello", "nonce": "0", "name": "Mallory", "phone": "+16175550190",
    "number": "+16175550188", "homeowner-text": "Hi", "because": "why not", "email": "",
    "first_name": "", "last_name": "", "notes": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def secrets(stack: Stack) -> set[str]:
    """Everything of the business that must not come back, with things nobody can mistake."""
    stack.command("user", "add", "mark", "--role", "marketer", "--password-stdin", given=LONG)
    stack.sandbox("POST", "say", {"from": NUMBER, "text": TEXT})
    with psycopg.connect(stack.dsn()) as connection:

        def arrived() -> bool:
            found = connection.execute("select from message where body = %s", (TEXT,)).fetchone()
            connection.rollback()
            return found is not None

        until(arrived, "the planted text")
        connection.execute("update contact set name = %s where id = (select contact_id"
                           " from phone_number where e164 = %s)", (PERSON, NUMBER))  # fmt: skip
        connection.commit()
        values = {str(row[0]) for row in connection.execute(SECRETS) if row[0]}
    values |= {f"{e164[-7:-4]}-{e164[-4:]}" for e164 in values if e164.startswith("+1")}
    return {json.dumps(value)[1:-1] for value in values if len(value) > 5}


def rows(stack: Stack) -> dict[str, str]:
    """Return a digest of all rows of every table."""
    with psycopg.connect(stack.dsn()) as connection:
        names = [row[0] for row in connection.execute(
            "select tablename from pg_tables where schemaname = 'public'")]  # fmt: skip
        digest = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
        return {
            name: connection.execute(digest.format(
                SETTINGS if name == "owner_setting" else f'"{name}"').encode()).fetchone()[0]  # pyright: ignore[reportOptionalSubscript]
            for name in names if name not in MOVING
        }  # fmt: skip


@contextmanager
def nothing_written(stack: Stack) -> Iterator[None]:
    """No row of the business is written during the block."""
    before = rows(stack)
    yield
    after = rows(stack)
    assert [name for name in before if before[name] != after[name]] == []


def leaks(secrets: set[str], heard: str) -> list[str]:
    return sorted(value for value in secrets if value in heard)


def a_value(parameter: inspect.Parameter) -> Any:
    """Return something that fits a handler's parameter."""
    kinds: dict[str, Any] = {"int": 1, "bool": True, "str": "1", "list": [0, "first_name"]}
    named = str(getattr(parameter.annotation, "__name__", parameter.annotation))
    return kinds.get(named.split("[")[0], GIVEN)


def handlers(chosen: Callable[[Any, str], bool] = lambda _kind, _name: True) -> list[Any]:
    """Return (full name, payload) of every registered handler, Reflex's own included."""
    found = []
    for kind in states():
        for name, handler in kind.event_handlers.items():
            if chosen(kind, name):
                parameters = list(inspect.signature(handler.fn).parameters.values())[1:]
                payload = {one.name: a_value(one) for one in parameters}
                found.append((f"{kind.get_full_name()}.{name}", payload))
    return found


def try_everything(stack: Stack, wire: Wire, calls: list[Any]) -> str:
    """Load every page by Reflex's own event, call all of it, and return what came back."""
    with nothing_written(stack):
        for page in PAGES:
            wire.visit(page)
        for name, payload in calls:
            wire.emit(name, payload, path="/inbox/1")
        return wire.listen(QUIET)


def ended_session(stack: Stack) -> str:
    cookie = stack.cookie("owner")
    stack.http.post("/auth/sign-out", headers={"cookie": cookie})
    return cookie


@pytest.mark.usefixtures("environment")
class TestNobody:
    """Without a session."""

    def test_no_cookie(self, stack: Stack, secrets: set[str]) -> None:
        with Wire(stack.url) as wire:
            heard = try_everything(stack, wire, handlers())
        assert "/login" in heard
        assert leaks(secrets, heard) == []

    def test_a_cookie_that_was_made_up(self, stack: Stack, secrets: set[str]) -> None:
        with Wire(stack.url, cookie="session=" + "a" * 43) as wire:
            assert leaks(secrets, try_everything(stack, wire, handlers())) == []

    def test_a_session_that_ended(self, stack: Stack, secrets: set[str]) -> None:
        with Wire(stack.url, cookie=ended_session(stack)) as wire:
            assert leaks(secrets, try_everything(stack, wire, handlers())) == []

    def test_the_client_token_of_a_signed_in_tab(self, stack: Stack, secrets: set[str]) -> None:
        with Wire(stack.url, cookie=stack.owner) as theirs:
            assert leaks(secrets, look_around(theirs)), "the owner sees nothing: no proof"
        with same_tab(stack, theirs.token) as wire:
            assert leaks(secrets, try_everything(stack, wire, handlers())) == []


@pytest.mark.usefixtures("environment")
def test_the_client_token_hears_no_news_of_the_tab(stack: Stack, secrets: set[str]) -> None:
    """Whoever takes over the token of a tab that is gone is not told what changes in its inbox."""
    with Wire(stack.url, cookie=stack.owner) as theirs:
        theirs.visit("/inbox")
        stack.sandbox("POST", "say", {"from": NUMBER, "text": "Q7X first"})
        assert "Q7X first" in theirs.listen(5, until="Q7X first"), "no news: no proof"
    with same_tab(stack, theirs.token) as wire:
        stack.sandbox("POST", "say", {"from": NUMBER, "text": "Q7X again"})
        heard = wire.listen(3)
    assert leaks(secrets | {"Q7X again"}, heard) == []


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("login", ["technician", "marketer"])
def test_a_lower_role(stack: Stack, secrets: set[str], login: str) -> None:
    from crm_app.auth.permissions import ROLE_MAY, Role

    may = ROLE_MAY[Role(login)]

    def is_forbidden(kind: Any, name: str) -> bool:
        needs = getattr(kind, "NEEDS", {})
        needed = needs.get(name) or needs.get("*")
        return needed is not None and needed not in may and name not in getattr(kind, "PUBLIC", ())

    forbidden = handlers(is_forbidden)
    assert len(forbidden) > 5
    with Wire(stack.url, cookie=person(stack, login)) as wire, nothing_written(stack):
        for name, payload in forbidden:
            wire.emit(name, payload, path="/contacts/1")
        heard = wire.listen(QUIET)
    assert heard.count("Your role may not do this") == len(forbidden)
    assert leaks(secrets, heard) == []


@pytest.mark.usefixtures("environment")
def test_the_owner_does_get_it(stack: Stack, secrets: set[str]) -> None:
    """Else the tests above would prove nothing."""
    with Wire(stack.url, cookie=stack.owner) as wire:
        heard = look_around(wire)
    assert PERSON in heard
    assert TEXT in heard
    assert len(leaks(secrets, heard)) > 10


def look_around(wire: Wire) -> str:
    for page in PAGES:
        wire.visit(page)
    return wire.listen(QUIET)


def person(stack: Stack, login: str) -> str:
    """Return a session of that role; the demo world has no marketer."""
    if login == "marketer":
        return stack.cookie("mark", LONG.strip())
    return stack.cookie(login)


def same_tab(stack: Stack, token: str) -> Wire:
    """Connect under a token once the server noticed that its tab is gone; no cookie."""
    while True:
        wire = Wire(stack.url, token=token)
        if "new_token" not in wire.listen(0.3):
            return wire
        wire.__exit__(None, None, None)
