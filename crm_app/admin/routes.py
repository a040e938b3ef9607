"""The health route: public, because a watchdog has no session; it names no person."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from crm_app.admin import queries
from crm_app.db import in_thread
from crm_app.errors import CrmError

router = APIRouter()


@router.get("/health")
async def health() -> JSONResponse:
    """Return each part; 503 when one is down."""
    try:
        parts = await in_thread(queries.health)
    except (SQLAlchemyError, CrmError):
        parts = [queries.Part("database", False, "does not answer")]
    # What OpenPhone says of the account may name somebody: that is for /admin.
    told = {part.name: part.detail for part in parts if part.is_ok or part.name != "provider"}
    body = {part.name: {"ok": part.is_ok, "detail": told.get(part.name, "")} for part in parts}
    is_ok = all(part.is_ok for part in parts)
    return JSONResponse({"ok": is_ok, **body}, status_code=200 if is_ok else 503)
