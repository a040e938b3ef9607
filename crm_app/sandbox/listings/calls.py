"""OpenPhone's reading of calls: v1 by participant, the dated API's workspace listing, one call.

The rows are kept as v1 shows them: `voicemail` {id, status, duration, transcript, recordingUrl},
`recordings` [{id, status, startTime, duration, url, type}], `summary` {summary, nextSteps},
`dialogue` [{content, start, end, identifier, userId}]; '' where there is none.
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_app.sandbox.openphone.events import USER_ID
from crm_app.sandbox.openphone.problems import Problem, wrong
from crm_app.sandbox.openphone.reading import (
    read_limit,
    read_moments,
    read_participants,
    read_token,
    token,
)
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.stage.chance import Json, iso

V1_PAGE, DATED_PAGE = 100, 50
Handler = Callable[[Request], Awaitable[Response]]
Guard = Callable[..., Handler]


class CallListing:
    """The endpoints that show calls."""

    def __init__(self, world: World, guarded: Guard) -> None:
        """Take the world, and what checks version, key and speed around a handler."""
        self._world = world
        self._guarded = guarded

    def routes(self) -> list[Route]:
        """Return the routes of both surfaces."""
        return [
            Route("/v1/calls", self._listed(self.thread)),
            Route("/v1/calls/{id}", self._one(self.resource)),
            Route("/v1/call-voicemails/{id}", self._one(self._voicemail)),
            Route("/v1/call-recordings/{id}", self._one(self._recordings)),
            Route("/v1/call-summaries/{id}", self._one(self._summary)),
            Route("/v1/call-transcripts/{id}", self._one(self._transcript)),
            Route("/calls", self._listed(self.workspace, dated=True)),
            Route("/calls/{id}", self._one(self._dated_one, dated=True)),
            Route("/calls/{id}/recordings", self._one(self._recordings, dated=True)),
            Route("/calls/{id}/transcripts", self._one(self._transcript, dated=True)),
        ]

    def _listed(self, read: Callable[[QueryParams], Json], *, dated: bool = False) -> Handler:
        async def handler(request: Request) -> Response:
            return JSONResponse(read(request.query_params))

        return self._guarded(handler, dated=dated)

    def _one(self, show: Callable[[sqlite3.Row], Any], *, dated: bool = False) -> Handler:
        async def handler(request: Request) -> Response:
            found = self._world.store.rows(
                "SELECT * FROM call WHERE id = ?", request.path_params["id"]
            )
            if not found or (data := show(found[0])) is None:
                raise Problem("missing")
            return JSONResponse({"data": data})

        return self._guarded(handler, dated=dated)

    def thread(self, query: QueryParams) -> Json:
        """Return GET /v1/calls: those with exactly one participant, newest first."""
        if query.get("phoneNumberId", "") != self._world.line.id:
            raise Problem("missing") if query.get("phoneNumberId", "").startswith("PN") else wrong(
                "/phoneNumberId", "Required: a PN id", query.get("phoneNumberId"), {}
            )  # fmt: skip
        people = read_participants(query)
        if "," in people:
            raise Problem("many_participants")
        size = read_limit(query, "maxResults", V1_PAGE)
        where, values = read_moments(
            query,
            {"createdAfter": "created > ?", "createdBefore": "created < ?", "since": "created < ?"},
        )
        if query.get("userId", USER_ID) != USER_ID:
            raise Problem("user")
        found, more = self._page(
            ["people = ?", *where], [people, *values], query, "pageToken", size
        )
        total = self._world.store.rows("SELECT count(*) FROM call")[0][0]
        return {
            "data": [self.resource(call) for call in found],
            "totalItems": total,  # as wrong as that of the messages
            "nextPageToken": more,
        }

    def workspace(self, query: QueryParams) -> Json:
        """Return the dated GET /calls: every call of the workspace, newest first."""
        size = read_limit(query, "limit", DATED_PAGE)
        where, values = read_moments(
            query, {"createdAt[gt]": "created > ?", "createdAt[lt]": "created < ?"}
        )
        if query.get("phoneNumberId", self._world.line.id) != self._world.line.id:
            where = [*where, "0"]
        bound: list[object] = [*values]
        if "direction" in query:
            where, bound = [*where, "direction = ?"], [*bound, query["direction"]]
        found, more = self._page(["1", *where], bound, query, "after", size)
        return {"data": [self._dated(call) for call in found], "nextCursor": more}

    def _page(
        self, where: list[str], values: list[Any], query: QueryParams, name: str, size: int
    ) -> tuple[list[sqlite3.Row], str | None]:
        """Return a page, newest first, and the token that stands in the query as `name`."""
        if (before := read_token(query, name)) is not None:
            where, values = [*where, "n < ?"], [*values, before]
        sql = f"SELECT * FROM call WHERE {' AND '.join(where)} ORDER BY n DESC LIMIT ?"
        found = self._world.store.rows(sql, *values, size + 1)
        return found[:size], token(found[size - 1]["n"]) if len(found) > size else None

    def resource(self, call: sqlite3.Row) -> Json:
        """Return a call as v1 shows it: no from and to, no voicemail."""
        ours, incoming = self._world.line.number, call["direction"] == "incoming"
        answered = None if call["answered"] is None else iso(call["answered"])
        return {
            "id": call["id"],
            "phoneNumberId": self._world.line.id,
            "userId": USER_ID,
            "direction": call["direction"],
            "status": call["status"],
            "participants": [call["people"], ours] if incoming else [ours, call["people"]],
            "answeredAt": answered,
            "answeredBy": USER_ID if answered and incoming else None,
            "initiatedBy": None if incoming else USER_ID,
            "completedAt": None if call["completed"] is None else iso(call["completed"]),
            "createdAt": iso(call["created"]),
            "updatedAt": iso(call["updated"]),
            "duration": call["duration"],
            "forwardedFrom": None,
            "forwardedTo": call["forwarded_to"] or None,
            "callRoute": "phone-number" if incoming else None,
            "aiHandled": None,
        }

    def _dated(self, call: sqlite3.Row) -> Json:
        shown = self.resource(call)
        parties = [{"phoneNumber": one, "actorId": None} for one in shown["participants"]]
        return {**shown, "participants": parties}

    def _dated_one(self, call: sqlite3.Row) -> Json:
        kept = {"summary": self._summary(call), "voicemail": self._voicemail(call)}
        return {**self._dated(call), **kept}

    def _voicemail(self, call: sqlite3.Row) -> Any:
        return json.loads(call["voicemail"] or "null")

    def _recordings(self, call: sqlite3.Row) -> Any:
        return json.loads(call["recordings"] or "[]")

    def _summary(self, call: sqlite3.Row) -> Json:
        kept = json.loads(call["summary"] or "{}")
        lines = {"summary": kept.get("summary"), "nextSteps": kept.get("nextSteps")}
        return {"callId": call["id"], "status": "completed" if kept else "absent", **lines}

    def _transcript(self, call: sqlite3.Row) -> Json:
        kept = json.loads(call["dialogue"] or "null")
        told = {"createdAt": iso(call["created"]), "duration": call["duration"], "dialogue": kept}
        return {"callId": call["id"], "status": "completed" if kept else "absent", **told}
