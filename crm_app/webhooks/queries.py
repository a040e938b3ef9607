"""What came in and went wrong: deliveries that failed or did nothing, and those not believed."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row
from sqlmodel import Session

from crm_app.errors import CrmError
from crm_app.tables import read_sql
from crm_app.times import exact, hour
from crm_app.webhooks.actions import FORGOTTEN, WAITS_FOR_A_PERSON

PAGE_SIZE = 50
SQL = read_sql(__file__, page_size=PAGE_SIZE, for_a_person=WAITS_FOR_A_PERSON)
VIEWS = ("failed", "unknown", "refused", "all")


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery in words; `body` and `headers` are written out for the detail alone."""

    id: int = 0
    at: str = ""
    kind: str = ""
    badge: str = ""
    tone: str = "plain"
    because: str = ""
    may_replay: bool = False
    body: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)


def deliveries(session: Session, view: str, before: int = 0) -> list[DeliveryRow]:
    """Return a page of one view (failed, unknown, all, refused), the newest first."""
    found = session.execute(SQL[view if view in VIEWS else "all"], {"before": before})
    return [_row(row) for row in found]


def delivery(session: Session, row_id: int, *, is_refused: bool) -> DeliveryRow:
    """Return one with its body and headers; raise CrmError when it is gone."""
    query = SQL["one_refused"] if is_refused else SQL["one"]
    found = session.execute(query, {"id": row_id}).first()
    if found is None:
        raise CrmError("This delivery is not kept any more: look at the list again.")
    return _row(found, is_whole=True)


def reasons(session: Session) -> list[tuple[str, str]]:
    """Return why deliveries were refused: how often, and when last."""
    found = session.execute(SQL["reasons"])
    return [(reason, f"{count:,}, last {exact(at)}") for reason, count, at in found]


def refused_since(session: Session, at: datetime) -> int:
    """Return how many deliveries were refused since `at` (wall clock; at most the 200 kept)."""
    return int(session.execute(SQL["refused_since"], {"at": at}).scalar_one())


def _row(d: Row[tuple[object, ...]], *, is_whole: bool = False) -> DeliveryRow:
    badge, tone, because = d.state, "plain", d.error or "nobody has looked at it yet"
    if d.state == "applied":
        tone, because = "fine", "applied" if d.body else f"applied; {FORGOTTEN}"
    elif d.state == "refused":
        tone = "blocked"
    elif d.state == "unknown":
        badge = "no effect"
    elif d.attempts and not d.next_at:
        badge, tone, because = "waits for you", "blocked", _tried(d, "it is not tried again")
    elif d.state == "failed":
        tone, because = "held", _tried(d, f"again at {hour(d.next_at)}")
    whole = (_pretty(d.body), sorted(d.headers.items())) if is_whole else ("", [])
    shown = (badge, tone, because, bool(d.body) and d.state != "refused")
    return DeliveryRow(d.id, exact(d.at), d.kind or "no kind", *shown, *whole)


def _tried(d: Row[tuple[object, ...]], then: str) -> str:
    times = "once" if d.attempts == 1 else f"{d.attempts} times"
    return f"{d.error or 'cut off'}: tried {times}, {then}"


def _pretty(body: str) -> str:
    try:
        shown = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
    return shown.encode("utf-8", "replace").decode()  # half of a surrogate pair reaches no browser
