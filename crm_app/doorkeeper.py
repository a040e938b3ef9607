"""The outermost door: who may come in, and what every answer carries."""

import os
from functools import cache
from pathlib import Path
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app import logs
from crm_app.auth.routes import signed_cookie
from crm_app.errors import NotSignedInError
from crm_app.settings import ROOT, settings

# The websocket is open because the sign-in page uses it; the guard checks every event on it.
WEBHOOK = "/webhooks/openphone"  # signed, so it may come from any origin
PUBLIC = {"/login", "/welcome", "/auth/sign-in", WEBHOOK, "/health", "/_event"}
PUBLIC_FOLDERS = ("/assets/", "/_event/")
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "content-security-policy": "frame-ancestors 'none'; base-uri 'self'; object-src 'none'",
}
BUILT = Path(os.environ.get("REFLEX_WEB_WORKDIR") or ROOT / ".web") / "build" / "client"
FOR_EVER = "public, max-age=31536000, immutable"


def _is_public(path: str) -> bool:
    """Return whether `path` answers without a session; the sign-in page needs assets/ too."""
    path = path.rstrip("/") or "/"
    static = {f"/{file.name}" for file in (ROOT / "assets").iterdir() if file.is_file()}
    return path in PUBLIC | static or path.startswith(PUBLIC_FOLDERS)


def origins() -> list[str]:
    """Return the origins whose pages may talk to the program."""
    own = settings()
    asked = (origin.strip() for origin in own.allowed_origins.split(","))
    here = (f"http://localhost:{own.port}", f"http://127.0.0.1:{own.port}")
    return [origin for origin in dict.fromkeys((own.public_origin, *here, *asked)) if origin]


@cache
def _pages(built: Path) -> frozenset[str]:
    """Return the addresses that have a prerendered page: `/login` for `login.html`."""
    found = (page.relative_to(built).with_suffix("") for page in built.rglob("*.html"))
    return frozenset(f"/{page.as_posix()}" for page in found) - {"/404", "/__spa-fallback"}


class Doorkeeper:
    """Wraps the whole program: session, origin, headers, a request id for the logs."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        logs.context_id.set(uuid4().hex[:12])
        refusal, path = await self._refusal(scope), scope["path"]
        send = _with_headers(send, path) if scope["type"] == "http" else send
        if refusal is None:
            if scope.get("method") in SAFE and path in _pages(BUILT):  # saves a detour by /login/
                scope = {**scope, "path": f"{path}.html", "raw_path": f"{path}.html".encode()}
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        origin, method = headers.get("origin", ""), scope.get("method", "GET")
        if method not in SAFE and path != WEBHOOK and not _may_post(origin, headers):
            error = "This page is not from here. Open the program anew."
            return JSONResponse({"error": error}, 403)
        if _is_public(path) or await signed_cookie(headers.get("cookie", "")):
            return None
        if method in SAFE and "text/html" in headers.get("accept", ""):
            return RedirectResponse("/login", status_code=303)
        return JSONResponse({"error": str(NotSignedInError())}, 401)


def _may_post(origin: str, headers: Headers) -> bool:
    """Return whether a write comes from our own pages; a program sends no Origin at all."""
    return not origin or origin in origins() or origin.split("://")[-1] == headers.get("host")


def _with_headers(send: Send, path: str) -> Send:
    """Add the headers; what Vite hashed into its name never changes, all else is asked again."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers, is_good = MutableHeaders(scope=message), message["status"] in (200, 206, 304)
            kept = FOR_EVER if is_good and path.startswith("/assets/") else "no-cache"
            for name, value in {**HEADERS, "cache-control": kept}.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
