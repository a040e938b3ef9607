"""Sign-in and sign-out as plain form posts, and the check that every other route uses."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from crm_app import clock
from crm_app.auth import actions
from crm_app.auth.cookies import back, is_tls, set_session, signed_cookie
from crm_app.auth.permissions import Permission, Person
from crm_app.db import in_thread
from crm_app.errors import CrmError, NotSignedInError

router = APIRouter(include_in_schema=False)
Filled = Annotated[str, Form()]


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


async def _enter(user_id: int) -> Response:
    """Lead into the program with a new session."""
    token = await in_thread(actions.open_session, user_id, clock.wall())
    person = await in_thread(actions.signed_by, token, clock.wall())
    response = back(f"/{person.places[0]}" if person else "/login")
    set_session(response, token)
    return response


@router.post("/auth/sign-in")
async def sign_in(request: Request, login: Filled = "", password: Filled = "") -> Response:
    """Check name and password; lead on with a new session, or back with a sentence."""
    login, at = login.strip().lower()[:60], clock.wall()
    near = request.client.host if request.client else ""
    # Behind TLS our own proxy adds whence they come to the header's end.
    passed = request.headers.get("x-forwarded-for", "") if is_tls() else ""
    address = (passed.rpartition(",")[2].strip() or near)[:60]
    wait = await in_thread(actions.begin_try, login, address, at)
    if wait:
        return back("/login", f"Too many tries. Wait {wait} seconds, then try again.")
    user_id = await in_thread(actions.password_fits, login, password[:200])
    if user_id is None:
        return back("/login", actions.WRONG)
    await in_thread(actions.forgive_try, login, address, at)
    return await _enter(user_id)


@router.post("/auth/sign-out")
async def sign_out(person: SignedIn) -> Response:
    """End this session, in all its tabs."""
    await in_thread(actions.end_session, person.session_hash, clock.wall())
    response = back("/login")
    set_session(response, "")
    return response


@router.post("/auth/password")
async def change_password(person: SignedIn, old: Filled = "", new: Filled = "") -> Response:
    """Change one's own password; other sessions of this person end."""
    try:
        await in_thread(
            actions.change_password, person, old=old[:200], new=new[:200], at=clock.wall()
        )
    except CrmError as problem:
        return back("/settings", str(problem))
    return back("/settings", "The password is changed. Other devices are signed out.")


@router.post("/welcome")
async def make_owner(
    link: str = "", login: Filled = "", name: Filled = "", password: Filled = ""
) -> Response:
    """Make the first owner by the one-time link and sign them in."""
    at = clock.wall()
    try:
        user_id = await in_thread(
            actions.use_owner_link, link, login=login, name=name, password=password[:200], at=at
        )
    except CrmError as problem:
        return back("/welcome", str(problem), link=link)
    return await _enter(user_id)
