"""OpenPhone's listings: a thread, the conversations, the workspace; paged, newest first."""

from collections.abc import Sequence

from starlette.datastructures import QueryParams

from crm_app.sandbox.openphone.events import USER_ID
from crm_app.sandbox.openphone.problems import Problem, wrong
from crm_app.sandbox.openphone.reading import (
    read_limit,
    read_many,
    read_moments,
    read_participants,
    read_place,
    read_token,
    token,
)
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.stage.chance import Json, iso

V1_PAGE = 100
DATED_PAGE = 50
SAID = "SELECT people, created, id FROM message UNION ALL SELECT people, created, id FROM call"


def end_token(world: World, shown: Sequence[object]) -> str | None:
    """Return what stands after the last page: null, or a string that leads to an empty one."""
    is_odd = bool(shown) and world.store.switches()["last_page"] == "string"
    return token(0.0) if is_odd else None


def _asked_line(world: World, query: QueryParams) -> None:
    given = query.get("phoneNumberId", "")
    if not given.startswith("PN"):
        raise wrong("/phoneNumberId", "Required: a PN id", given, {"pattern": "^PN(.*)$"})
    if given != world.line.id:
        raise Problem("missing")


def thread(world: World, query: QueryParams) -> Json:
    """Return GET /v1/messages: one thread. `since` acts as createdBefore, as in the real one."""
    _asked_line(world, query)
    people = read_participants(query)
    size = read_limit(query, "maxResults", V1_PAGE)
    where, values = read_moments(
        query,
        {"createdAfter": "created > ?", "createdBefore": "created < ?", "since": "created < ?"},
    )
    if query.get("userId", USER_ID) != USER_ID:
        raise Problem("user")
    before = read_token(query, "pageToken")
    if before is not None:
        where, values = [*where, "n < ?"], [*values, before]
    found = world.store.texts(
        " AND ".join(["people = ?", *where]) + " ORDER BY n DESC LIMIT ?", people, *values, size + 1
    )
    more = len(found) > size
    total = world.store.rows("SELECT count(*) FROM message")[0][0]
    return {
        "data": [world.line.resource(text) for text in found[:size]],
        "totalItems": total,  # documented as wrong: it counts the workspace, not the thread
        "nextPageToken": token(found[size - 1].n) if more else end_token(world, found),
    }


def workspace(world: World, query: QueryParams) -> Json:
    """Return the dated GET /messages: every text of the workspace, with `failed` and media."""
    size = read_limit(query, "limit", DATED_PAGE)
    where, values = read_moments(
        query, {"createdAt[gt]": "created > ?", "createdAt[lt]": "created < ?"}
    )
    conditions: list[str] = ["1", *where]
    bound: list[object] = [*values]
    for name in ("status", "direction"):
        if name in query:
            conditions.append(f"{name} = ?")
            bound.append(query[name])
    for name, ours, theirs in (("from", "outgoing", "incoming"), ("to", "incoming", "outgoing")):
        if name in query:
            mine = query[name] == world.line.number
            conditions.append("direction = ?" if mine else "direction = ? AND people = ?")
            bound.extend([ours] if mine else [theirs, query[name]])
    if query.get("phoneNumberId", world.line.id) != world.line.id:
        conditions.append("0")
    after = read_token(query, "after")
    if after is not None:
        conditions.append("n < ?")
        bound.append(after)
    found = world.store.texts(
        " AND ".join(conditions) + " ORDER BY n DESC LIMIT ?", *bound, size + 1
    )
    more = len(found) > size
    return {
        "data": [world.line.resource(text, dated=True) for text in found[:size]],
        "nextCursor": token(found[size - 1].n) if more else None,
    }


def conversations(world: World, query: QueryParams) -> Json:
    """Return GET /v1/conversations: who wrote or was written to, newest activity first."""
    size = read_limit(query, "maxResults", V1_PAGE)
    numbers = read_many(query, "phoneNumbers")
    known = not numbers or world.line.id in numbers or world.line.number in numbers
    having, values = read_moments(
        query,
        {
            "updatedAfter": "max(created) > ?",
            "updatedBefore": "max(created) < ?",
            "createdAfter": "min(created) > ?",
            "createdBefore": "min(created) < ?",
        },
    )
    places: list[object] = [*values]
    if (before := read_place(query, "pageToken")) is not None:
        having, places = [*having, "(max(created), people) < (?, ?)"], [*places, *before]
    found = world.store.rows(
        f"SELECT people, min(created) AS born, max(created) AS moved FROM ({SAID})"
        f" WHERE ? GROUP BY people HAVING {' AND '.join(['1', *having])}"
        " ORDER BY moved DESC, people DESC LIMIT ?",
        known, *places, size + 1,
    )  # fmt: skip
    data: list[Json] = []
    for row in found[:size]:
        moved = (row["people"], row["moved"])
        last = world.store.rows(f"SELECT id FROM ({SAID}) WHERE people = ? AND created = ?", *moved)
        data.append(
            {
                "id": world.line.conversation_id(row["people"]),
                "phoneNumberId": world.line.id,
                "participants": row["people"].split(","),
                "name": None,
                "assignedTo": None,
                "lastActivityAt": iso(row["moved"]),
                "lastActivityId": last[0]["id"],
                "mutedUntil": None,
                "snoozedUntil": None,
                "createdAt": iso(row["born"]),
                "updatedAt": iso(row["moved"]),
                "deletedAt": None,
            }
        )
    more = len(found) > size
    return {
        "data": data,
        "totalItems": len(data) + 1,  # documented as wrong
        "nextPageToken": token([found[size - 1]["moved"], found[size - 1]["people"]])
        if more
        else None,
    }
