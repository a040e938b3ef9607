"""How the built front end leaves the house: kept for ever, or asked again, and without detours."""

import os
from functools import cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app.settings import ROOT

BUILT = Path(os.environ.get("REFLEX_WEB_WORKDIR") or ROOT / ".web") / "build" / "client"
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def _pages(built: Path) -> frozenset[str]:
    """Return the addresses that have a prerendered page: `/login` for `login.html`."""
    found = (page.relative_to(built).with_suffix("") for page in built.rglob("*.html"))
    return frozenset(f"/{page.as_posix()}" for page in found) - {"/404", "/__spa-fallback"}


class Served:
    """ASGI middleware that sets cache headers, and saves the redirect to `/login/`.

    Reflex's own static files carry no Cache-Control. What Vite hashed into its name (`/assets/`)
    never changes; everything else is asked for again and mostly answered with 304.
    """

    def __init__(self, app: ASGIApp, built: Path = BUILT) -> None:
        """Wrap an app; `built` is where `reflex export` left the pages."""
        self.app = app
        self.built = built

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; only HTTP answers are touched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        kept = path.startswith("/assets/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                good = message["status"] in (200, 206, 304)
                headers.setdefault("Cache-Control", FOR_EVER if kept and good else "no-cache")
            await send(message)

        if scope["method"] in ("GET", "HEAD") and path in _pages(self.built):
            scope = {**scope, "path": f"{path}.html", "raw_path": f"{path}.html".encode()}
        await self.app(scope, receive, answer)
