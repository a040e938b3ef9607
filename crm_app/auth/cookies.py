"""The session cookie: its name, its flags, and how to read it from a header."""

from http.cookies import CookieError, SimpleCookie

from starlette.responses import Response

from crm_app.auth.actions import ABSOLUTE
from crm_app.settings import settings


def is_tls() -> bool:
    """Return whether people reach the program by https."""
    return settings().public_origin.startswith("https://")


def cookie_name() -> str:
    """Return the cookie's name; `__Host-` binds it to this host where there is TLS."""
    return "__Host-session" if is_tls() else "session"


def token_in(header: str) -> str:
    """Return the session token of a Cookie header, or ''."""
    try:
        morsel = SimpleCookie(header).get(cookie_name())
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def set_session(response: Response, token: str) -> None:
    """Give the browser the session's token; scripts cannot read it."""
    response.set_cookie(
        cookie_name(), token, max_age=int(ABSOLUTE.total_seconds()), path="/",
        httponly=True, samesite="lax", secure=is_tls(),
    )  # fmt: skip


def drop_session(response: Response) -> None:
    """Take the session's token away from the browser."""
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="lax", secure=is_tls())
