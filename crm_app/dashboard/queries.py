"""What / says on top: who waits for an answer, the day's campaigns, whether all is well."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.admin.queries import health
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.rules import firm, rules
from crm_app.dashboard.rules import RECENT, UNHEARD
from crm_app.inbox.queries import VIEWS
from crm_app.settings import settings
from crm_app.work.queries import midnight

_MINE = "(:all or {}.assigned_to = :me)"
_WAITING = text(f"""
select (select count(*) from conversation c where {VIEWS["unanswered"]} and {_MINE.format("c")}),
    (select count(*) from conversation t join call c on c.conversation_id = t.id
    where t.is_in_inbox and t.last_at > :since and {_MINE.format("t")} and {UNHEARD})
""")
_SENT = text(
    "select count(*) from outbox"
    " where own_number = :own and started_at >= :today and campaign_id is not null"
)
_USED = text("select coalesce(sum(used), 0) from day_cap where own_number = :own and day = :day")
# No more of a campaign are counted than the day's cap lets through.
_PACES = text("""
select p.seconds, p.next_at, (select count(*) from (select from outbox o
    where o.campaign_id = p.campaign_id and state = 'waiting' and not is_for_person
    and not_before < :closes limit :left) waiting) as waiting
from pace p join campaign c on c.id = p.campaign_id where c.state = 'active' and not p.is_paused
""")


@dataclass(frozen=True)
class Figure:
    """One number of the day and where it leads."""

    label: str
    value: str
    href: str
    testid: str


@dataclass(frozen=True)
class Today:
    """The figures, and in `trouble` what is wrong with the program in words ("": all is well)."""

    figures: tuple[Figure, ...] = ()
    trouble: str = ""


def today(session: Session, person: Person) -> Today:
    """Return how the day stands, as far as `person` may know."""
    person.must(Permission.SEE_PEOPLE)
    now, sees_all = clock.now(session), person.may(Permission.READ_ALL_THREADS)
    given = {"me": person.id, "all": sees_all, "since": now - RECENT}
    replies, calls = session.execute(_WAITING, given).one()
    waiting = "/inbox?view=unanswered"
    figures = [Figure("Replies waiting", f"{replies:,}", waiting, "today-replies"),
               Figure("Missed calls", f"{calls:,}", waiting, "today-calls")]  # fmt: skip
    if person.may(Permission.CAMPAIGN_EDIT):
        sent, planned = campaigns_today(session)
        figures.append(Figure("Campaign texts today", f"{sent:,} of {planned:,}", "/campaigns",
                              "today-campaigns"))  # fmt: skip
    red = next((part for part in health(session) if not part.is_ok), None)
    name = red.name.replace("_", " ").capitalize() if red else ""
    return Today(tuple(figures), f"{name}: {red.detail}. {red.do}" if red else "")


def campaigns_today(session: Session) -> tuple[int, int]:
    """Return how many campaign texts left on the company's day, and how many will have by its end.

    Planned are those that are due before closing, at their campaigns' pace, within the day's cap.
    """
    now, own, ours = clock.now(session), settings().own_number, firm(session)
    given = {"own": own, "today": midnight(now), "day": times.local(now).date()}
    sent = session.execute(_SENT, given).scalar_one()
    left = max(0, rules(session).cold_daily_limit - session.execute(_USED, given).scalar_one())
    opens = ours.opens(now)
    if opens is None or ours.local(opens).date() != given["day"]:
        return sent, sent
    closes = ours.local(now).replace(hour=ours.end, minute=0, second=0, microsecond=0)
    to_come = 0
    for pace in session.execute(_PACES, {"closes": closes, "left": left}):
        time_left = closes - max(opens, pace.next_at)
        fit = int(time_left / timedelta(seconds=pace.seconds)) + 1 if pace.seconds else left
        to_come += min(pace.waiting, fit) if time_left > timedelta() else 0
    return sent, sent + min(left, to_come)
