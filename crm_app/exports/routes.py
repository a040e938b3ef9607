"""Downloads: an export is read from the database as it is sent, and never held whole."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import needs
from crm_app.db import in_thread, transaction
from crm_app.exports import queries
from crm_app.exports.csv_out import pieces

router = APIRouter()


@router.get("/exports/{what}.csv", summary="contacts, properties or messages as CSV")
async def export(
    what: str, person: Annotated[Person, Depends(needs(Permission.EXPORT))],
    list_name: str = "", list_id: int = 0,
) -> StreamingResponse:  # fmt: skip
    """Send an export; `list_name` or `list_id` leaves only the people of a list."""
    asked = (person, what, list_name, list_id)
    await in_thread(queries.rows, *asked)  # refused before the answer begins
    return download(what, lambda session: queries.rows(session, *asked))


def download(name: str, read: Callable[[Session], Iterable[Sequence[object]]]) -> StreamingResponse:
    """Answer with the CSV file `name` of what `read` yields in a transaction of its own."""

    def stream() -> Iterator[bytes]:
        with transaction() as session:
            yield from pieces(read(session))

    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(stream(), 200, headers, "text/csv; charset=utf-8")
