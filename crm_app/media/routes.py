"""Files for the browser of somebody who may see them, and taking a photo in by a raw PUT."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import SignedIn, needs
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.media import actions, queries, store

router = APIRouter()
LARGEST = 15 * 1024 * 1024
TOO_LARGE = "The photo is larger than 15 MB. Send a smaller one."
HEADERS = {
    "cache-control": "private, max-age=86400", "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; frame-ancestors 'none'",
}  # fmt: skip


@router.get("/media/{media_id}", summary="A photo, voicemail or recording; takes Range")
@router.get("/media/{media_id}/thumb", summary="A photo small, upright, without EXIF")
async def show(request: Request, media_id: int, person: SignedIn) -> FileResponse:
    """Return a file; 404 for what is not there or not for this person."""
    small = request.url.path.endswith("/thumb")
    try:
        found = await in_thread(queries.one, media_id, person)
    except CrmError:
        raise HTTPException(404) from None
    path = store.path_of(found.sha256, small=small)
    if found.content_type not in store.TYPES["endings"] or not path.exists():
        raise HTTPException(404)
    kind = "image/jpeg" if small else found.content_type
    named = f"{found.kind}-{media_id}.{store.TYPES['endings'][kind]}"
    shown = "attachment" if kind == "application/pdf" else "inline"
    return FileResponse(path, 200, HEADERS, kind, None, named, content_disposition_type=shown)


@router.put(
    "/media/contact/{contact_id}", status_code=201, summary="Add a photo (the body); 0: to a house"
)
async def upload(
    request: Request,
    contact_id: int,
    person: Annotated[Person, Depends(needs(Permission.SEE_PEOPLE))],
    house: str = "0",
) -> dict[str, str]:
    """Keep a photo with a contact or one of their houses; the page hears of it by itself."""
    await in_thread(queries.places, person, contact_id, house)  # before one byte is read
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > LARGEST:
            raise HTTPException(413, TOO_LARGE)
    kept = await run_in_threadpool(store.keep, bytes(data), only_picture=True)
    await in_thread(actions.add_photo, kept, person, contact_id, house)
    return {"said": "Added"}
