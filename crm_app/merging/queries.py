"""Who may be one person in two forms: found set by set, by index, and compared by rules."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.actions import BETWEEN
from crm_app.merging.rules import SHOWN, TABLE, Someone, compare, names_of
from crm_app.tables import read_sql

SQL = read_sql(__file__)
MOST = 2_000  # pairs that the page of all looks at; the surest come first
_SURE = ((80, "Very likely", "held"), (65, "Likely", "waiting"), (0, "Maybe", "plain"))


@dataclass(frozen=True)
class Pair:
    """A contact that looks like another: who it is (`id`), how sure, what speaks for it."""

    id: int
    name: str
    points: int
    sure: str
    tone: str
    why: str
    other_id: int = 0  # on the page of all: of whom it looks like one
    other: str = ""


def likely(session: Session, contact_ids: Iterable[int]) -> dict[int, list[Pair]]:
    """Return for each of these contacts who may be the same person, the likeliest first."""
    return _pairs(session, [one for one, _ in _someones(session, contact_ids).values()])


def likely_new(session: Session, people: Sequence[dict[str, Any]]) -> list[list[Pair]]:
    """Return for each person of a file (intake's dicts) whom we have already in another form.

    `property_id` is their house's id where it is known; without it names and e-mails must do.
    """
    new = [_new(-at, person) for at, person in enumerate(people)]
    found = _pairs(session, new)
    return [found.get(one.key, []) for one in new]


def looks_like(session: Session, people: Sequence[dict[str, Any]]) -> list[str]:
    """Say for each person of a file whom of ours they may be, and why; '' when nobody."""
    pairs = zip(people, likely_new(session, people), strict=True)
    return [
        f"{one['name']} may be {some[0].name}, whom we have: {some[0].why}." if some else ""
        for one, some in pairs
    ]


def all_pairs(session: Session, person: Person) -> list[Pair]:
    """Return the likeliest pairs of all contacts; at most MOST are looked at, sure ones first."""
    person.must(Permission.MERGE)
    short = {one: full for full, shorts in TABLE["short"].items() for one in shorts}
    pairs = session.execute(SQL["all"], {"short": json.dumps(short), "most": MOST}).all()
    known = _someones(session, {one for pair in pairs for one in pair})
    found = [_pair(known[a][0], *known[b], known[a][1]) for a, b in pairs]
    return sorted((pair for pair in found if pair), key=lambda pair: -pair.points)


def _pairs(session: Session, asked: Sequence[Someone]) -> dict[int, list[Pair]]:
    """Look up by index who shares mail, house or a form of the name; compare them."""
    given: dict[str, list[Any]] = defaultdict(list)
    for one in asked:
        for kind, values in (("mail", one.emails), ("house", one.houses), ("name", names_of(one))):
            given[f"{kind}_keys"] += [one.key] * len(values)
            given[f"{kind}s"] += values
    wanted = ("mail_keys", "mails", "house_keys", "houses", "name_keys", "names")
    pairs = session.execute(SQL["alike"], {name: given[name] for name in wanted}).all()
    known = _someones(session, {other for _, other in pairs})
    two = session.execute(SQL["not_same"], {"ids": [one.key for one in asked]}).all()
    never = {(a, b) for pair in two for a, b in (pair, reversed(pair))}
    found: dict[int, list[Pair]] = defaultdict(list)
    people = {one.key: one for one in asked}
    for key, other in pairs:
        if other in known and key != other and (key, other) not in never:
            found[key] += filter(None, [_pair(people[key], *known[other])])
    return {key: sorted(some, key=lambda one: -one.points) for key, some in found.items() if some}


def _pair(a: Someone, b: Someone, name: str, other: str = "") -> Pair | None:
    points, why = compare(a, b)
    if points < SHOWN:
        return None
    sure, tone = next(words for least, *words in _SURE if points >= least)
    return Pair(b.key, name, points, sure, tone, ", ".join(why), a.key if other else 0, other)


def _someones(session: Session, ids: Iterable[int]) -> dict[int, tuple[Someone, str]]:
    rows = session.execute(SQL["someone"], {"ids": list(ids), "between": BETWEEN}).mappings()
    return {row["key"]: (_someone(dict(row)), row["shown"]) for row in rows}


def _someone(row: dict[str, Any]) -> Someone:
    for name in ("emails", "other_names"):
        row[name] = frozenset(filter(None, row[name].split(BETWEEN)))
    row |= {"houses": frozenset(row["houses"]), "towns": frozenset(row["towns"])}
    return Someone(**{name: value for name, value in row.items() if name != "shown"})


def _new(key: int, person: dict[str, Any]) -> Someone:
    said = {name: str(person.get(name) or "").lower() for name in
            ("name", "first_name", "last_name", "mail_zip", "email", "other_emails")}  # fmt: skip
    mails = f"{said['email']}{BETWEEN}{said['other_emails']}".split(BETWEEN)
    return Someone(
        key, said["name"], said["first_name"], said["last_name"], bool(person.get("is_company")),
        said["mail_zip"], frozenset(filter(None, mails)),
        houses=frozenset(filter(None, [person.get("property_id")])),
    )  # fmt: skip
