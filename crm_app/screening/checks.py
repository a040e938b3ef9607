"""Which numbers want a check of their line, whose turn it is, and what a check changes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from crm_app import clock, live
from crm_app.contacts.models import PhoneNumber
from crm_app.house import Heartbeat, beat
from crm_app.screening.actions import LINES, TOPIC, remember_bad
from crm_app.screening.models import NumberCheck
from crm_app.tables import read_sql

NAME = "numverify"  # of its heartbeat, whose detail says what is wrong
REFUSES = "NumVerify refuses our account"  # how that begins when asking again at once is no use
MOST = 20  # numbers a minute
CACHED = timedelta(days=30)
SQL = read_sql(__file__)


@dataclass(frozen=True)
class Line:
    """What a service knows of a number's line; blank when it does not say."""

    is_valid: bool
    line_type: str  # at most 20 letters
    carrier: str  # at most 80 letters


# The one thing this module needs from a validation service: what it knows of an E.164 number.
# It raises ProviderError: refused is this number alone, anything else ends the turn.
LineCheck = Callable[[str], Line]


def take_turn(session: Session, wall: datetime) -> bool:
    """Take the minute's turn; False when somebody has it, or within the hour of a refusal."""
    last = session.get(Heartbeat, NAME, with_for_update=True)
    problem = last.detail if last else ""
    pause = timedelta(hours=1) if problem.startswith(REFUSES) else timedelta(seconds=50)
    if last and wall - last.at < pause:
        return False
    beat(session, NAME, wall, problem)
    return True


def due(session: Session) -> list[str]:
    """Return numbers on lists that may be texted and were not checked lately, newest lists first.

    `CACHED` is counted in business time.
    """
    since = clock.now(session) - CACHED
    return list(session.execute(SQL["due"], {"since": since, "most": MOST}).scalars())


def note(session: Session, e164: str, line: Line) -> None:
    """Keep what a check said; a line that takes no texts is remembered as such."""
    known = select(PhoneNumber).where(PhoneNumber.e164 == e164).with_for_update()
    if session.exec(known).first() is None:
        return  # cleared away while the service was asked
    session.merge(NumberCheck(e164=e164, checked_at=clock.now(session), **asdict(line)))
    because = LINES["types"].get(line.line_type) if line.is_valid else LINES["invalid"]
    if because and remember_bad(session, e164, because):
        live.publish(session, TOPIC)
