"""v1's contacts, mark-as-read|done|open of threads, and the strings behind both."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_app.sandbox.openphone.events import USER_ID
from crm_app.sandbox.openphone.problems import Problem, wrong
from crm_app.sandbox.openphone.reading import (
    E164,
    read_json,
    read_limit,
    read_many,
    read_token,
    token,
)
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.people.book import Book
from crm_app.sandbox.stage.chance import Json, iso
from crm_app.sandbox.stage.control import read_object, route
from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.stage.switches import Refused

PAGE = 50
CUSTOM = [{"name": "Inbound lead", "key": "inbound-lead", "type": "boolean"}]
PARTS = ("firstName", "lastName", "company", "role")
ACTIONS = ("read", "done", "open")
Handler = Callable[[Request], Awaitable[Response]]


class People:
    """The endpoints; a switch takes each of the two away, as an older API has neither."""

    def __init__(self, world: World, courier: Courier) -> None:
        """Take the world and its courier."""
        self._world, self._courier = world, courier
        self._store, self._book = world.store, Book(world.store)

    def routes(self, guarded: Callable[[Handler], Handler]) -> list[Route]:
        """Return every route; `guarded` checks key and speed and answers problems."""
        one, all_ = "/v1/contacts/{id}", "/v1/contacts"
        return [
            Route(all_, guarded(self._list)),
            Route(all_, guarded(self._add), methods=["POST"]),
            Route(one, guarded(self._get)),
            Route(one, guarded(self._change), methods=["PATCH"]),
            Route(one, guarded(self._delete), methods=["DELETE"]),
            Route("/v1/contact-custom-fields", guarded(self._custom)),
            Route("/v1/conversations/{id}/mark-as-{verb}", guarded(self._mark), methods=["POST"]),
            route("POST", "rename", self._rename),
            route("POST", "forget", self._forget),
            route("GET", "marks", self._marks),
        ]

    def _must_have(self, switch: str) -> None:
        if not self._store.switches()[switch]:
            raise Problem("missing")

    def _found(self, request: Request) -> Json:
        self._must_have("has_contacts")
        row = self._book.find(request.path_params["id"])
        if row is None:
            raise Problem("missing")
        return self._book.resource(row)

    async def _custom(self, _request: Request) -> Response:
        self._must_have("has_contacts")
        return JSONResponse({"data": CUSTOM})

    async def _list(self, request: Request) -> Response:
        self._must_have("has_contacts")
        query = request.query_params
        size, before = read_limit(query, "maxResults", PAGE), read_token(query, "pageToken")
        rows = self._store.rows("SELECT * FROM contact ORDER BY n DESC")
        for name, key in (("externalIds", "externalId"), ("sources", "source")):
            if asked := read_many(query, name):
                rows = [row for row in rows if self._book.resource(row)[key] in asked]
        rows = [row for row in rows if before is None or row["n"] < before]
        more = token(rows[size - 1]["n"]) if len(rows) > size else None
        data = [self._book.resource(row) for row in rows[:size]]
        # documented as wrong
        return JSONResponse({"data": data, "totalItems": len(data) + 1, "nextPageToken": more})

    async def _get(self, request: Request) -> Response:
        return JSONResponse({"data": self._found(request)})

    async def _add(self, request: Request) -> Response:
        self._must_have("has_contacts")
        asked = _read(await request.body(), is_new=True)
        known = [
            self._book.resource(row)["externalId"]
            for row in self._store.rows("SELECT * FROM contact")
        ]
        if asked.get("externalId") is not None and asked["externalId"] in known:
            raise Problem("conflict")
        row = self._book.keep(asked)
        self._courier.ring()
        return JSONResponse({"data": self._book.resource(row)}, 201)

    async def _change(self, request: Request) -> Response:
        """Change what is given; a list given replaces the whole list."""
        found, asked = self._found(request), _read(await request.body(), is_new=False)
        default = found["defaultFields"] | asked.get("defaultFields", {})
        row = self._book.keep({**found, **asked, "defaultFields": default}, found["id"])
        self._courier.ring()
        return JSONResponse({"data": self._book.resource(row)})

    async def _delete(self, request: Request) -> Response:
        found = self._book.find(self._found(request)["id"])
        if found is not None:
            self._book.drop(found)
        self._courier.ring()
        return Response(status_code=204)

    async def _mark(self, request: Request) -> Response:
        self._must_have("has_actions")
        conversation, verb = request.path_params["id"], request.path_params["verb"]
        people = [row["people"] for row in self._store.rows("SELECT DISTINCT people FROM message")
                  if self._world.line.conversation_id(row["people"]) == conversation]  # fmt: skip
        if not people or verb not in ACTIONS:
            raise Problem("missing")
        now = iso(self._store.now())
        marked = {"conversation": conversation, "people": people[0], "verb": verb, "at": now}
        self._store.keep("marks", [*self._store.setting("marks", []), marked])
        line = {"id": conversation, "phoneNumberId": self._world.line.id, "name": None}
        quiet = dict.fromkeys(("assignedTo", "mutedUntil", "snoozedUntil", "deletedAt"))
        told = {"participants": people[0].split(","), "updatedAt": now}
        last = self._store.texts("people = ? ORDER BY n", people[0])
        told |= {"lastActivityAt": iso(last[-1].created), "lastActivityId": last[-1].id,
                 "createdAt": iso(last[0].created)}  # fmt: skip
        return JSONResponse({**line, **quiet, **told})  # bare, without "data"

    async def _marks(self, _request: Request) -> object:
        return self._store.setting("marks", [])

    async def _rename(self, request: Request) -> object:
        """Let the staff, in OpenPhone's app, call the owner of a number something."""
        asked = await read_object(request)
        e164, parts = (
            asked.get("number"),
            {name: asked.get(name) for name in PARTS if name in asked},
        )
        if not isinstance(e164, str) or not E164.fullmatch(e164):
            raise Refused(f"number takes a homeowner's number in E.164, not {e164!r}.")
        if not parts or not all(isinstance(part, str | None) for part in parts.values()):
            raise Refused(f"Give at least one of {', '.join(PARTS)}, each a text.")
        row = self._book.with_number(e164)
        fields: Json = self._book.resource(row) if row else {"defaultFields": {
            "phoneNumbers": [{"name": "mobile", "value": e164}]}}  # fmt: skip
        fields["defaultFields"] |= parts
        kept = self._book.keep(fields, row["id"] if row else "")
        self._courier.ring()
        return {"id": kept["id"]}

    async def _forget(self, request: Request) -> object:
        """Let the staff delete the contact of a number in OpenPhone's app."""
        row = self._book.with_number(str((await read_object(request)).get("number")))
        if row is None:
            raise Refused("No contact has this number.")
        self._book.drop(row)
        self._courier.ring()
        return {"id": row["id"]}


def _read(body: bytes, *, is_new: bool) -> Json:
    """Return what a contact is to be; raise the Problem OpenPhone would answer."""
    asked = read_json(body)
    default = asked.get("defaultFields", None if is_new else {})
    if not isinstance(default, dict) or (is_new and not isinstance(default.get("firstName"), str)):
        raise wrong("/defaultFields/firstName", "Expected string", default, {"type": "string"})
    for name in ("emails", "phoneNumbers"):
        items = default.get(name, [])
        if not isinstance(items, list) or not all(
            isinstance(one, dict) and isinstance(one.get("value"), str) for one in items
        ):
            raise wrong(f"/defaultFields/{name}", "Expected an array", items, {"type": "array"})
    custom, known = asked.get("customFields", []), [one["key"] for one in CUSTOM]
    if not isinstance(custom, list) or any(
        not isinstance(one, dict) or one.get("key") not in known for one in custom
    ):
        raise Problem("custom_field")
    return {**asked, "createdByUserId": USER_ID}
