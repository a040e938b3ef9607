"""Who a campaign would go to, in which words, and what its start would do."""

from collections import Counter
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.audience import UNATTESTED, Member, audience, without_right
from crm_app.campaigns.models import Campaign
from crm_app.campaigns.wording import FALLBACKS, Measure, cost, costly, measure, render, stands
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import introduces
from crm_app.compliance.rules import rules
from crm_app.contacts.names import first_name_and_town
from crm_app.contacts.phones import show
from crm_app.conversations.actions import MOST
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError
from crm_app.settings import settings
from crm_app.times import ahead

WORST = 10  # so many texts are shown, the likeliest to look wrong first


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
    extras: str = ""


def write_all(members: list[Member], body: str) -> tuple[list[Member], list[str]]:
    """Return all who would get a text, with theirs, and sentences on what refuses a start."""
    try:
        texts = [(one, *render(body, one.values)) for one in members if not one.skipped_because]
    except CrmError as wrong:
        return [], [str(wrong)]
    missing = Counter(name for _, _, blanks in texts for name in blanks)
    problems = [
        f"{{{name}}} is blank for {count:,} of them: write {{{name}|{stands(name)}}} instead."
        for name, count in missing.most_common()
    ]
    company = settings().company_name
    if not all(introduces(body, company)):
        problems.append(f"A first text names {company} and says “Reply STOP to end”.")
    longest = max((len(filled) for _, filled, _ in texts), default=0)
    if longest > MOST:
        problems.append(f"A text has at most {MOST} characters; the longest has {longest:,}.")
    return [replace(one, body=filled) for one, filled, _ in texts], problems


def preview(session: Session, list_id: int, body: str, person: Person) -> Preview:
    """Return what `body` would be for the list's people, as `person` may see them."""
    members = audience(session, list_id)
    written, problems = write_all(members, body)
    counted = Counter(one.skipped_because for one in members if one.skipped_because)
    written.sort(key=trouble, reverse=True)
    sized = [(one, measure(one.body)) for one in written]
    segments = sum(size.segments for _, size in sized)
    warnings = [lacking] if (lacking := without_right(session, list_id)) else []
    if dear := costly(body):
        warnings.append(f"Write plain ones instead of {dear}: they leave 70 characters a segment.")
    return Preview(
        f"{len(written):,} of {len(members):,} people get a text · {segments:,} segments"
        f" · {cost(segments)}",
        [f"{count:,} skipped: {because}" for because, count in counted.most_common()],
        problems,
        warnings,
        [_sample(*one, body, person) for one in sized[:WORST] if one[0].body.strip()],
        " ".join(
            f"{{{name}}}"
            for name in sorted({n for one in members for n in one.values})
            if name not in FALLBACKS
        ),
    )


def trouble(one: Member) -> tuple[int, int, int]:
    """Say how likely a text is to look wrong: dear, with stand-ins, long."""
    size = measure(one.body)
    return size.segments, sum(not one.values[name] for name in FALLBACKS), size.length


def _sample(one: Member, size: Measure, body: str, person: Person) -> Sample:
    values, who, said = one.values, f"{one.name} {show(one.e164)}", one.body
    if not person.may(Permission.SEE_PEOPLE):  # nor the number of the house
        who = first_name_and_town(values["first_name"], values["city"])
        said, _ = render(body, values | {"street": values["street"].lstrip("0123456789- ")})
    segments = f"{size.segments} segment{'' if size.segments == 1 else 's'} {size.encoding}"
    return Sample(who, said, f"{size.length} characters · {segments} · {cost(size.segments)}")


def texts_for(session: Session, list_id: int, body: str) -> tuple[list[Member], list[Member]]:
    """Return everybody, and who gets a text, with it; raise CrmError with what is wrong."""
    members = audience(session, list_id)
    written, problems = write_all(members, body)
    if problems or not written:
        raise CrmError(problems[0] if problems else "Nobody on this list can be texted.")
    return members, written


def ready(session: Session, campaign: Campaign) -> tuple[list[Member], list[Member]]:
    """Return the same for a campaign that may start; raise CrmError with what is missing."""
    if not campaign.body:
        raise CrmError("Write the text first.")
    if without_right(session, campaign.list_id) == UNATTESTED:
        raise CrmError(UNATTESTED)
    return texts_for(session, campaign.list_id, campaign.body)


def look_ahead(session: Session, campaign_id: int) -> str:
    """Say what a start would do: how many people, the cost, when the gate lets the first go."""
    campaign = session.get_one(Campaign, campaign_id)
    _, written = ready(session, campaign)
    now = clock.now(session)
    asked = [Asked(one.e164, one.property_id, 0, one.body) for one in written]
    found = [may_send(facts, now) for facts in facts_for(session, Purpose.COLD, asked).values()]
    none = Counter(one.reasons[0].text for one in found if one.never or one.waits_for_person)
    count = len(found) - none.total()
    told = "".join(f" {many:,} for now none: {why}." for why, many in none.most_common(4))
    times = [now if decision.allowed else decision.opens_at for decision in found]
    opens = min((at for at in times if at), default=None)
    when = f"leaves at {ahead(opens, now)}" if opens else "waits"
    segments = sum(measure(one.body).segments for one in written)
    limit = rules(session).cold_daily_limit
    who = "1 person gets" if count == 1 else f"{count:,} people get"
    return (
        f"{who} one text, {campaign.texts} in {campaign.minutes} minutes and at most {limit:,} a"
        f" day, for {cost(segments)} in all. The first {when}.{told}"
    )
