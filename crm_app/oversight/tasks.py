"""What the worker does for the owner once a day."""

from crm_app import clock, db, house, mail, queue
from crm_app.oversight import daily


@queue.periodic
def once_a_day() -> None:
    """Seal and test at night; the e-mail leaves from 7:00 on, and again until it did."""
    with db.transaction() as session:
        daily.run_night(session)
        letter = daily.letter_due(session)
    if letter is None or not mail.is_set_up():
        return
    problem = mail.deliver(letter.subject, letter.body)
    with db.transaction() as session:
        house.beat(session, "mail", clock.wall(), problem)
        if not problem:
            daily.letter_sent(session)
