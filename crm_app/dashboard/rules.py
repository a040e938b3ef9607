"""The rules that make to-dos: why somebody has to be called, heard, answered or judged."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.calls.automatic import BY_ITSELF
from crm_app.compliance.rules import firm
from crm_app.compliance.windows import Clock
from crm_app.oversight.queries import WAITS
from crm_app.settings import settings
from crm_app.tables import read_table
from crm_app.work.actions import follow
from crm_app.work.models import OPEN

HOURS = 4  # open hours that an answer may take
RECENT = timedelta(days=7)  # older threads are history that was imported: they begin no to-do
TITLES: dict[str, str] = read_table(__file__, "rules")
# A call `c` of thread `t` that nobody took, and no person wrote or spoke with them since. A text of
# a campaign or of OpenPhone itself is no answer, nor is calling back in vain. Asked by the thread's
# index, row by row: a join would read all messages there are.
UNHEARD = f"""c.direction = 'in' and c.answered_at is null
and (c.is_missed or c.ended_at is not null or c.voicemail <> '{{}}')
and c.at >= coalesce((select m.at from message m left join outbox o on o.id = m.outbox_id
    where m.conversation_id = t.id and m.direction = 'out'
    and (o.user_id > 0 or o.id is null and not {BY_ITSELF})
    order by m.at desc limit 1), c.at)
and c.at >= coalesce((select k.at from call k where k.conversation_id = t.id
    and k.answered_at is not null order by k.at desc limit 1), c.at)"""
# A wait begins anew with what they write after a person did what a rule asked for in the thread.
_WAIT = """greatest(t.unanswered_since, (select min(m.at) from message m
    where m.conversation_id = t.id and m.direction = 'in' and m.at > (select max(done_at)
    from work_item where conversation_id = t.id and cause is not null and done_by is not null)))"""
# Beside a reason that has its to-do, open or done: a voicemail always gets one; a missed call, one
# for all of a thread, unless a person did one since; an unanswered thread, unless another rule asks
# for something there, or a person did it since.
_REASONS = text(f"""
with near as (
    select * from conversation where is_in_inbox and last_at > :since
    union select * from conversation where id in
        (select conversation_id from work_item where {OPEN} and cause is not null)
), waits as (select t.*, {_WAIT} as since from near t where is_unanswered
), held as (
    select case when c.voicemail = '{{}}' then 'missed' else 'voicemail' end as rule, c.at,
        cast(c.id as text) as subject, t.id, t.contact_id, t.assigned_to
    from near t cross join lateral (select * from call where conversation_id = t.id offset 0) c
    where {UNHEARD}
    union all
    select 'unanswered', since, concat(id, ' ', cast(extract(epoch from since) as bigint)),
        id, contact_id, assigned_to from waits where since <= :late
), new as (
    select * from (select *, exists (select from work_item own
        where own.cause = concat(rule, ' ', subject)) as is_known from held offset 0) h
    where is_known or rule = 'voicemail' or not exists (
        select from work_item w where w.conversation_id = h.id
        and w.cause ~ case rule when 'missed' then '^(missed|voicemail) ' else '.' end
        and ({OPEN} or w.done_by is not null and w.done_at >= h.at)
    ) and not (rule = 'unanswered' and exists
        (select from held o where o.id = h.id and o.rule <> h.rule and o.at >= h.at))
)
select distinct on (id, rule, case when is_known or rule = 'voicemail' then subject end) *
from new order by id, rule, case when is_known or rule = 'voicemail' then subject end, at
""")
_FROZEN = text(f"""
select 'frozen' as rule, s.since as at, cast(s.id as text) as subject, t.id,
    coalesce(t.contact_id, n.contact_id) as contact_id, t.assigned_to
from frozen s left join conversation t on t.e164 = s.e164 and t.own_number = :own
left join phone_number n on n.e164 = s.e164 where {WAITS} and (s.since > :since
    or exists (select from work_item where cause = concat('frozen ', s.id) and {OPEN}))
""")


def open_since(ours: Clock, now: datetime, hours: float) -> datetime:
    """Return the latest time (UTC) since which the firm was open for `hours` until `now`.

    Its hours are those of cold texts in Settings, Monday to Friday, no holidays: what came on
    Friday an hour before closing has waited four hours on Monday, three after opening.
    """
    left, day, zone = timedelta(hours=hours), ours.local(now).date(), ZoneInfo(ours.zone)
    while True:
        opens, closes = (datetime.combine(day, time(hour), zone).astimezone(UTC)
                         for hour in (ours.start, ours.end))  # fmt: skip
        was_open = max(min(now, closes) - opens, timedelta())
        if ours.day_off(day) is None:
            if was_open >= left:
                return min(now, closes) - left
            left -= was_open
        day -= timedelta(days=1)


def reasons(session: Session) -> list[dict[str, Any]]:
    """Return every reason for a to-do that holds now, as `work.actions.follow` takes it."""
    now, today = clock.now(session), times.local(clock.now(session)).date()
    late = open_since(firm(session), now, HOURS)
    given = {"since": now - RECENT, "late": late, "own": settings().own_number}
    found = []
    for row in [*session.execute(_REASONS, given), *session.execute(_FROZEN, given)]:
        found.append({
            "title": TITLES[row.rule].format(at=f"{times.local(row.at):%a %-I:%M %p}"),
            "cause": f"{row.rule} {row.subject}", "due": today, "assigned_to": row.assigned_to,
            "conversation_id": row.id, "contact_id": row.contact_id,
        })  # fmt: skip
    return found


def follow_rules(session: Session) -> None:
    """Make the to-dos that the rules ask for and end those whose reason has gone; one at a time."""
    if session.execute(text("select pg_try_advisory_xact_lock(1004, 1)")).scalar_one():
        follow(session, reasons(session))
