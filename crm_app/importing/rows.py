"""The rows of an import's page: what each says, what becomes of it, and what it changes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.importing.words import LABELS, differences, label, person, title_of
from crm_app.merging.queries import looks_like

PAGE = 50
_ROWS = """
select r.line, r.reason, r.warnings || coalesce(o.warnings, '[]') as warnings, r.raw, r.house,
    r.people, r.is_overwriting, o.verdict, o.contact_verdicts, o.contact_ids, o.property_id,
    o.changes, o.stayed, o.is_done
from import_row r left join import_outcome o
    on o.import_id = :id and o.line = r.line and o.line > :after -- not from the first line on
    and (o.is_done or exists (select from import where id = :id and state = 'planned'))
where r.import_id = :id and r.line > :after {narrowed} order by r.line limit :most
"""
# What each tile narrows the rows to; refused rows have an index of their own.
_NARROWED = {
    "": "", "failed": " and (r.reason <> '' or r.warnings <> '[]') and r.reason <> ''"
    " and o.verdict = 'failed'",
    "warnings": " and (r.warnings <> '[]' or o.warnings <> '[]')", "stayed": " and o.stayed <> ''",
    "people": " and o.property_verdict = '' and o.verdict <> 'failed'",
} | {
    f"{kind}-{verdict}": f" and {where.format(verdict)}"
    for verdict in ("created", "updated", "unchanged")
    for kind, where in (
        ("rows", "o.verdict = '{0}'"), ("properties", "o.property_verdict = '{0}'"),
        ("contacts", "o.contact_verdicts @> '[\"{0}\"]'"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class RowShown:
    """A row of the file: what it says, what becomes of it, and what it changes."""

    line: int
    title: str
    detail: str
    href: str
    word: str
    tone: str
    reason: str
    warnings: list[str]
    changes: list[tuple[str, str, str]]  # what, before, after
    kept: str
    is_overwriting: bool
    stayed: str


def rows(session: Session, import_id: int, narrowed: str, after: int) -> list[RowShown]:
    """Return a page of rows after a line, in file order; one more says that there are others."""
    query = text(_ROWS.format(narrowed=_NARROWED.get(narrowed, "")))
    found = session.execute(query, {"id": import_id, "after": after, "most": PAGE + 1}).all()
    new = [(row.line, one | {"property_id": row.property_id})
           for row in found if row.is_done is False
           for one, verdict in zip(row.people, row.contact_verdicts, strict=False)
           if verdict == "created"]  # fmt: skip
    said = looks_like(session, [one for _line, one in new])
    alike = [(line, words) for (line, _), words in zip(new, said, strict=True) if words]
    return [_row(row, [words for line, words in alike if line == row.line]) for row in found]


def _row(row: Any, alike: list[str]) -> RowShown:
    verdict = row.verdict or ("failed" if row.reason else "waiting")
    if verdict == "unchanged" and {"created", "updated"} & {*row.contact_verdicts}:
        verdict = "beside"  # the tiles count the house
    word, tone = LABELS["verdicts"][verdict]
    verdicts = dict(enumerate(row.contact_verdicts or []))
    people = [person(one, verdicts.get(place, "")) for place, one in enumerate(row.people)]
    ids, changes = row.contact_ids or [], row.changes or []
    names = {("contact", n): one["name"] for n, one in zip(ids, row.people, strict=False)}
    found = [one for change in changes for one in differences(
        change, names.get((change["entity"], change["id"]), ""))]  # fmt: skip
    kept = dict.fromkeys(label(name) for change in changes for name in change.get("kept") or [])
    return RowShown(
        row.line, title_of(row.house, row.people, row.raw), " · ".join(people),
        f"/properties/{row.property_id}" if row.property_id else "", word, tone, row.reason,
        row.warnings + alike, found, ", ".join(kept), row.is_overwriting, row.stayed or "",
    )  # fmt: skip
