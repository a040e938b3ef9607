"""OpenPhone's errors and the three shapes of their bodies."""

from starlette.responses import JSONResponse, PlainTextResponse, Response

from crm_app.sandbox.openphone.store import WORDS
from crm_app.sandbox.stage.chance import Json, roll

DOCS = "https://quo.com/docs"
TOO_FAST = 429


class Problem(Exception):
    """An answer other than success; `kind` is a key of [problems] in tables.toml."""

    def __init__(self, kind: str, errors: list[Json] | None = None) -> None:
        """Take the kind, and for invalid input what is wrong where."""
        super().__init__(kind)
        self.kind = kind
        self.errors = errors or []


def wrong(path: str, message: str, value: object, schema: Json) -> Problem:
    """Return the 400 about one field; `path` is a JSON pointer."""
    return Problem(
        "invalid", [{"path": path, "message": message, "value": value, "schema": schema}]
    )


def answer(problem: Problem, switches: Json, *, dated: bool, salt: object) -> Response:
    """Return the HTTP answer for `problem` in the shape that the switches ask for.

    Mixed is what was seen live: the gateway's 401 is wrapped, everything behind it is flat.
    """
    status, code, title, message = WORDS["problems"][problem.kind]
    shape = switches["error_shape"]
    if status == TOO_FAST and switches["too_fast_shape"] != "as others":
        return PlainTextResponse("" if switches["too_fast_shape"] == "empty" else message, status)
    trace = str(int(roll("trace", salt) * 10**19))
    if problem.errors:
        message = problem.errors[0]["message"]
    if not dated and (shape == "wrapped" or (shape == "mixed" and status == 401)):
        inner: Json = {"message": message, "key": title.replace(" ", ""), "trace": trace}
        return JSONResponse({"error": inner}, status)
    body: Json = {"message": message, "docs": DOCS, "title": title, "trace": trace}
    if not dated:
        body |= {"code": code, "status": status}
        if title != "Bad Request":
            body["description"] = title
    if problem.errors:
        body["errors"] = problem.errors
    return JSONResponse(body, status)
