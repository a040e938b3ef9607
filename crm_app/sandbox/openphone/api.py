"""OpenPhone's own API: v1, and the workspace's listing of the dated one (2026-03-30)."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from crm_app.sandbox.listings import texts
from crm_app.sandbox.listings.calls import CallListing
from crm_app.sandbox.openphone.events import USER_ID
from crm_app.sandbox.openphone.problems import Problem, answer
from crm_app.sandbox.openphone.reading import read_send
from crm_app.sandbox.openphone.store import WORDS
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.people.api import People
from crm_app.sandbox.stage.chance import Json, stable
from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.subscriptions.api import Subscriptions

VERSION = "2026-03-30"
Handler = Callable[[Request], Awaitable[Response]]


class Silence(Response):
    """No answer at all: after `seconds` the connection is closed."""

    def __init__(self, seconds: float) -> None:
        """Take how long the connection is held open, in seconds."""
        super().__init__()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing; the server closes what was never answered."""
        await asyncio.sleep(self._seconds)


class Api:
    """The endpoints of the pretend OpenPhone."""

    def __init__(self, world: World, courier: Courier, api_key: str) -> None:
        """Take the world and its courier; with an empty `api_key` any raw key is good."""
        self._courier = courier
        self._world = world
        self._store = world.store
        self._api_key = api_key

    def routes(self) -> list[Route]:
        """Return every route of the API."""
        return [
            Route("/v1/messages", self._guarded(self._send), methods=["POST"]),
            Route("/v1/messages", self._listing(texts.thread)),
            Route("/v1/messages/{id}", self._guarded(self._message)),
            Route("/v1/phone-numbers", self._guarded(self._numbers)),
            Route("/v1/conversations", self._listing(texts.conversations)),
            Route("/messages", self._listing(texts.workspace, dated=True)),
            Route("/messages/{id}", self._guarded(self._message, dated=True)),
            *CallListing(self._world, self._guarded).routes(),
            *Subscriptions(self._world, self._guarded).routes(),
            *People(self._world, self._courier).routes(self._guarded),
        ]

    def _guarded(self, handler: Handler, *, dated: bool = False) -> Handler:
        """Wrap a handler: version before key before speed; problems become answers."""

        async def endpoint(request: Request) -> Response:
            try:
                if dated and not self._store.switches()["dated_api"]:
                    raise Problem("missing")
                if dated and request.headers.get("quo-api-version") != VERSION:
                    raise Problem("version")
                self._check_key(request.headers.get("authorization", ""))
                if request.method == "GET" and self._store.strikes("500_reading"):
                    raise Problem("500")
                return await handler(request)
            except Problem as problem:
                self._store.note_refused(problem.kind)
                return answer(problem, self._store.switches(), dated=dated, salt=time.time())

        return endpoint

    def _listing(
        self, read: Callable[[World, QueryParams], Json], *, dated: bool = False
    ) -> Handler:
        async def handler(request: Request) -> Response:
            return JSONResponse(read(self._world, request.query_params))

        return self._guarded(handler, dated=dated)

    def _check_key(self, key: str) -> None:
        if not key:
            raise Problem("no_key")
        if key.startswith("Bearer") or self._api_key not in ("", key) or self._store.strikes("401"):
            raise Problem("401")
        if self._store.is_too_fast(key, self._store.switches()["rate_limit"]):
            raise Problem("429")
        if self._store.strikes("429"):
            raise Problem("429")

    async def _send(self, request: Request) -> Response:
        for kind in ("402", "402_expired", "403", "403_user", "400_a2p"):
            if self._store.strikes(kind):
                raise Problem("user" if kind == "403_user" else kind)
        switches = self._store.switches()
        if self._store.strikes("500_before"):
            raise Problem("500")
        asked = read_send(await request.body(), self._world.line, abroad=switches["international"])
        now = self._store.now()
        if asked.is_monitor and asked.people == [self._world.line.number]:
            said = self._world.check(asked.text, now)
            self._courier.ring()
            shown = self._world.line.resource(said) | {"direction": "outgoing", "status": "sent"}
            return JSONResponse({"data": shown}, 202)
        blocked = any(self._world.is_blocked(person, now) for person in asked.people)
        if blocked and self._store.strikes("opted_out_error"):
            raise Problem("opted_out")
        sent, early = self._world.accept(asked.text, asked.people)
        # A caller that sends from inside its webhook handler would wait for itself.
        if early and not self._courier.is_busy:
            await self._courier.run()
        if self._store.strikes("silent_after"):
            return Silence(switches["silence_seconds"])
        if self._store.strikes("slow_after"):
            await asyncio.sleep(switches["silence_seconds"])
        if self._store.strikes("500_after"):
            raise Problem("500")
        shown = {**self._world.line.resource(sent), "status": switches["first_status"]}
        return JSONResponse({"data": shown}, 202)

    async def _message(self, request: Request) -> Response:
        found = self._store.text(request.path_params["id"])
        if found is None:
            raise Problem("missing")
        dated = not request.url.path.startswith("/v1/")
        return JSONResponse({"data": self._world.line.resource(found, dated=dated)})

    async def _numbers(self, request: Request) -> Response:
        line = self._world.line
        kept = {name: None if value == "" else value for name, value in WORDS["number"].items()}
        data = [{"id": line.id, "number": line.number, **kept}]
        if line.monitor:
            known = {"id": stable("PN", line.monitor), "number": line.monitor}
            data.append({**known, **kept, "name": "Monitor"})
        return JSONResponse(
            {"data": data if request.query_params.get("userId", USER_ID) == USER_ID else []}
        )
