"""What a text would be for the real people of a list: how it reads, what it costs, what is wrong.

A person who may not see people reads first name, town and street without the house number.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.audience import Audience, Member, audience
from crm_app.campaigns.rendering import Rendered, render
from crm_app.campaigns.segments import Measure, measure
from crm_app.contacts.phones import show
from crm_app.errors import CrmError
from crm_app.settings import settings

FIRST = 5
FALLBACKS = {
    "first_name": "there", "street": "your street", "city": "your town", "year_built": "years ago",
}  # fmt: skip
_PLAINER = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}


@dataclass(frozen=True)
class ReasonCount:
    """How many people for one reason."""

    reason: str
    count: int


@dataclass(frozen=True)
class Sample:
    """The text for one real person, with its size and cost, ready to show."""

    who: str
    number: str
    text: str
    size: str
    cost: str
    is_longest: bool = False


@dataclass(frozen=True)
class Preview:
    """What would happen if this text were started now. `cost` is of all texts, in dollars.

    `problem` says why it cannot be read at all; `blanks` are sentences that refuse a start.
    """

    problem: str = ""
    audience: int = 0
    texted: int = 0
    without_number: int = 0
    segments: int = 0
    cost: str = "$0.00"
    skipped: list[ReasonCount] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """A member with their own text and its size."""

    member: Member
    rendered: Rendered
    measured: Measure


def write_all(people: Audience, body: str) -> list[Written]:
    """Return the text of everybody who would get one; raise CrmError when it cannot be read."""
    texts = [(member, render(body, member.values)) for member in people.texted]
    return [Written(member, text, measure(text.text)) for member, text in texts]


def blanks(written: list[Written]) -> list[str]:
    """Return a sentence for each field that somebody has no value for, the most frequent first."""
    missing = Counter(name for one in written for name in one.rendered.blanks)
    return [
        f"{count} {'person has' if count == 1 else 'people have'} nothing for {{{name}}}."
        f" Say what stands there instead: write {{{name}|{FALLBACKS[name]}}}."
        for name, count in missing.most_common()
    ]


def preview(session: Session, list_id: int, body: str, person: Person) -> Preview:
    """Return what `body` would be for the list's people, as `person` may see them."""
    people = audience(session, list_id)
    seen = Preview(
        audience=len(people.members),
        texted=len(people.texted),
        without_number=people.without_number,
        skipped=_reasons(people),
    )
    if not body.strip():
        return seen
    try:
        written = write_all(people, body)
    except CrmError as wrong:
        return replace(seen, problem=str(wrong))
    return replace(
        seen,
        segments=sum(one.measured.segments for one in written),
        cost=dollars(sum((one.measured.cost_cents for one in written), Decimal(0))),
        samples=_samples(written, body, person),
        warnings=_warnings(body, written),
        blanks=blanks(written),
    )


def dollars(cents: Decimal) -> str:
    """Return an amount as it is said: "$4.68"."""
    return f"${cents / 100:,.2f}"


def _reasons(people: Audience) -> list[ReasonCount]:
    counts = Counter(m.skipped_because for m in people.members if m.skipped_because)
    return [ReasonCount(reason, count) for reason, count in counts.most_common()]


def _samples(written: list[Written], body: str, person: Person) -> list[Sample]:
    """The first few, and the longest when it is not among them."""
    if not written:
        return []
    longest = max(written, key=lambda one: (one.measured.segments, one.measured.length))
    shown = written[:FIRST] + ([longest] if longest not in written[:FIRST] else [])
    return [_sample(one, body, person, is_longest=one is longest) for one in shown]


def _sample(one: Written, body: str, person: Person, *, is_longest: bool) -> Sample:
    size = one.measured
    segments = f"{size.segments} segment" + ("s" if size.segments != 1 else "")
    sees = person.may(Permission.SEE_PEOPLE)
    return Sample(
        who=one.member.name if sees else first_name_and_town(one.member.values),
        number=show(one.member.e164) if sees else "",
        text=one.rendered.text if sees else render(body, _masked(one.member.values)).text,
        size=f"{size.length} characters · {segments} {size.encoding}",
        cost=dollars(size.cost_cents),
        is_longest=is_longest,
    )


def first_name_and_town(values: dict[str, str]) -> str:
    """Return what a marketer may read of somebody: "Margery, Quincy"."""
    return ", ".join(filter(None, (values["first_name"], values["city"]))) or "Somebody"


def _masked(values: dict[str, str]) -> dict[str, str]:
    """The same values with the street's number left out."""
    number, _, street = values["street"].partition(" ")
    return values | {"street": street if number[:1].isdigit() else values["street"]}


def _warnings(body: str, written: list[Written]) -> list[str]:
    said = [*_costly(body, written)]
    company = settings().company_name
    if company.lower() not in body.lower():
        said.append(f"A first text says who we are: name {company}.")
    if "stop" not in body.lower():
        said.append("A first text says how to end it: add “Reply STOP to end”.")
    return said


def _costly(body: str, written: list[Written]) -> list[str]:
    """Name the characters that make every segment 70 characters instead of 160."""
    ours = measure(body).costly
    if ours:
        named = " ".join(ours[:8])
        instead = [f"{_PLAINER[c]} for {c}" for c in ours if c in _PLAINER]
        advice = f" Write {', '.join(instead)}." if instead else " Leave them out to pay less."
        return [f"{named} shrinks a segment from 160 to 70 characters.{advice}"]
    dear = [one for one in written if one.measured.costly]
    if not dear:
        return []
    letters = " ".join(dict.fromkeys(c for one in dear for c in one.measured.costly))
    people = "1 person" if len(dear) == 1 else f"{len(dear)} people"
    return [f"{letters} in a name or street costs {people} more segments."]
