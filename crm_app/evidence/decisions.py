"""What the gate decided, newest first, in words and with all clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.windows import law
from crm_app.contacts.phones import digits, show
from crm_app.evidence.ledger import stored
from crm_app.evidence.why import PURPOSES, in_words
from crm_app.settings import settings
from crm_app.tables import read_sql, read_table
from crm_app.times import exact

PAGE_SIZE = 50
LABELS: dict[str, Any] = read_table(__file__, "labels")
SQL = read_sql(__file__)


@dataclass(frozen=True)
class DecisionRow:
    """One decision in words; `id` leads to the older ones."""

    id: int
    number: str
    href: str
    purpose: str
    verdict: str
    tone: str
    sentence: str
    clocks: str
    versions: str


def clocks(at: datetime, zones: Iterable[str], ours: str = "our time") -> str:
    """Say a time on our clock, and on each other one of `zones`."""
    company, labels = settings().company_timezone, law()["labels"]
    theirs = (f"{at.astimezone(ZoneInfo(zone)):%a %-I:%M %p} {labels.get(zone, zone)}"
              for zone in sorted(zones) if zone != company)  # fmt: skip
    return " · ".join((f"{exact(at)} {ours}", *theirs))


def decisions(
    session: Session, person: Person, *, verdict: str = "", purpose: str = "", rule: str = "",
    number: str = "", before: int = 0, size: int = PAGE_SIZE,
) -> list[DecisionRow]:  # fmt: skip
    """Return decisions, newest first, those older than `before`; `number` is a part of one."""
    person.must(Permission.READ_ALL_THREADS)
    plain = digits(number)
    # A whole number has no wildcard: it is found by its index.
    like = f"+1{plain[-10:]}" if len(plain) > 9 else f"%{plain or 'no number'}%"
    given = {"verdict": verdict, "purpose": purpose, "rule": rule, "number": number and like}
    found = session.execute(SQL["filtered"], given | {"before": before, "size": size})
    return [row_of(row) for row in found]


def of_number(session: Session, e164: str, at: datetime, most: int | None = None) -> list[Row[Any]]:
    """Return what was decided about a number up to `at`, the newest first, with who asked."""
    return [*session.execute(SQL["of_number"], {"e164": e164, "at": at, "most": most})]


def row_of(row: Row[Any]) -> DecisionRow:
    """Return a stored decision ready to show."""
    verdict, tone = LABELS["verdicts"][row.verdict]
    said = in_words(stored(row), "may go")
    versions = [f"rules {row.rules_version}", row.text_version and f"text {row.text_version}"]
    versions += [LABELS["stages"][row.stage], row.by and f"by {row.by}"]
    return DecisionRow(
        row.id, show(row.e164), f"/compliance/{row.e164[1:]}", PURPOSES[row.purpose].capitalize(),
        verdict, tone, said, clocks(row.at, row.clocks), " · ".join(filter(None, versions)),
    )  # fmt: skip


def kept(session: Session, e164: str, at: datetime) -> list[str]:
    """Say each of the last decisions about a number up to `at`, as it was at its time."""
    said = list[str]()
    for row in of_number(session, e164, at, most=5):
        by = f", asked by {row.by}" if row.by else ""
        verdict = in_words(stored(row), "may go", names_rules=True)
        about = f"{exact(row.at)}, {PURPOSES[row.purpose]} ({row.stage}{by})"
        said.append(f"{about}: {verdict} [rules {row.rules_version}]")
    return said
