"""Collects the modules' HTTP routes, and `/health`; Reflex is mounted beneath them."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from crm_app.admin import queries
from crm_app.auth.routes import router as auth
from crm_app.db import in_thread
from crm_app.errors import CrmError, ForbiddenError, NotSignedInError
from crm_app.exports.routes import router as exports
from crm_app.importing.routes import router as imports
from crm_app.media.routes import router as media
from crm_app.openphone.webhook import router as openphone
from crm_app.sandbox.routes import router as sandbox
from crm_app.screening.routes import router as screening
from crm_app.settings import settings

# What OpenPhone says may name somebody: that is for /admin.
HIDDEN = ("provider", "webhooks", "arrivals")


def build() -> FastAPI:
    """Return the HTTP side of the program, with its OpenAPI page at /api/docs."""
    docs, spec = "/api/docs", "/api/openapi.json"
    api = FastAPI(title="Attack-a-Crack", docs_url=docs, openapi_url=spec, redoc_url=None)
    for router in (auth, exports, imports, media, openphone, screening):
        api.include_router(router)
    api.add_api_route("/health", health)
    if settings().is_sandbox:
        api.include_router(sandbox)
    api.add_exception_handler(CrmError, say)
    return api


def say(request: Request, problem: Exception) -> JSONResponse:
    """Answer a broken rule with its sentence."""
    status = {NotSignedInError: 401, ForbiddenError: 403}.get(type(problem), 400)
    return JSONResponse({"error": str(problem)}, status_code=status)


async def health() -> JSONResponse:
    """Return each part, 503 when one is down; public for a watchdog, so it names no person."""
    try:
        parts = await in_thread(queries.health)
    except (SQLAlchemyError, CrmError):
        parts = [queries.Part("database", False, "does not answer")]
    told = {part.name: part.detail for part in parts if part.is_ok or part.name not in HIDDEN}
    body = {part.name: {"ok": part.is_ok, "detail": told.get(part.name, "")} for part in parts}
    is_ok = all(part.is_ok for part in parts)
    return JSONResponse({"ok": is_ok, **body}, status_code=200 if is_ok else 503)
