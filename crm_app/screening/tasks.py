"""What the worker does for screening: a few numbers a minute are checked, none waits for it."""

from crm_app import clock, db, house, queue
from crm_app.errors import Kind, ProviderError
from crm_app.screening import checks
from crm_app.screening.client import ask_numverify
from crm_app.settings import settings


@queue.periodic
def check_lines() -> None:
    """Check what is due, when there is a service; a silent service ends this minute's turn."""
    if settings().checks_lines:
        check_due(ask_numverify)


def check_due(check: checks.LineCheck) -> None:
    """Check up to MOST numbers, each outside of any transaction."""
    with db.transaction() as session:
        numbers = checks.due(session) if checks.take_turn(session, clock.wall()) else []
    if not numbers:
        return
    problem = ""
    for e164 in numbers:
        try:
            line = check(e164)
        except ProviderError as found:
            problem = str(found)
            if found.kind is Kind.REFUSED:  # this number alone
                continue
            break
        with db.transaction() as session:
            checks.note(session, e164, line)
    with db.transaction() as session:
        house.beat(session, checks.NAME, clock.wall(), problem)
