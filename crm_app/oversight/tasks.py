"""What the worker does for the owner once a day."""

from crm_app import db, mail, queue
from crm_app.alarms import write
from crm_app.evidence import ledger
from crm_app.oversight import daily


@queue.periodic
def once_a_night() -> bool:
    """Seal and test, each in its own transaction: the seal's lock stops every text and STOP."""
    with db.transaction() as session:
        if not daily.is_night_due(session):
            return False
        upto = ledger.newest(session)
    with db.transaction() as session:
        return daily.run_night(session, upto)


@queue.periodic
def write_to_owner() -> bool:
    """Send the daily e-mail from 7:00 on our clock, and again until it leaves."""
    if not mail.is_set_up():
        return False
    with db.transaction() as session:
        letter = daily.take_letter(session)
    if letter is None:
        return False
    if problem := write(*letter):
        with db.transaction() as session:
            daily.letter_lost(session)
    return not problem
