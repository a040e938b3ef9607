"""The strings behind any pretend provider: `/__sandbox/...`, JSON in and out, 400 + a sentence."""

import json
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_app.sandbox.stage.chance import Json, iso
from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.stage.memory import Memory
from crm_app.sandbox.stage.switches import Refused, read_faults, read_switches

Work = Callable[[Request], Awaitable[object]]
FAR = 1e10  # seconds; a clock moved further is a mistake


def route(method: str, path: str, work: Work) -> Route:
    """Return the control route `/__sandbox/path` that answers what `work` returns."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await work(request))
        except Refused as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return Route(f"/__sandbox/{path}", endpoint, methods=[method])


async def read_object(request: Request) -> Json:
    """Return the request's JSON object; raise Refused when it has none."""
    try:
        found = json.loads(await request.body())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("The body must be a JSON object.")
    return found


class Control:
    """Clock, faults, switches, webhooks and the way back to an empty world."""

    def __init__(self, memory: Memory, courier: Courier, choices: Mapping[str, list[str]]) -> None:
        """Take the memory, its courier, and what a switch of words may be."""
        self._memory = memory
        self._courier = courier
        self._choices = choices

    def routes(self) -> list[Route]:
        """Return the routes that every provider has."""
        return [
            route("GET", "health", self._health),
            route("GET", "clock", self._clock),
            route("POST", "clock", self._move_clock),
            route("GET", "faults", self._faults),
            route("PUT", "faults", self._put_faults),
            route("GET", "switches", self._switches),
            route("PUT", "switches", self._put_switches),
            route("GET", "speed", self._speed),
            route("GET", "webhooks", self._webhooks),
            route("POST", "reset", self._reset),
        ]

    async def _health(self, _request: Request) -> object:
        return {"ok": True}

    async def _clock(self, _request: Request) -> object:
        return {"offset_seconds": self._memory.offset(), "now": iso(self._memory.now())}

    async def _move_clock(self, request: Request) -> object:
        offset = (await read_object(request)).get("offset_seconds")
        if isinstance(offset, bool) or not isinstance(offset, int | float) or abs(offset) > FAR:
            raise Refused("offset_seconds takes a number of seconds.")
        self._memory.move_clock(offset)
        delivered = await self._courier.run(flush=True)
        next_due = self._memory.next_due()
        return {"delivered": delivered, "next_due": None if next_due is None else iso(next_due)}

    async def _faults(self, _request: Request) -> object:
        return self._memory.faults()

    async def _put_faults(self, request: Request) -> object:
        self._memory.keep("faults", read_faults(self._memory.FAULTS, await read_object(request)))
        return self._memory.faults()

    async def _switches(self, _request: Request) -> object:
        return self._memory.switches()

    async def _put_switches(self, request: Request) -> object:
        asked = await read_object(request)
        changed = read_switches(self._memory.SWITCHES, self._choices, asked)
        self._memory.keep("switches", {**self._memory.switches(), **changed})
        return self._memory.switches()

    async def _speed(self, _request: Request) -> object:
        return self._memory.speed

    async def _webhooks(self, _request: Request) -> object:
        columns = "event, delivery, kind, thread, state, attempts, answer, next_at"
        found = self._memory.rows(f"SELECT {columns} FROM webhook ORDER BY n")
        return [{**dict(row), "next_at": iso(row["next_at"])} for row in found]

    async def _reset(self, _request: Request) -> object:
        await self._courier.reset()
        return {"ok": True}
