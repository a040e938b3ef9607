"""The pretend OpenPhone's storage: `media_url` makes links, which are good for a while."""

import asyncio
import io
import time
from collections.abc import Callable
from uuid import uuid4

from PIL import Image
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from crm_app.sandbox.media import drawing
from crm_app.sandbox.stage.memory import Memory

HUGE, PIECE = 64 * 1024 * 1024, 256 * 1024
DRIPS, DRIP_SECONDS = 600, 0.1
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_memory: list[Memory] = []  # of the pretend OpenPhone that runs in this process


class Pieces(Response):
    """An answer that comes piece by piece and names no length."""

    def __init__(self, piece: bytes, many: int, pause: float) -> None:
        """Take what is sent, how often, and the seconds between."""
        super().__init__(media_type="image/jpeg")
        del self.headers["content-length"]
        self._piece, self._many, self._pause = piece, many, pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end or until nobody listens any more."""
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        for _ in range(self._many):
            await send({"type": "http.response.body", "body": self._piece, "more_body": True})
            await asyncio.sleep(self._pause)
        await send({"type": "http.response.body", "body": b""})


def _bomb() -> bytes:
    made = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(made, "PNG")
    return made.getvalue()


def _file(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type)


# What a link leads to, by its kind; a photo or a voice differs with the link.
_FILES: dict[str, tuple[str, Callable[[str], Response]]] = {
    "photo": ("jpg", lambda name: _file(drawing.photo(name), "image/jpeg")),
    "voicemail": ("wav", lambda name: _file(drawing.voice(name, 6), "audio/wav")),
    "recording": ("wav", lambda name: _file(drawing.voice(name, 20), "audio/wav")),
    # And what must not get into the house.
    "page": ("jpg", lambda _: _file(b"<!doctype html><script>alert(1)</script>", "image/jpeg")),
    "drawing": ("svg", lambda _: _file(_SVG, "image/svg+xml")),
    "bomb": ("png", lambda _: _file(_bomb(), "image/png")),
    "half": ("jpg", lambda name: _file(drawing.photo(name)[:20_000], "image/jpeg")),
    "moved": ("jpg", lambda _: RedirectResponse(media_url("photo"), 302)),
    "gone": ("jpg", lambda _: PlainTextResponse("Not found", 404)),
    "huge": ("jpg", lambda _: Pieces(b"\xff" * PIECE, HUGE // PIECE, 0)),
    "slow": ("jpg", lambda _: Pieces(b"\xff", DRIPS, DRIP_SECONDS)),
}
KINDS = tuple(_FILES)


def media_url(kind: str) -> str:
    """Return a new link to a file of one of the KINDS; good for `media_seconds` of the wall."""
    port = _memory[-1].setting("port", 0)
    name = f"{kind}-{int(time.time())}-{uuid4().hex}.{_FILES[kind][0]}"
    return f"http://127.0.0.1:{port}/files/{name}"


def routes(memory: Memory) -> list[Route]:
    """Return the route of the files; `media_url` leads to this world from now on."""
    _memory[:] = [memory]

    def serve(request: Request) -> Response:
        name = request.path_params["name"]
        kind, _, rest = name.partition("-")
        stamp = rest.partition("-")[0]
        if kind not in _FILES or not stamp.isdecimal():
            return PlainTextResponse("Not found", 404)
        if time.time() - int(stamp) >= memory.switches()["media_seconds"]:
            return PlainTextResponse("Request has expired", 403)  # as signed links of a storage do
        return _FILES[kind][1](name)

    return [Route("/files/{name}", serve)]
