"""Taking a do-not-call file in: a raw PUT, checked before one byte of it is read."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import needs
from crm_app.db import in_thread
from crm_app.screening import actions
from crm_app.screening.reading import decode, read_day

router = APIRouter()
LARGEST = 20 * 1024 * 1024  # 1,500,000 numbers
TOO_LARGE = "The file is larger than 20 MB. Use the command: python -m crm_app do-not-call."


@router.put("/screening/{kind}", summary="Load a do-not-call list (the file is the body)")
async def upload(
    request: Request,
    kind: str,
    person: Annotated[Person, Depends(needs(Permission.SUPPRESS))],
    dated: str = "",
) -> dict[str, str]:
    """Load the list and answer what that did; the page hears of it by itself."""
    person.must(actions.needed(kind))
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST:
            raise HTTPException(413, TOO_LARGE)
    words, day = decode(bytes(raw)), read_day(dated)
    loaded = await in_thread(actions.load_list, kind, words, day, person)
    return {"said": actions.in_words(kind, loaded)}
