"""The evidence packet: all that is kept of one number, on one page that can be printed."""

import json
from dataclasses import dataclass, field
from datetime import UTC

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Basis, Purpose
from crm_app.compliance.gate_rules import BASES
from crm_app.contacts.phones import show
from crm_app.conversations.facts import Asked, facts_for
from crm_app.evidence import ledger
from crm_app.evidence.decisions import LABELS, DecisionRow, clocks, of_number, row_of
from crm_app.evidence.why import PURPOSES, Sentence, sentences
from crm_app.inbox.thread import STANDS
from crm_app.settings import settings
from crm_app.times import exact

# How the query says what tables keep: bases, purposes, sources of an opt-out, states of a text.
WORDS = BASES | PURPOSES | LABELS["sources"] | LABELS["settled"]
WORDS |= {state: words.lower() for state, (words, _tone) in STANDS.items()}
_WHO = text("""
select array_remove(array[k.name, 'also ' || nullif(k.other_names, ''), nullif(k.email, '')]
    || array(select distinct concat_ws(', ', p.address, p.city || ' ' || p.state || ' ' || p.zip5)
            || coalesce(' (until ' || h.ended_on || ')', '')
        from contact_property h join property p on p.id = h.property_id
        where h.contact_id = k.id)
    || case when not n.is_textable then n.not_textable_because end
    || case when k.deleted_at is not null then 'the contact is deleted' end, null)
from phone_number n join contact k on k.id = n.contact_id where n.e164 = :e164
""")
WROTE = "They wrote to us"
_HAPPENED = text("""
with words as (select cast(:words as jsonb) as w)
select 'consent' as part, a.at, concat('List “', l.name, '” attested by ', u.name) as title,
    a.sentence as said
from phone_number n join list_member m on m.contact_id = n.contact_id
join contact_list l on l.id = m.list_id join attestation a on a.list_id = l.id
join app_user u on u.id = a.user_id where n.e164 = :e164
union all select 'consent', i.created_at,
    concat('Imported from ', i.file_name, ', line ', r.line, ' by ' || u.name),
    concat('list “', i.list_name, '”')
from phone_number n join list_member m on m.contact_id = n.contact_id
join import i on i.list_id = m.list_id
join import_outcome r on r.import_id = i.id and r.is_done and (r.contact_ids
    @> to_jsonb(m.contact_id) or r.contact_ids = '[]' and r.property_id = m.property_id)
left join app_user u on u.id = i.created_by where n.e164 = :e164
union all (select 'consent', g.at, 'They wrote to us', g.body from message g
    join conversation c on c.id = g.conversation_id
    where c.e164 = :e164 and g.direction = 'in' order by g.at desc limit 1)
union all select 'consent', s.at,
    concat('Noted by ', u.name, ': ', w ->> s.basis,
        ', since ', to_char(s.since at time zone :zone, 'Mon FMDD, YYYY'),
        ', until ' || to_char(s.until at time zone :zone, 'Mon FMDD, YYYY')), s.evidence
from words, consent s join app_user u on u.id = s.by_user where s.e164 = :e164
union all select 'text', t.at, case t.direction when 'in' then 'From them' else
    concat('From us, ', coalesce(w ->> t.purpose, 'written in OpenPhone'), ' by ' || u.name,
        ': ', w ->> t.state, ' (' || nullif(t.because, '') || ')') end, t.body
from words, (
    select m.at, m.direction, o.purpose, o.user_id, m.status as state, m.error as because, m.body
    from message m join conversation c on c.id = m.conversation_id
    left join outbox o on o.id = m.outbox_id where c.e164 = :e164
    union all select coalesce(o.started_at, o.finished_at, o.created_at), 'out', o.purpose,
        o.user_id, o.state, o.because, o.body from outbox o
    where o.e164 = :e164 and not exists (select from message m where m.outbox_id = o.id)
) t left join app_user u on u.id = t.user_id
union all select 'stop', at, concat('Opted out: ', w ->> source, ' by ' || u.name), because
from words, suppression s left join app_user u on u.id = s.by_user where e164 = :e164
union all select 'stop', again_at, 'Said again', because from suppression
where e164 = :e164 and again_at > at
union all select 'stop', lifted_at, 'Allowed again',
    concat(lifted_because, ' Proof: ' || nullif(lifted_proof, ''))
from suppression where e164 = :e164 and lifted_at is not null
union all select 'stop', since, concat('Frozen, ', because), said from frozen where e164 = :e164
union all select 'stop', settled_at, concat('Looked at: ', w ->> settled_how, ' by ' || u.name), ''
from words, frozen left join app_user u on u.id = settled_by
where e164 = :e164 and settled_at is not null
order by at, title
""")


@dataclass(frozen=True)
class Entry:
    """A line of the packet: when, on each clock; what happened; in which words."""

    when: str
    title: str
    said: str


@dataclass(frozen=True)
class Packet:
    """All that is kept of a number; `is_known` is false when that is nothing."""

    number: str = ""
    e164: str = ""
    made: str = ""
    is_known: bool = False
    who: list[str] = field(default_factory=list)
    now: list[Sentence] = field(default_factory=list)
    consents: list[Entry] = field(default_factory=list)
    texts: list[Entry] = field(default_factory=list)
    stops: list[Entry] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    head: str = ""


def packet(session: Session, e164: str, person: Person) -> Packet:
    """Return the evidence of a number: consent, every text, opt-out and decision."""
    person.must(Permission.READ_ALL_THREADS)
    now, zone = clock.now(session), settings().company_timezone
    facts = facts_for(session, Purpose.COLD, [Asked(e164)])[e164]
    zones, bases = facts.recipient_zones, {one.basis for one in facts.consents}
    ours = "our time and theirs" if zone in zones else "our time"
    happened: dict[str, list[Entry]] = {"consent": [], "text": [], "stop": []}
    given = {"e164": e164, "zone": zone, "words": json.dumps(WORDS)}
    for row in session.execute(_HAPPENED, given):
        when = f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC · {clocks(row.at, zones, ours)}"
        if row.title == WROTE and Basis.REPLIED not in bases:
            continue  # a STOP, or what wants a person's eyes, is no consent
        happened[row.part].append(Entry(when, row.title, row.said))
    who = session.execute(_WHO, given).scalar()
    decided = [row_of(row) for row in of_number(session, e164, now)]
    seal, head = ledger.head(session), "Nothing is sealed yet: that happens at night."
    if seal:
        head = f"Seal {seal.id} of {exact(seal.at)}: {seal.sha256}"
    return Packet(
        show(e164) or "No number", e164, exact(now), bool(who or decided or any(happened.values())),
        who or ["No contact has this number."], sentences(session, e164),
        happened["consent"], happened["text"], happened["stop"], decided, head,
    )  # fmt: skip
