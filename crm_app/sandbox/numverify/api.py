"""NumVerify's one endpoint; what it answers is told by the number and the key alone."""

import tomllib
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent
TABLES: dict[str, Any] = tomllib.loads((HERE / "tables.toml").read_text("utf-8"))


def routes() -> list[Route]:
    """Return the endpoint, to be served beside the pretend OpenPhone."""
    return [Route("/numverify/api/validate", validate)]


async def validate(request: Request) -> Response:
    """Answer for `number`; the keys of tables.toml are refused, each in its way."""
    key, number = (request.query_params.get(name, "") for name in ("access_key", "number"))
    if key == "garbage":
        return PlainTextResponse("<html>It works!</html>")
    if not key or key in TABLES["refusals"]:
        code, kind, info = TABLES["refusals"][key or "wrong"]
        error = {"code": code, "type": kind, "info": info}
        return JSONResponse({"success": False, "error": error})
    return JSONResponse(_line(number))


def _line(number: str) -> dict[str, object]:
    """What is known of a US number, with or without its 1."""
    local = number.removeprefix("1") if len(number) == 11 else number
    kind, carrier, is_valid = "mobile", TABLES["carriers"][int(local[-1:] or 0) % 3], True
    if local.startswith(TABLES["odd"]["area"]):
        kind = TABLES["odd"]["lines"].get(local[-1:], kind)
        is_valid = kind != "invalid"
    if not (is_valid and local.isdigit() and len(local) == 10):
        blank: dict[str, object] = dict.fromkeys(TABLES["fields"], "")
        return blank | {"valid": False, "number": number, "line_type": None}
    told = [True, f"1{local}", local, f"+1{local}", "+1", "US", "United States of America"]
    return dict(zip(TABLES["fields"], [*told, "Massachusetts", carrier, kind], strict=True))
