"""Collects the modules' HTTP routes; Reflex is mounted beneath them."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from crm_app.admin.routes import router as admin
from crm_app.auth.routes import router as auth
from crm_app.errors import CrmError, ForbiddenError, NotSignedInError
from crm_app.imports.routes import router as imports
from crm_app.openphone.webhook import router as openphone
from crm_app.sandbox.routes import router as sandbox
from crm_app.settings import settings


def build() -> FastAPI:
    """Return the HTTP side of the program, with its OpenAPI page at /api/docs."""
    docs, spec = "/api/docs", "/api/openapi.json"
    api = FastAPI(title="Attack-a-Crack", docs_url=docs, openapi_url=spec, redoc_url=None)
    for router in (admin, auth, imports, openphone):
        api.include_router(router)
    if settings().is_sandbox:
        api.include_router(sandbox)
    api.add_exception_handler(CrmError, say)
    return api


def say(request: Request, problem: Exception) -> JSONResponse:
    """Answer a broken rule with its sentence."""
    status = {NotSignedInError: 401, ForbiddenError: 403}.get(type(problem), 400)
    return JSONResponse({"error": str(problem)}, status_code=status)
