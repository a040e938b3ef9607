"""The evidence packet: all that is kept of one number, on one page that can be printed."""

import json
from dataclasses import dataclass, field
from datetime import UTC

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
from crm_app.tables import read_sql
from crm_app.times import exact

# How the query says what tables keep: bases, purposes, sources of an opt-out, states of a text.
WORDS = BASES | PURPOSES | LABELS["sources"] | LABELS["settled"]
WORDS |= {state: words.lower() for state, (words, _tone) in STANDS.items()}
SQL = read_sql(__file__)
WROTE = "They wrote to us"


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
    for row in session.execute(SQL["happened"], given):
        when = f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC · {clocks(row.at, zones, ours)}"
        if row.title == WROTE and Basis.REPLIED not in bases:
            continue  # a STOP, or what wants a person's eyes, is no consent
        happened[row.part].append(Entry(when, row.title, row.said))
    who = session.execute(SQL["who"], given).scalar()
    decided = [row_of(row) for row in of_number(session, e164, now)]
    seal, head = ledger.head(session), "Nothing is sealed yet: that happens at night."
    if seal:
        head = f"Seal {seal.id} of {exact(seal.at)}: {seal.sha256}"
    return Packet(
        show(e164) or "No number", e164, exact(now), bool(who or decided or any(happened.values())),
        who or ["No contact has this number."], sentences(session, e164),
        happened["consent"], happened["text"], happened["stop"], decided, head,
    )  # fmt: skip
