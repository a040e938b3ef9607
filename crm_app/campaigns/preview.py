"""What a text would be for the real people of a list, and what its start would do."""

from collections import Counter
from dataclasses import dataclass, field

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.audience import Member, audience
from crm_app.campaigns.models import Campaign
from crm_app.campaigns.wording import FALLBACKS, Measure, cost, measure, render
from crm_app.compliance.gate import may_send
from crm_app.compliance.purposes import Purpose
from crm_app.compliance.queries import is_attested
from crm_app.compliance.rules import rules
from crm_app.contacts.phones import show
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError
from crm_app.settings import settings
from crm_app.times import ahead

UNATTESTED = "The owner must first attest the right to text this list."


@dataclass(frozen=True)
class Written:
    """A member with their own text and its size."""

    member: Member
    text: str
    size: Measure


@dataclass(frozen=True)
class Sample:
    """The text for one real person, with its size and cost, ready to show."""

    who: str
    text: str
    size: str


@dataclass(frozen=True)
class Preview:
    """What would happen if this text were started now; `problems` refuse a start."""

    summary: str = ""
    skipped: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)


def write_all(members: list[Member], body: str) -> tuple[list[Written], list[str]]:
    """Return the texts of all who would get one, and sentences on what refuses a start."""
    try:
        texts = [(one, *render(body, one.values)) for one in members if not one.skipped_because]
    except CrmError as wrong:
        return [], [str(wrong)]
    missing = Counter(name for _, _, blanks in texts for name in blanks)
    problems = [
        f"{{{name}}} is blank for {count:,} of them: write {{{name}|{FALLBACKS[name]}}} instead."
        for name, count in missing.most_common()
    ]
    return [Written(one, text, measure(text)) for one, text, _ in texts], problems


def preview(session: Session, list_id: int, body: str, person: Person) -> Preview:
    """Return what `body` would be for the list's people, as `person` may see them."""
    members = audience(session, list_id)
    written, problems = write_all(members, body)
    counted = Counter(one.skipped_because for one in members if one.skipped_because)
    segments = sum(one.size.segments for one in written)
    warnings = [] if is_attested(session, list_id) else [UNATTESTED]
    company = settings().company_name
    if company.lower() not in body.lower() or "stop" not in body.lower():
        warnings.append(f"A first text names {company} and says “Reply STOP to end”.")
    dearest = sorted(written, key=lambda one: one.size.segments, reverse=True)[:5]
    return Preview(
        f"{len(written):,} of {len(members):,} people get a text · {segments:,} segments"
        f" · {cost(segments)}",
        [f"{count:,} skipped: {because}" for because, count in counted.most_common()],
        problems,
        warnings,
        [_sample(one, body, person) for one in dearest if one.text.strip()],
    )


def first_name_and_town(first_name: str, city: str | None) -> str:
    """Return what a marketer may read of somebody: "Margery, Quincy"."""
    return ", ".join(filter(None, (first_name, city))) or "Somebody"


def _sample(one: Written, body: str, person: Person) -> Sample:
    values, size = one.member.values, one.size
    who, text = f"{one.member.name} {show(one.member.e164)}", one.text
    if not person.may(Permission.SEE_PEOPLE):  # nor the number of the house
        who = first_name_and_town(values["first_name"], values["city"])
        text, _ = render(body, values | {"street": values["street"].lstrip("0123456789- ")})
    segments = f"{size.segments} segment{'' if size.segments == 1 else 's'} {size.encoding}"
    return Sample(who, text, f"{size.length} characters · {segments} · {cost(size.segments)}")


def ready(session: Session, campaign: Campaign) -> tuple[list[Member], list[Written]]:
    """Return everybody and the texts of those who get one; raise CrmError with what is missing."""
    if not campaign.body:
        raise CrmError("Write the text first.")
    if not is_attested(session, campaign.list_id):
        raise CrmError(UNATTESTED)
    members = audience(session, campaign.list_id)
    written, problems = write_all(members, campaign.body)
    if problems or not written:
        raise CrmError(problems[0] if problems else "Nobody on this list can be texted.")
    return members, written


def look_ahead(session: Session, campaign_id: int) -> str:
    """Say what a start would do: how many people, the cost, when the gate lets the first go."""
    _, written = ready(session, session.get_one(Campaign, campaign_id))
    now, count = clock.now(session), len(written)
    asked = [Asked(one.member.e164, one.member.property_id) for one in written[:50]]
    found = [may_send(facts, now) for facts in facts_for(session, Purpose.COLD, asked).values()]
    times = [now if decision.allowed else decision.opens_at for decision in found]
    opens = min((at for at in times if at), default=None)
    when = f"leaves at {ahead(opens, now)}" if opens else f"waits: {found[0].reasons[0].text}"
    dollars, limit = cost(sum(w.size.segments for w in written)), rules(session).cold_daily_limit
    who = "1 person gets" if count == 1 else f"{count:,} people get"
    return f"{who} one text, at most {limit:,} a day, for {dollars} in all. The first {when}."
