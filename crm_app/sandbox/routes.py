"""The pretend world's strings under the program's own port, for the owner of a sandbox."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import needs
from crm_app.sandbox import phones
from crm_app.settings import settings

router = APIRouter(include_in_schema=False)
# Not `clock`: the program's own clock leads the pretend world's.
OPEN = {
    ("GET", "sent"), ("GET", "phone"), ("POST", "say"), ("GET", "faults"), ("PUT", "faults"),
    ("GET", "switches"), ("PUT", "switches"), ("POST", "reset"), ("POST", "staff"),
    ("POST", "call"), ("POST", "event"), ("GET", "lately"),
    ("POST", "rename"), ("POST", "forget"), ("GET", "marks"),
}  # fmt: skip
MOST_BYTES = 100_000


@router.api_route("/__sandbox/{path:path}", methods=["GET", "POST", "PUT"])
async def forward(
    path: str, request: Request, _owner: Annotated[Person, Depends(needs(Permission.SETTINGS))]
) -> Response:
    """Hand a request on to the pretend world; 404 in live mode and for what is not open."""
    head, _, rest = path.partition("/")
    is_open = (request.method, head) in OPEN and bool(rest) == (head == "phone")
    if not settings().is_sandbox or not is_open or ".." in path:
        raise HTTPException(404)
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise HTTPException(413)
    answer = await asyncio.to_thread(phones.ask, request.method, path, body or None)
    return Response(answer.content, answer.status_code, media_type="application/json")
