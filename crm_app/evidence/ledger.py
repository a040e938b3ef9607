"""The ledger: decisions chained nightly, so that none is changed or taken away unseen."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row
from sqlmodel import Session, col, func, select

from crm_app import clock
from crm_app.compliance.facts import Decision, Facts, Reason
from crm_app.compliance.gate import RULES_VERSION, may_send
from crm_app.compliance.models import DecisionRecord, Seal
from crm_app.tables import read_sql, read_table

SQL = read_sql(__file__)
_FACTS = TypeAdapter(Facts)
GUARDS: dict[str, list[str]] = read_table(__file__, "guards")  # table, MD5 of what it does


@dataclass(frozen=True)
class Verified:
    """What was looked at, and every problem as a sentence; without one all is as it was written."""

    seals: int
    decisions: int
    replayed: int  # the others were decided by older rules
    unsealed: int
    head: str
    problems: list[str]


def head(session: Session) -> Seal | None:
    """Return the newest seal, or None before the first night."""
    return session.exec(select(Seal).order_by(col(Seal.id).desc()).limit(1)).first()


def newest(session: Session) -> int:
    """Return the last decision (0: none), sure that no earlier one can still come.

    The lock stops all sending and every opt-out: commit at once, and chain in another transaction.
    """
    session.execute(SQL["alone"])
    return session.exec(select(func.coalesce(func.max(DecisionRecord.id), 0))).one()


def seal(session: Session, upto: int) -> Seal | None:
    """Chain what was decided since the last seal up to `newest`; None when that is nothing."""
    last = head(session)
    after, before = (last.upto, last.sha256) if last else (0, "")
    ids, digest = _chained(_rows(session, after, upto), before)
    if not ids:
        return None
    new = Seal(at=clock.now(session), upto=ids[-1], count=len(ids), sha256=digest)
    session.add(new)
    session.flush()
    return new


def verify(session: Session, known: str = "") -> Verified:
    """Compute every seal again, and every verdict again from its stored facts.

    `known` is the head of some daily e-mail: a seal of that night must still be there.
    """
    problems, after, before, counted = list[str](), 0, "", 0
    seals = session.exec(select(Seal).order_by(col(Seal.id))).all()
    for one in seals:
        ids, digest = _chained(_rows(session, after, one.upto), before)
        if (len(ids), digest) != (one.count, one.sha256):
            problems.append(
                f"Seal {one.id} (decisions {after + 1} to {one.upto}) does not fit: {len(ids)} of"
                f" {one.count} are there, and they were changed if none is missing."
            )
        after, before, counted = one.upto, one.sha256, counted + len(ids)
    if known and known not in {one.sha256 for one in seals}:
        problems.append(f"No seal is {known}: those since that e-mail were taken away or remade.")
    problems += guards(session)
    replayed, unsealed = 0, 0
    for row in _rows(session, 0):
        unsealed += row.id > after
        if row.rules_version == RULES_VERSION:
            replayed += 1
            if not is_replayed(row):
                problems.append(f"Decision {row.id}: its facts give another verdict today.")
    return Verified(len(seals), counted, replayed, unsealed, before, problems)


def guards(session: Session) -> list[str]:
    """Return a sentence when what keeps the ledger and the opt-outs is missing, off or changed."""
    on = {name: [table, does] for name, table, does in session.execute(SQL["guarded"])}
    return [f"The guard {name} is gone, off or changed." for name in GUARDS
            if on.get(name) != GUARDS[name]]  # fmt: skip


def replay(facts: dict[str, Any], at: datetime) -> Decision:
    """Decide again from stored facts alone; pydantic's ValidationError when they are no facts."""
    return may_send(_FACTS.validate_python(facts), at)


def stored(row: Row[Any]) -> Decision:
    """Return a row of `decision` as what the gate said."""
    reasons = tuple(Reason(*one) for one in row.reasons)
    return Decision(row.is_allowed, reasons, row.opens_at, row.is_never)


def is_replayed(row: Row[Any]) -> bool:
    """Whether a stored decision's facts give its verdict, its rules and their sentences again."""
    try:
        return replay(row.facts, row.at) == stored(row)
    except (ValidationError, TypeError):
        return False  # they are no facts, or no reasons, any more


def _rows(session: Session, after: int, upto: int | None = None) -> Iterator[Row[Any]]:
    """Decisions in their order, streamed."""
    given = {"after": after, "upto": upto}
    yield from session.execute(SQL["rows"], given, execution_options={"yield_per": 1000})


def _chained(rows: Iterator[Row[Any]], before: str) -> tuple[list[int], str]:
    chain, ids = hashlib.sha256(before.encode()), []
    for row in rows:
        chain.update(json.dumps(list(row), sort_keys=True, default=_utc).encode())
        ids.append(row.id)
    return ids, chain.hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
