"""What the browser carries: the session cookie, and the signed sentence of a redirect."""

import hashlib
import hmac
from urllib.parse import urlencode

from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response

from crm_app import clock
from crm_app.auth.actions import ABSOLUTE, signed_by
from crm_app.auth.permissions import Person
from crm_app.db import in_thread
from crm_app.settings import settings


def is_tls() -> bool:
    """Return whether people reach the program by https."""
    return settings().public_origin.startswith("https://")


def cookie_name() -> str:
    """Return the cookie's name; `__Host-` binds it to this host where there is TLS."""
    return "__Host-session" if is_tls() else "session"


async def signed_cookie(header: str) -> Person | None:
    """Return whose good session a Cookie header carries, or None."""
    token = cookie_parser(header).get(cookie_name())
    return await in_thread(signed_by, token, clock.wall()) if token else None


def set_session(response: Response, token: str) -> None:
    """Give the browser the session's token, which scripts cannot read; '' takes it away."""
    age = int(ABSOLUTE.total_seconds()) if token else 0
    response.set_cookie(
        cookie_name(), token, age, path="/", httponly=True, samesite="lax", secure=is_tls()
    )


def back(path: str, note: str = "", **query: str) -> RedirectResponse:
    """Lead to `path`, which shows `note`; signed, so that no outside link puts words on a page."""
    if note:
        path = f"{path}?{urlencode(query | {'note': note, 'mark': _mark(note)})}"
    return RedirectResponse(path, status_code=303)


def _mark(note: str) -> str:
    return hmac.new(settings().secret(), b"note:" + note.encode(), hashlib.sha256).hexdigest()[:16]


def note_of(note: str, mark: str) -> str:
    """Return the note if it is ours, else ''."""
    return note if note and hmac.compare_digest(mark, _mark(note)) else ""
