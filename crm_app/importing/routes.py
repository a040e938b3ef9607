"""Taking a file in: a raw PUT, checked before one byte of it is read; and giving rows back."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from crm_app import db, queue
from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import needs
from crm_app.db import in_thread
from crm_app.exports.csv_out import pieces
from crm_app.importing import downloads
from crm_app.imports import actions, tasks

router = APIRouter()
Importer = Annotated[Person, Depends(needs(Permission.IMPORT))]
Encoded = Annotated[str, Header(description="percent-encoded")]
LARGEST = 100 * 1024 * 1024  # some 200,000 houses
TOO_LARGE = "The file is larger than 100 MB. Export the list in parts and import them one by one."


@router.put("/imports/file", status_code=201, summary="Upload a CSV (its bytes are the body)")
async def upload(
    request: Request,
    person: Importer,
    x_file_name: Encoded = "list.csv",
    x_list_name: Encoded = "",
    x_mode: str = Header("fill"),
    x_tag: Encoded = "",
    x_basis: str = Header(""),
) -> JSONResponse:
    """Keep the file and ring for the worker; answer where its plan is shown."""
    stored_as, size, refused = f"{uuid4().hex}.csv", 0, "The upload broke off. Try again."
    path = await run_in_threadpool(actions.folder) / stored_as
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > LARGEST:
                    return JSONResponse({"error": TOO_LARGE}, status_code=413)
                await run_in_threadpool(file.write, chunk)
        names = [unquote(name).replace("\0", "") for name in (x_file_name, x_list_name, x_tag)]
        told = names[0][:200] or "list.csv", stored_as, names[1], person.id
        options: Any = {"mode": x_mode, "tag": names[2], "basis": x_basis}
        import_id = await in_thread(lambda session: actions.take_in(session, *told, **options))
        refused = ""
    except ClientDisconnect:
        return JSONResponse({"error": refused}, status_code=400)
    finally:
        if refused:
            path.unlink(missing_ok=True)
    queue.ring(tasks.run, import_id)
    return JSONResponse({"href": f"/imports/{import_id}"}, status_code=201)


@router.get("/imports/{import_id}/{which}.csv", summary="Refused rows, or the whole result")
async def download(
    import_id: int, which: Literal["refused", "result"], person: Importer
) -> StreamingResponse:
    """Stream rows as CSV; `refused` has the reason first and imports again when it is mended."""
    name = await in_thread(downloads.file_name, import_id)
    named = f"attachment; filename*=UTF-8''{quote(f'{which} of {name}')}"
    kind, headers = "text/csv; charset=utf-8", {"content-disposition": named}
    return StreamingResponse(_pieces(import_id, which == "result"), 200, headers, kind)


def _pieces(import_id: int, is_whole: bool) -> Iterator[bytes]:
    with db.transaction() as session:
        yield from pieces(downloads.rows(session, import_id, is_whole))
