"""E-mails to the owner; when something is wrong, at most one an hour for one cause."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from crm_app import clock, db, house, live, mail
from crm_app.tables import read_table
from crm_app.times import exact

CAUSES: dict[str, dict[str, Any]] = read_table(__file__, "alarms")
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


def watch(cause: str, words: str) -> None:
    """Keep what is wrong by a cause of alarms.toml ("": nothing) for the pages, and write of it."""
    told, name = CAUSES[cause], f"trouble {cause}"
    with db.transaction() as session:
        row = session.get(house.Heartbeat, name)
        if words != (row.detail if row else ""):
            house.beat(session, name, clock.wall(), words)
            live.publish(session, "line")
        began, ended = (house.last_beat(session, f"{kind} {cause}") for kind in ("told", "over"))
    if words:
        alarm(cause, told["subject"], f"{words}\n\n{told['do']}")
        return
    is_untold = told["over"] and began and (ended is None or ended < began)
    if is_untold and began and not write(told["over"], f"Told on {exact(began)}; it is over."):
        with db.transaction() as session:
            house.beat(session, f"over {cause}", clock.wall())


def troubles(session: Session) -> dict[str, str]:
    """Return what is wrong now, a sentence for each cause."""
    is_one = col(house.Heartbeat.name).startswith("trouble ") & (col(house.Heartbeat.detail) != "")
    found = session.exec(select(house.Heartbeat).where(is_one))
    return {row.name.removeprefix("trouble "): row.detail for row in found}
