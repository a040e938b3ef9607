"""The outermost door: without a session nothing answers but what is named here."""

from http import HTTPStatus
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app import logs
from crm_app.auth.cookies import signed_cookie
from crm_app.settings import ROOT, settings

# The websocket is open because the sign-in page uses it; the guard checks every event on it.
PUBLIC = {
    "/login", "/welcome", "/auth/sign-in", "/webhooks/openphone", "/health", "/_event",
}  # fmt: skip
PUBLIC_FOLDERS = ("/assets/", "/_event/")
FROM_OUTSIDE = {"/webhooks/openphone"}  # signed, so it may come from any origin
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "content-security-policy": "frame-ancestors 'none'; base-uri 'self'; object-src 'none'",
}


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


class Doorkeeper:
    """Wraps the whole program: session, origin, security headers, a request id for the logs."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        logs.context_id.set(uuid4().hex[:12])
        refusal = await self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, _with_headers(send))

    async def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        origin, method = headers.get("origin", ""), scope.get("method", "GET")
        if method not in SAFE and path not in FROM_OUTSIDE and not _may_post(origin, headers):
            return _say(HTTPStatus.FORBIDDEN, "This page is not from here. Open the program anew.")
        if _is_public(path):
            return None
        if await signed_cookie(headers.get("cookie", "")):
            return None
        if method in SAFE and "text/html" in headers.get("accept", ""):
            return RedirectResponse("/login", status_code=303)
        return _say(HTTPStatus.UNAUTHORIZED, "Please sign in.")


def _may_post(origin: str, headers: Headers) -> bool:
    """Return whether a write comes from our own pages; a program sends no Origin at all."""
    return not origin or origin in origins() or origin.split("://")[-1] == headers.get("host")


def _say(status: HTTPStatus, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
