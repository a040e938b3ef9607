"""Taking a file in: a raw PUT, checked before one byte of it is read, kept in constant memory."""

from typing import Annotated
from urllib.parse import unquote
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from crm_app import queue
from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import needs
from crm_app.db import in_thread
from crm_app.imports import actions, tasks

router = APIRouter()
LARGEST = 20 * 1024 * 1024  # 50,000 houses: what PropertyRadar exports in a month
TOO_LARGE = "The file is larger than 20 MB. Export the list in parts and import them one by one."


@router.put("/imports/file", status_code=201, summary="Upload a CSV (its bytes are the body)")
async def upload(
    request: Request,
    person: Annotated[Person, Depends(needs(Permission.IMPORT))],
    x_file_name: Annotated[str, Header(description="percent-encoded")] = "list.csv",
    x_list_name: Annotated[str, Header(description="percent-encoded")] = "",
) -> JSONResponse:
    """Keep the file and ring for the worker; answer where its progress is shown."""
    stored_as, size, refused = f"{uuid4().hex}.csv", 0, "The upload broke off. Try again."
    path = await run_in_threadpool(actions.folder) / stored_as
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > LARGEST:
                    return JSONResponse({"error": TOO_LARGE}, status_code=413)
                await run_in_threadpool(file.write, chunk)
        names = [unquote(name).replace("\0", "") for name in (x_file_name, x_list_name)]
        told = names[0][:200] or "list.csv", stored_as, names[1], person.id
        import_id = await in_thread(actions.take_in, *told)
        refused = ""
    except ClientDisconnect:
        return JSONResponse({"error": refused}, status_code=400)
    finally:
        if refused:
            path.unlink(missing_ok=True)
    queue.ring(tasks.run, import_id)
    return JSONResponse({"href": f"/imports/{import_id}"}, status_code=201)
