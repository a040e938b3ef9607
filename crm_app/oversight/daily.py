"""What is done once a company day: seal the ledger, run the self-test, write to the owner."""

from datetime import datetime, timedelta

from sqlmodel import Session

from crm_app import clock
from crm_app.evidence import ledger
from crm_app.house import get_setting, put_setting
from crm_app.oversight import selftest
from crm_app.oversight.queries import WAITS, age
from crm_app.tables import read_sql
from crm_app.times import exact, local

KEY, LETTER_HOUR = "nightly", 7
SQL = read_sql(__file__, waits=WAITS)


def is_night_due(session: Session) -> bool:
    """Whether this company day's seal and self-test are still to be made."""
    today = str(local(clock.now(session)).date())
    return bool(get_setting(session, KEY, {}).get("day") != today)


def run_night(session: Session, upto: int) -> bool:
    """Seal up to a decision and test, once a company day; False when another worker is at it."""
    if not session.execute(SQL["one_at_a_time"]).scalar_one() or not is_night_due(session):
        return False
    done, today = get_setting(session, KEY, {}), str(local(clock.now(session)).date())
    ledger.seal(session, upto)
    red = [one.name for one in selftest.results(session) if not one.is_ok]
    put_setting(session, KEY, done | {"day": today, "red": red})
    return True


def take_letter(session: Session) -> tuple[str, str] | None:
    """Return subject and body of the day's e-mail, once, from 7:00 on our clock.

    `letter_lost` gives it back.
    """
    now = clock.now(session)
    is_mine = session.execute(SQL["one_at_a_time"]).scalar_one()
    done, there = get_setting(session, KEY, {}), local(now)
    if not is_mine or there.hour < LETTER_HOUR or done.get("letter") == str(there.date()):
        return None
    put_setting(session, KEY, done | {"letter": str(there.date())})
    red = "; ".join(done.get("red", []))
    if done.get("day") != str(there.date()):
        red = f"not run since {done.get('day') or 'ever'}: look at the worker's log"
    return _letter(session, now, red)


def letter_lost(session: Session) -> None:
    """Note that today's e-mail has not left."""
    put_setting(session, KEY, get_setting(session, KEY, {}) | {"letter": ""})


def _letter(session: Session, now: datetime, red: str) -> tuple[str, str]:
    n = session.execute(SQL["counts"], {"since": now - timedelta(days=1)}).one()
    seal = ledger.head(session)
    oldest = f", the oldest {age(n.since, now)}" if n.frozen else ""
    head = f"{seal.sha256} (decision {seal.upto}, {exact(seal.at)})" if seal else "none yet"
    waits = f"{n.frozen} frozen" if n.frozen else "nothing waits"
    body = f"""\
Frozen numbers that wait for a person: {n.frozen}{oldest}
Texts that a person has to decide: {n.asks}
Decided in the last 24 hours: {n.decided:,}, {n.allowed:,} of them allowed
Self-test: {f"RED: {red}" if red else "green"}
Head of the ledger: {head}"""
    return f"today: {'SELF-TEST RED, ' if red else ''}{waits}", body
