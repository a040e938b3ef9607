"""Why a number may be texted or not: what the gate says of it now, and what froze it."""

from dataclasses import dataclass, replace

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Decision, Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import BASES
from crm_app.contacts.phones import show
from crm_app.conversations import optout
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError
from crm_app.tables import read_sql, read_table
from crm_app.times import exact

PURPOSES: dict[str, str] = read_table(__file__, "purposes")  # value: how a sentence calls it
ASKED = (Purpose.COLD, Purpose.FOLLOW_UP, Purpose.REMINDER, Purpose.REPLY)
Sentence = tuple[str, str]  # what it is about, what is said of it
SQL = read_sql(__file__)


@dataclass(frozen=True)
class Panel:
    """May we text this number: in sentences; and what freezes it ("", 0: nothing does)."""

    e164: str
    number: str
    href: str
    sentences: list[Sentence]
    frozen_id: int = 0
    frozen: str = ""


def in_words(decision: Decision, allowed: str = "may go now", *, names_rules: bool = False) -> str:
    """Say a decision in one line, with every rule that had something to say."""
    verdict = "somebody has to act first"
    if decision.allowed:
        verdict = allowed
    elif decision.never:
        verdict = "may never go"
    elif decision.opens_at:
        verdict = f"may go from {exact(decision.opens_at)}"
    said = (f"{one.text} ({one.rule})" if names_rules else one.text for one in decision.reasons)
    rules = "; ".join(said)
    return f"{verdict}: {rules}" if rules else verdict


def sentences(session: Session, e164: str, *, names_rules: bool = False) -> list[Sentence]:
    """Return what the gate says now of each kind of text to a number, and each consent of it."""
    now, told = clock.now(session), list[Sentence]()
    cold = facts_for(session, Purpose.COLD, [Asked(e164)])[e164]
    for purpose in ASKED:
        decision = may_send(replace(cold, purpose=purpose), now)
        said = in_words(decision, names_rules=names_rules)
        told.append((PURPOSES[purpose].capitalize(), said))
    for one in cold.consents:
        until = f", until {exact(one.until)}" if one.until else ""
        ended = " (ended)" if one.until and one.until <= now else ""
        told.append(("Consent", f"{BASES[one.basis]}, since {exact(one.since)}{until}{ended}"))
    return told if cold.consents else [*told, ("Consent", "none")]


def panels(
    session: Session, person: Person, thread_id: int = 0, contact_id: int = 0
) -> list[Panel]:
    """Return what the gate says of a thread's number or of a contact's, if `person` may see it."""
    given = {"thread_id": thread_id, "contact_id": contact_id, "me": person.id}
    given["all"] = person.may(Permission.READ_ALL_THREADS)
    drawn = []
    for row in session.execute(SQL["numbers"], given):
        because = f"Frozen since {exact(row.since)}: “{row.said}”" if row.id else ""
        href = f"/compliance/{row.e164[1:]}" if given["all"] else ""
        said = sentences(session, row.e164)
        drawn.append(Panel(row.e164, show(row.e164), href, said, row.id or 0, because))
    return drawn


def settle_frozen(session: Session, frozen_id: int, how: str, person: Person) -> str:
    """Stop a frozen number or let it go on, if `person` may see it; return the number."""
    given = {"id": frozen_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}
    e164: str | None = session.execute(SQL["one_frozen"], given).scalar()
    if e164 is None:
        raise CrmError("This number is not frozen any more.")
    optout.settle_frozen(session, e164, how, person)
    return e164
