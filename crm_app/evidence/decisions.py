"""What the gate decided, newest first, in words and with all clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.windows import law
from crm_app.contacts.phones import digits, show
from crm_app.evidence import why
from crm_app.settings import settings
from crm_app.tables import read_table

PAGE_SIZE = 50
LABELS: dict[str, dict[str, str]] = read_table(__file__, "labels")
_VERDICTS = {
    "": "true", "allowed": "d.is_allowed", "never": "d.is_never",
    "held": "not (d.is_allowed or d.is_never)",
}  # fmt: skip
_DECISIONS = """
select d.*, u.name as by from decision d left join app_user u on u.id = d.asked_by
where {verdict} and (:purpose = '' or d.purpose = :purpose)
and (:rule = '' or d.reasons @> jsonb_build_array(jsonb_build_array(cast(:rule as text))))
and {number} and (:before = 0 or d.id < :before) order by d.id desc limit :size
"""


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


def there(at: datetime, zone: str) -> str:
    """Say a time on the clock of `zone`, as it stands there."""
    return f"{at:%a %-I:%M %p} {law()['labels'].get(zone, zone)}"


def decisions(
    session: Session, person: Person, *, verdict: str = "", purpose: str = "", rule: str = "",
    number: str = "", before: int = 0, size: int = PAGE_SIZE,
) -> list[DecisionRow]:  # fmt: skip
    """Return decisions, newest first, those older than `before`; `number` is a part of one."""
    person.must(Permission.READ_ALL_THREADS)
    plain = digits(number)
    # A whole number is found by its index.
    where = "d.e164 = '+1' || right(:number, 10)" if len(plain) > 9 else "d.e164 like :like"
    where = "d.e164 = '+' || :number" if number.startswith("+") else where
    query = _DECISIONS.format(
        verdict=_VERDICTS.get(verdict, "true"), number=where if plain else "true"
    )
    given = {"purpose": purpose, "rule": rule, "before": before, "size": size}
    given |= {"number": plain, "like": f"%{plain}%"}
    return [_decision(row) for row in session.execute(text(query), given)]


def _decision(row: Row[Any]) -> DecisionRow:
    verdict = ("Allowed", "fine") if row.is_allowed else ("Held", "held")
    verdict = ("Never", "blocked") if row.is_never else verdict
    sentence = "; ".join(words for _rule, words in row.reasons) or "no rule stands against it"
    if row.opens_at:
        sentence += f" (may go {times.exact(row.opens_at)})"
    theirs = [there(datetime.fromisoformat(at), zone) for zone, at in row.clocks.items()
              if zone != settings().company_timezone]  # fmt: skip
    versions = [f"rules {row.rules_version}"] + [f"text {v}" for v in [row.text_version] if v]
    versions += [LABELS["stages"][row.stage], *([f"by {row.by}"] if row.by else [])]
    return DecisionRow(
        row.id, show(row.e164), f"/compliance/{row.e164[1:]}",
        why.PURPOSES[row.purpose].capitalize(), *verdict, sentence,
        " · ".join((f"{times.exact(row.at)} our time", *theirs)), " · ".join(versions),
    )  # fmt: skip
