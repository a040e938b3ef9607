"""What an import gives back as CSV: the refused rows to mend, and the whole result."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from crm_app.errors import CrmError
from crm_app.imports.models import Import
from crm_app.intake.recipes import REASON
from crm_app.sheets import unescaped

_ROWS = text("""
select r.line, coalesce(o.verdict, 'not yet') as verdict, r.reason,
    r.warnings || coalesce(o.warnings, '[]') as warnings, o.stayed, r.raw
from import_row r join import i on i.id = r.import_id left join import_outcome o
    on o.import_id = i.id and o.line = r.line and (o.is_done or i.state = 'planned')
where r.import_id = :id and (:is_whole or r.reason <> '') order by r.line
""").execution_options(yield_per=500)


def file_name(session: Session, import_id: int) -> str:
    """Return the name of an import's file; raise CrmError when there is no such import."""
    if found := session.get(Import, import_id):
        return found.file_name
    raise CrmError("There is no such import.")


def rows(session: Session, import_id: int, is_whole: bool) -> Iterator[list[object]]:
    """Yield the header, then each row as it is read: all of them, else the refused with why."""
    first = ["Line", "Result", "Reason", "Warnings", "Stayed"] if is_whole else [REASON]
    yield [*first, *session.get_one(Import, import_id).header]
    for row in session.execute(_ROWS, {"id": import_id, "is_whole": is_whole}):
        said = [row.line, row.verdict, row.reason, " ".join(row.warnings), row.stayed]
        yield [*(said if is_whole else [row.reason]), *map(unescaped, row.raw)]
