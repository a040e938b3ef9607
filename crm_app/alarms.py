"""E-mails to the owner; when something is wrong, at most one an hour for one cause."""

from datetime import timedelta

from crm_app import clock, db, house, mail

APART = timedelta(hours=1)


def alarm(cause: str, subject: str, body: str) -> bool:
    """Write to the owner unless this `cause` was told within the hour; return whether it went.

    One that does not leave is tried again at the next call.
    """
    if not mail.is_set_up():
        return False
    with db.transaction() as session:
        told = house.last_beat(session, f"told {cause}")
        if told and clock.wall() - told < APART:
            return False
    problem = write(subject, body)
    if not problem:
        with db.transaction() as session:
            house.beat(session, f"told {cause}", clock.wall())
    return not problem


def write(subject: str, body: str) -> str:
    """Send the owner an e-mail; return "" or what is wrong with it, which /admin shows too."""
    problem = mail.deliver(subject, body)
    with db.transaction() as session:
        house.beat(session, "mail", clock.wall(), problem)
    return problem
