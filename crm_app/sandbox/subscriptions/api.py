"""OpenPhone's API of webhooks: dated `/webhooks`, and v1's four kinds, which know no change."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_app.sandbox.openphone.events import USER_ID
from crm_app.sandbox.openphone.problems import Problem, wrong
from crm_app.sandbox.openphone.reading import read_json
from crm_app.sandbox.stage.chance import Json, fresh, iso
from crm_app.sandbox.subscriptions import book
from crm_app.sandbox.subscriptions.book import DATED, V1
from crm_app.sandbox.telling.samples import sample
from crm_app.sandbox.telling.tell import KINDS, TEST_EVENT, queue

MOST = 50
V1_KINDS = {
    "messages": ["message.received", "message.delivered"],
    "calls": ["call.completed", "call.ringing", "call.recording.completed"],
    "call-summaries": ["call.summary.completed"],
    "call-transcripts": ["call.transcript.completed"],
}
_SHOWN = ("url", "label", "status")


class Subscriptions:
    """The endpoints that make, show, change and end subscriptions."""

    def __init__(self, world: Any, guarded: Callable[..., Any]) -> None:
        """Take the world, and what wraps a handler in the API's checks."""
        self._world, self._store, self._guarded = world, world.store, guarded

    def routes(self) -> list[Route]:
        """Return the routes of both systems."""
        dated = [
            ("/webhooks", self._list, "GET"), ("/webhooks", self._make, "POST"),
            ("/webhooks/{id}", self._show, "GET"), ("/webhooks/{id}", self._change, "PATCH"),
            ("/webhooks/{id}", self._end, "DELETE"),
            ("/webhooks/{id}/rotate", self._rotate, "POST"),
            ("/webhooks/{id}/events", self._log, "GET"),
            ("/webhooks/{id}/events/test", self._test, "POST"),
        ]  # fmt: skip
        v1 = [
            ("/v1/webhooks", self._list, "GET"), ("/v1/webhooks/{id}", self._show, "GET"),
            ("/v1/webhooks/{id}", self._end, "DELETE"),
            *((f"/v1/webhooks/{kind}", self._make, "POST") for kind in V1_KINDS),
        ]  # fmt: skip
        return [
            Route(path, self._guarded(work, dated=listed is dated), methods=[method])
            for listed in (dated, v1)
            for path, work, method in listed
        ]

    async def _list(self, request: Request) -> Response:
        system = _system(request)
        found = self._store.rows("SELECT * FROM subscription WHERE system = ? ORDER BY n", system)
        owner = request.query_params.get("userId", USER_ID)  # v1 shows the owner's by default
        rows = [self._shown(row) for row in found if system == DATED or row["user"] == owner]
        if system == V1:
            return JSONResponse({"data": rows})
        after = request.query_params.get("after")
        start = next((n for n, row in enumerate(rows, 1) if row["id"] == after), 0)
        page = rows[start : start + 10]
        more = len(rows) > start + 10
        return JSONResponse({"data": page, "nextCursor": page[-1]["id"] if more else None})

    async def _make(self, request: Request) -> Response:
        asked, system = read_json(await request.body()), _system(request)
        known = KINDS["C"] if system == DATED else V1_KINDS[request.url.path.rsplit("/", 1)[1]]
        if len(self._store.rows("SELECT 1 FROM subscription")) >= MOST:
            raise wrong("/", f"A workspace has at most {MOST} webhooks", MOST, {})
        now, given = self._store.now(), _read(asked, known, is_new=True)
        made = next(str(n) for n in count(1001) if book.one(self._store, str(n)) is None)
        kept: Json = {"resource_ids": ["*"], "label": None, "status": "enabled", **given}
        kept |= {name: json.dumps(kept[name]) for name in ("events", "resource_ids")}
        self._store.add(
            "subscription", id=made if system == DATED else fresh("WH"), system=system,
            user=asked.get("userId", USER_ID), key=book.new_key(), created=now, updated=now, **kept,
        )  # fmt: skip
        row = self._store.rows("SELECT * FROM subscription ORDER BY n DESC LIMIT 1")[0]
        return JSONResponse({"data": self._shown(row, has_key=True)}, 201)

    async def _show(self, request: Request) -> Response:
        return JSONResponse({"data": self._shown(self._found(request))})

    async def _change(self, request: Request) -> Response:
        row, given = self._found(request), _read(read_json(await request.body()), KINDS["C"])
        kept = {n: json.dumps(v) if isinstance(v, list) else v for n, v in given.items()}
        for name, value in {**kept, "updated": self._store.now()}.items():
            self._store.run(f"UPDATE subscription SET {name} = ? WHERE id = ?", value, row["id"])
        return JSONResponse({"data": self._shown(self._found(request))})

    async def _end(self, request: Request) -> Response:
        row = self._found(request)
        self._store.run("DELETE FROM subscription WHERE id = ?", row["id"])
        return Response(status_code=204)

    async def _rotate(self, request: Request) -> Response:
        row = self._found(request)
        key = book.new_key()
        self._store.run("UPDATE subscription SET key = ? WHERE id = ?", key, row["id"])
        return JSONResponse({"data": {"id": row["id"], "key": f"whsec_{key}"}})

    async def _log(self, request: Request) -> Response:
        row = self._found(request)
        found = self._store.rows("SELECT * FROM webhook WHERE target = ? ORDER BY n", row["id"])
        shown = [
            {"id": one["delivery"], "eventType": one["kind"], "status": one["state"],
             "attempts": one["attempts"], "lastStatusCode": one["answer"]} for one in found
        ]  # fmt: skip
        return JSONResponse({"data": shown, "nextCursor": None})

    async def _test(self, request: Request) -> Response:
        row, kind = self._found(request), (read_json(await request.body())).get("eventType")
        if kind not in KINDS["C"]:
            raise wrong("/eventType", "Expected an event type", kind, {"enum": KINDS["C"]})
        now, line = self._store.now(), self._world.line
        told = sample(line, kind, "C", now)
        queue(self._store, ("C", row["id"]), kind, "", lambda _: told, now, event_id=TEST_EVENT)
        return JSONResponse({"data": {"eventType": kind}}, 202)

    def _found(self, request: Request) -> Any:
        row = book.one(self._store, request.path_params["id"])
        if row is None or row["system"] != _system(request):
            raise Problem("missing")
        return row

    def _shown(self, row: Any, *, has_key: bool = False) -> Json:
        times = {"createdAt": iso(row["created"]), "updatedAt": iso(row["updated"])}
        shown: Json = {"id": row["id"], **{name: row[name] for name in _SHOWN}, **times}
        shown |= {"events": json.loads(row["events"])}
        shown |= {"resourceIds": json.loads(row["resource_ids"])}
        if row["system"] == V1:
            shown |= {"userId": row["user"], "orgId": "ORsandbox0001", "deletedAt": None}
        prefix = "" if row["system"] == V1 else "whsec_"
        return {**shown, "key": prefix + row["key"]} if has_key else shown


def _system(request: Request) -> str:
    return V1 if request.url.path.startswith("/v1/") else DATED


def _read(asked: Json, known: list[str], *, is_new: bool = False) -> Json:
    """Return what a body sets, by column; raise Problem for what OpenPhone would refuse."""
    if is_new and not {"url", "events"} <= set(asked):
        raise wrong("/url", "Required: url and events", asked, {"type": "string"})
    columns = {"url": "url", "events": "events", "resourceIds": "resource_ids", "label": "label",
               "status": "status"}  # fmt: skip
    given = {column: asked[name] for name, column in columns.items() if name in asked}
    if "url" in given and urlsplit(str(given["url"])).scheme not in ("http", "https"):
        raise wrong("/url", "Expected a URL", given["url"], {"format": "uri"})
    events = given.get("events", known)
    if not isinstance(events, list) or not events or set(events) - set(known):
        raise wrong("/events", "Expected known events", events, {"enum": known})
    if given.get("status", "enabled") not in ("enabled", "disabled"):
        raise wrong("/status", "Expected a status", given["status"], {"enum": ["enabled"]})
    return given
