"""The evidence packet: all that is kept of one number, on one page that can be printed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlmodel import Session

from crm_app import clock, times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate_rules import BASES
from crm_app.contacts.phones import show
from crm_app.conversations.facts import Asked, facts_for
from crm_app.evidence import ledger, why
from crm_app.evidence.decisions import LABELS, DecisionRow, decisions, there
from crm_app.inbox.thread import STANDS
from crm_app.settings import settings

_WHO = text("""
select k.id, k.name, k.other_names, k.email, k.deleted_at, n.is_textable, n.not_textable_because,
    array(select distinct concat_ws(', ', p.address, p.city || ' ' || p.state || ' ' || p.zip5)
        from contact_property h join property p on p.id = h.property_id
        where h.contact_id = k.id) as houses
from phone_number n join contact k on k.id = n.contact_id where n.e164 = :e164
""")
_CONSENTS = text("""
select a.at, 'List “' || l.name || '” attested by ' || u.name as title, a.sentence as said
from phone_number n join list_member m on m.contact_id = n.contact_id
join contact_list l on l.id = m.list_id join attestation a on a.list_id = l.id
join app_user u on u.id = a.user_id where n.e164 = :e164
union all select i.created_at, 'Imported from ' || i.file_name || ', line ' || r.line
    || coalesce(' by ' || u.name, ''), 'list “' || i.list_name || '”'
from phone_number n join list_member m on m.contact_id = n.contact_id
join import i on i.list_id = m.list_id
join import_row r on r.import_id = i.id and r.property_id = m.property_id
left join app_user u on u.id = i.created_by where n.e164 = :e164
union all (select g.at, 'They wrote to us', g.body from message g
    join conversation c on c.id = g.conversation_id
    where c.e164 = :e164 and g.direction = 'in' order by g.at desc limit 1)
order by 1
""")
_NOTED = text(
    "select s.*, u.name as by from consent s join app_user u on u.id = s.by_user"
    " where s.e164 = :e164 order by s.id"
)
_TEXTS = text("""
select m.at, m.direction, m.body, m.status as state, m.error as because, o.purpose, u.name as by
from message m join conversation c on c.id = m.conversation_id
left join outbox o on o.id = m.outbox_id left join app_user u on u.id = o.user_id
where c.e164 = :e164
union all select coalesce(o.started_at, o.finished_at, o.created_at), 'out', o.body, o.state,
    o.because, o.purpose, u.name from outbox o left join app_user u on u.id = o.user_id
where o.e164 = :e164 and not exists (select from message m where m.outbox_id = o.id)
order by 1
""")
_STOPS = text("""
select at, 'Opted out' as what, source as how, because as said, u.name as by
from suppression s left join app_user u on u.id = s.by_user where e164 = :e164
union all select lifted_at, 'Allowed again', '', lifted_because || case when lifted_proof = ''
    then '' else ' Proof: ' || lifted_proof end, null
from suppression where e164 = :e164 and lifted_at is not null
union all select since, 'Frozen, ' || because, '', said, null from frozen where e164 = :e164
union all select settled_at, 'Looked at', settled_how, '', u.name
from frozen left join app_user u on u.id = settled_by where e164 = :e164 and settled_at is not null
order by 1
""")


@dataclass(frozen=True)
class Entry:
    """A line of the packet: when, on each clock; what happened; in which words."""

    when: str
    title: str
    said: str = ""


@dataclass(frozen=True)
class Packet:
    """All that is kept of a number; `is_known` is false when that is nothing."""

    number: str = ""
    e164: str = ""
    made: str = ""
    is_known: bool = False
    who: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    consents: list[Entry] = field(default_factory=list)
    texts: list[Entry] = field(default_factory=list)
    stops: list[Entry] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    head: str = ""


def packet(session: Session, e164: str, person: Person) -> Packet:
    """Return the evidence of a number: consent, every text, opt-out and decision."""
    person.must(Permission.READ_ALL_THREADS)
    given, now = {"e164": e164}, clock.now(session)
    zones = facts_for(session, Purpose.COLD, [Asked(e164)])[e164].recipient_zones
    consents = [(r.at, r.title, r.said) for r in session.execute(_CONSENTS, given)]
    for row in session.execute(_NOTED, given):
        until = f"until {times.exact(row.until)}" if row.until else "for ever"
        named = f"{BASES[row.basis]}, since {times.exact(row.since)}, {until}; noted by {row.by}"
        consents.append((row.at, named[0].upper() + named[1:], row.evidence))
    texts = [(r.at, _text_title(r), r.body) for r in session.execute(_TEXTS, given)]
    stops = [(r.at, _stop_title(r), r.said) for r in session.execute(_STOPS, given)]
    decided = decisions(session, person, number=e164, size=100_000)
    who, head = session.execute(_WHO, given).first(), ledger.head(session)
    sealed = f"Seal {head.id} of {times.exact(head.at)}: {head.sha256}" if head else ""
    return Packet(
        show(e164) or "No number", e164, times.exact(now),
        bool(who or texts or stops or decided or consents),
        _who(who), why.panel(session, e164), _entries(consents, zones), _entries(texts, zones),
        _entries(stops, zones), decided, sealed or "Nothing is sealed yet: that happens at night.",
    )  # fmt: skip


def _who(row: Row[Any] | None) -> list[str]:
    if row is None:
        return ["No contact has this number."]
    also = f"also {row.other_names}" if row.other_names else ""
    gone = "the contact is deleted" if row.deleted_at else ""
    line = "" if row.is_textable else row.not_textable_because
    return [one for one in (row.name, also, row.email, *row.houses, line, gone) if one]


def _text_title(row: Row[Any]) -> str:
    if row.direction == "in":
        return "From them"
    purpose = why.PURPOSES[row.purpose] if row.purpose else "written in OpenPhone"
    by, because = f" by {row.by}" if row.by else "", f" ({row.because})" if row.because else ""
    return f"From us, {purpose}{by}: {STANDS[row.state][0].lower()}{because}"


def _stop_title(row: Row[Any]) -> str:
    how = (LABELS["sources"] | LABELS["settled"]).get(row.how, row.how)
    return f"{row.what}{f': {how}' if how else ''}{f' by {row.by}' if row.by else ''}"


def _entries(found: Iterable[tuple[datetime, str, str]], zones: frozenset[str]) -> list[Entry]:
    """Say each time in UTC, on our clock and on theirs."""
    ours = "our time and theirs" if settings().company_timezone in zones else "our time"
    entries = []
    for at, title, said in sorted(found):
        theirs = (there(at.astimezone(ZoneInfo(zone)), zone) for zone in sorted(zones)
                  if zone != settings().company_timezone)  # fmt: skip
        clocks = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", f"{times.exact(at)} {ours}")
        entries.append(Entry(" · ".join((*clocks, *theirs)), title, said))
    return entries
