"""What a text would be for the real people of a list: how it reads, what it costs, what is wrong.

Who may not see people reads first name, town, and the street without the house's number.
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
class Sample:
    """The text for one real person, with its size and cost, ready to show."""

    who: str
    number: str
    text: str
    size: str
    is_longest: bool = False


@dataclass(frozen=True)
class Preview:
    """What would happen if this text were started now; `cost` is of all texts.

    `problem` says why it cannot be read at all; `blanks` are sentences that refuse a start,
    `skipped` and `warnings` sentences that do not.
    """

    problem: str = ""
    audience: int = 0
    texted: int = 0
    without_number: int = 0
    segments: int = 0
    cost: str = "$0.00"
    skipped: list[str] = field(default_factory=list)
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


def cost(written: list[Written]) -> str:
    """Return what all these texts cost: "$4.68"."""
    return _dollars(sum((one.measured.cost_cents for one in written), Decimal(0)))


def preview(session: Session, list_id: int, body: str, person: Person) -> Preview:
    """Return what `body` would be for the list's people, as `person` may see them."""
    people = audience(session, list_id)
    skipped = Counter(m.skipped_because for m in people.members if m.skipped_because)
    seen = Preview(
        audience=len(people.members),
        texted=len(people.texted),
        without_number=people.without_number,
        skipped=[f"{count:,} skipped: {because}" for because, count in skipped.most_common()],
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
        cost=cost(written),
        samples=_samples(written, body, person),
        warnings=_warnings(body, written),
        blanks=blanks(written),
    )


def first_name_and_town(first_name: str, city: str) -> str:
    """Return what a marketer may read of somebody: "Margery, Quincy"."""
    return ", ".join(filter(None, (first_name, city))) or "Somebody"


def _dollars(cents: Decimal) -> str:
    return f"${cents / 100:,.2f}"


def _samples(written: list[Written], body: str, person: Person) -> list[Sample]:
    """The first few, and the longest when it is not among them."""
    longest = max(written, key=lambda w: (w.measured.segments, w.measured.length), default=None)
    shown = written[:FIRST] + [one for one in written[FIRST:] if one is longest]
    samples = []
    for one in shown:
        size, values = one.measured, one.member.values
        who, number, text = one.member.name, show(one.member.e164), one.rendered.text
        if not person.may(Permission.SEE_PEOPLE):
            who, number = first_name_and_town(values["first_name"], values["city"]), ""
            text = render(body, values | {"street": values["street"].lstrip("0123456789- ")}).text
        segments = f"{size.segments} segment{'s' if size.segments != 1 else ''} {size.encoding}"
        words = f"{size.length} characters · {segments} · {_dollars(size.cost_cents)}"
        samples.append(Sample(who, number, text, words, one is longest))
    return samples


def _warnings(body: str, written: list[Written]) -> list[str]:
    """Name what makes it dear, and what a first text must say (design §5)."""
    said = []
    ours = measure(body).costly
    theirs = dict.fromkeys(c for one in written for c in one.measured.costly)
    if ours:
        plainer = ", ".join(f"{_PLAINER[c]} for {c}" for c in ours if c in _PLAINER)
        advice = f"Write {plainer}." if plainer else "Leave them out to pay less."
        named = " ".join(ours[:8])
        said.append(f"{named} shrinks a segment from 160 to 70 characters. {advice}")
    elif theirs:
        people = sum(1 for one in written if one.measured.costly)
        who = "1 person" if people == 1 else f"{people} people"
        said.append(f"{' '.join(theirs)} in a name or street makes the text of {who} dearer.")
    company = settings().company_name
    if company.lower() not in body.lower():
        said.append(f"A first text says who we are: name {company}.")
    if "stop" not in body.lower():
        said.append("A first text says how to end it: add “Reply STOP to end”.")
    return said
