"""Sign-in and sign-out as plain form posts, the cookie they set, and the check of all routes."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.requests import cookie_parser

from crm_app import clock
from crm_app.auth import actions
from crm_app.auth.permissions import Permission, Person
from crm_app.db import in_thread
from crm_app.errors import CrmError, NotSignedInError
from crm_app.settings import settings

router = APIRouter(include_in_schema=False)
Filled = Annotated[str, Form(max_length=200)]


def is_tls() -> bool:
    """Return whether people reach the program by https."""
    return settings().public_origin.startswith("https://")


def cookie_name() -> str:
    """Return the cookie's name; `__Host-` binds it to this host where there is TLS."""
    return "__Host-session" if is_tls() else "session"


async def signed_cookie(header: str) -> Person | None:
    """Return whose good session a Cookie header carries, or None."""
    token = cookie_parser(header).get(cookie_name())
    return await in_thread(actions.signed_by, token, clock.wall()) if token else None


async def signed_request(request: Request) -> Person:
    """Return whose request this is; raise NotSignedInError without a good session."""
    person = await signed_cookie(request.headers.get("cookie", ""))
    if person is None:
        raise NotSignedInError
    return person


SignedIn = Annotated[Person, Depends(signed_request)]


def needs(permission: Permission) -> Callable[[Person], Awaitable[Person]]:
    """Return a dependency that gives the signed-in person, who must have `permission`."""

    async def allowed(person: SignedIn) -> Person:
        person.must(permission)
        return person

    return allowed


def note_of(note: str, mark: str) -> str:
    """Return the note that `_back` signed, else ''."""
    return note if note and hmac.compare_digest(mark, actions.seal(f"note:{note}")) else ""


def _back(path: str, note: str = "", **query: str) -> RedirectResponse:
    """Lead to `path`, which shows `note`; signed, so that no outside link puts words on a page."""
    if note:
        path = f"{path}?{urlencode(query | {'note': note, 'mark': actions.seal(f'note:{note}')})}"
    return RedirectResponse(path, status_code=303)


def _with_session(response: Response, token: str) -> Response:
    """Give the browser the session's token, which scripts cannot read; '' takes it away."""
    age = int(actions.ABSOLUTE.total_seconds()) if token else 0
    response.set_cookie(
        cookie_name(), token, age, path="/", httponly=True, samesite="lax", secure=is_tls()
    )
    return response


async def _enter(user_id: int) -> Response:
    token = await in_thread(actions.open_session, user_id, clock.wall())
    person = await in_thread(actions.signed_by, token, clock.wall())
    return _with_session(_back(person.home if person else "/login"), token)


@router.post("/auth/sign-in")
async def sign_in(request: Request, login: Filled = "", password: Filled = "") -> Response:
    """Check name and password; lead on with a new session, or back with a sentence."""
    login, at = login.strip().lower()[:60], clock.wall()
    near = request.client.host if request.client else ""
    # Behind TLS our own proxy adds whence they come to the header's end.
    passed = request.headers.get("x-forwarded-for", "") if is_tls() else ""
    address = (passed.rpartition(",")[2].strip() or near)[:60]
    if wait := await in_thread(actions.begin_try, login, address, at):
        return _back("/login", f"Too many tries. Wait {wait} seconds, then try again.")
    user_id = await in_thread(actions.password_fits, login, password)
    if user_id is None:
        return _back("/login", actions.WRONG)
    await in_thread(actions.forgive_try, login, address, at)
    return await _enter(user_id)


@router.post("/auth/sign-out")
async def sign_out(person: SignedIn) -> Response:
    """End this session, in all its tabs."""
    await in_thread(actions.end_session, person.session_hash, clock.wall())
    return _with_session(_back("/login"), "")


@router.post("/auth/password")
async def change_password(person: SignedIn, old: Filled = "", new: Filled = "") -> Response:
    """Change one's own password; other sessions of this person end."""
    try:
        await in_thread(actions.change_password, person, old=old, new=new, at=clock.wall())
    except CrmError as problem:
        return _back("/settings", str(problem))
    return _back("/settings", "The password is changed. Other devices are signed out.")


@router.post("/welcome")
async def make_owner(
    link: str = "", login: Filled = "", name: Filled = "", password: Filled = ""
) -> Response:
    """Make the first owner by the one-time link and sign them in."""
    owner = {"login": login, "name": name, "password": password}
    try:
        user_id = await in_thread(actions.use_owner_link, link, clock.wall(), **owner)
    except CrmError as problem:
        return _back("/welcome", str(problem), link=link)
    return await _enter(user_id)
