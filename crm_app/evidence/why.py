"""Why a number may be texted or not: what the gate says of it now, and what froze it."""

from dataclasses import dataclass, replace

from sqlalchemy import text
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
from crm_app.tables import read_table
from crm_app.times import exact

PURPOSES: dict[str, str] = read_table(__file__, "purposes")  # value: how a sentence calls it
ASKED = (Purpose.COLD, Purpose.FOLLOW_UP, Purpose.REMINDER, Purpose.REPLY)
Sentence = tuple[str, str]  # what it is about, what is said of it
# Whoever may settle it: by the frozen row, if this person may read its thread.
_ONE_FROZEN = text(
    "select f.e164 from frozen f where f.id = :id and f.settled_at is null and (:all or exists"
    " (select from conversation c where c.e164 = f.e164 and c.assigned_to = :me))"
)
# The number of a thread, or those of a contact, for whom it is their business.
_NUMBERS = text("""
select x.e164, f.id, f.since, f.said from (
    select c.e164, 0 as position from conversation c
    where c.id = :thread_id and (:all or c.assigned_to = :me)
    union all select n.e164, n.position from phone_number n where n.contact_id = :contact_id
    and (:all or n.contact_id in (select contact_id from conversation where assigned_to = :me))
) x left join frozen f on f.e164 = x.e164 and f.settled_at is null order by x.position, x.e164
""")


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
    for row in session.execute(_NUMBERS, given):
        because = f"Frozen since {exact(row.since)}: “{row.said}”" if row.id else ""
        href = f"/compliance/{row.e164[1:]}" if given["all"] else ""
        said = sentences(session, row.e164)
        drawn.append(Panel(row.e164, show(row.e164), href, said, row.id or 0, because))
    return drawn


def settle_frozen(session: Session, frozen_id: int, how: str, person: Person) -> str:
    """Stop a frozen number or let it go on, if `person` may see it; return the number."""
    given = {"id": frozen_id, "me": person.id, "all": person.may(Permission.READ_ALL_THREADS)}
    e164: str | None = session.execute(_ONE_FROZEN, given).scalar()
    if e164 is None:
        raise CrmError("This number is not frozen any more.")
    optout.settle_frozen(session, e164, how, person)
    return e164
