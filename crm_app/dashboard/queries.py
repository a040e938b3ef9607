"""What / says on top: who waits for an answer, the day's campaigns, whether all is well."""

from sqlmodel import Session

from crm_app import clock, times
from crm_app.admin.queries import health
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.rules import rules
from crm_app.dashboard.rules import RECENT, UNHEARD
from crm_app.inbox.queries import VIEWS
from crm_app.settings import settings
from crm_app.tables import read_sql
from crm_app.work.queries import given, midnight

Figure = tuple[str, str, str, str]  # its words, number, the way it leads, and its test id
SQL = read_sql(__file__, unanswered=VIEWS["unanswered"], unheard=UNHEARD)


def figures(session: Session, person: Person) -> list[Figure]:
    """Return the figures that `person` may know."""
    person.must(Permission.SEE_PEOPLE)
    since, waiting = clock.now(session) - RECENT, "/inbox?view=unanswered"
    replies, calls = session.execute(SQL["waiting"], given(person) | {"since": since}).one()
    found = [("Replies waiting", f"{replies:,}", waiting, "today-replies"),
             ("Missed calls", f"{calls:,}", waiting, "today-calls")]  # fmt: skip
    if person.may(Permission.CAMPAIGN_EDIT):
        sent = "{:,} of {:,}".format(*campaigns_today(session))
        found.append(("Campaign texts today", sent, "/campaigns", "today-campaigns"))
    return found


def trouble(session: Session, person: Person) -> str:
    """Return in a line what is wrong with the program, "" for nothing; what to do is at /admin.

    Who may not look there is told nothing of the account.
    """
    red = next((part for part in health(session) if not part.is_ok), None)
    if red and not person.may(Permission.READ_ALL_THREADS):
        return "Something is wrong with the program: tell the office"
    return f"{red.name.replace('_', ' ').capitalize()}: {red.detail}" if red else ""


def campaigns_today(session: Session) -> tuple[int, int]:
    """Return how many campaign texts left on the company's day, and how many will have by closing.

    The latter at the campaigns' pace and within the day's cap.
    """
    now, limits = clock.now(session), rules(session)
    closes = times.local(now).replace(hour=limits.closes, minute=0, second=0, microsecond=0)
    asked = {"now": now, "closes": closes, "midnight": midnight(now), "day": closes.date(),
             "own": settings().own_number, "cap": limits.cold_daily_limit}  # fmt: skip
    sent, planned = session.execute(SQL["campaigns"], asked).one()
    return sent, int(planned)
