"""Which numbers want a check of their line, whose turn it is, and what a check changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, live
from crm_app.screening.actions import LINES, TOPIC, remember_bad

NAME = "numverify"  # of its heartbeat, whose detail says what is wrong
REFUSES = "NumVerify refuses our account"  # how that begins when asking again at once is no use
MOST = 20  # numbers a minute
CACHED = timedelta(days=30)
_DUE = text("""
    select n.e164 from list_member m
    join contact k on k.id = m.contact_id and k.deleted_at is null
    join phone_number n on n.contact_id = k.id and n.is_textable
    where not exists (select from number_check c where c.e164 = n.e164 and c.checked_at > :since)
    group by n.e164 order by max(m.list_id) desc, min(n.id) limit :most
""")
_KEEP = text(
    "insert into number_check (e164, line_type, is_valid, carrier, checked_at)"
    # Not of somebody who was cleared away while the service was asked.
    " select e164, :line_type, :is_valid, :carrier, cast(:at as timestamptz) from phone_number"
    " where e164 = :e164 on conflict (e164) do update"
    " set line_type = excluded.line_type, is_valid = excluded.is_valid,"
    " carrier = excluded.carrier, checked_at = excluded.checked_at"
)
_TURN = text(
    "insert into heartbeat (name, at, detail) values (:name, :wall, '') on conflict (name)"
    " do update set at = :wall where heartbeat.at <= case when starts_with(heartbeat.detail,"
    " :refuses) then :hour_ago else :minute_ago end returning name"
)


@dataclass(frozen=True)
class Line:
    """What a service knows of a number's line; `line_type` is "" when it does not say."""

    is_valid: bool
    line_type: str
    carrier: str


class LineCheck(Protocol):
    """The one thing this module needs from a validation service."""

    def check(self, e164: str) -> Line:
        """Return what it knows; raise ProviderError: refused is this number alone, else later."""
        ...


def take_turn(session: Session, wall: datetime) -> bool:
    """Take the minute's turn; False when somebody has it, or within the hour of a refusal."""
    minute_ago, hour_ago = wall - timedelta(seconds=50), wall - timedelta(hours=1)
    given = {"name": NAME, "wall": wall, "refuses": REFUSES, "minute_ago": minute_ago}
    return session.execute(_TURN, given | {"hour_ago": hour_ago}).scalar() is not None


def due(session: Session) -> list[str]:
    """Return numbers on lists that may be texted and were not checked lately, newest lists first.

    `CACHED` is counted in business time.
    """
    since = clock.now(session) - CACHED
    return list(session.execute(_DUE, {"since": since, "most": MOST}).scalars())


def note(session: Session, e164: str, line: Line) -> None:
    """Keep what a check said; a line that takes no texts is remembered as such."""
    kept: dict[str, object] = {"line_type": line.line_type[:20], "carrier": line.carrier[:80]}
    kept |= {"e164": e164, "is_valid": line.is_valid, "at": clock.now(session)}
    session.execute(_KEEP, kept)
    because = LINES["types"].get(line.line_type) if line.is_valid else LINES["invalid"]
    if because and remember_bad(session, e164, because):
        live.publish(session, TOPIC)
