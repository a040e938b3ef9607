"""Who may be one person in two forms: found set by set, by index, and compared by rules."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.actions import BETWEEN
from crm_app.merging.rules import SHOWN, TABLE, Someone, compare, names_of

MOST = 2_000  # pairs that the page of all looks at; the surest come first
_SURE = ((80, "Very likely", "held"), (65, "Likely", "waiting"), (0, "Maybe", "plain"))
_SOMEONE = text("""
select c.id as key, lower(name) as name, lower(first_name) as first, lower(last_name) as last,
    is_company, mail_zip as zip, lower(email) || :between || lower(other_emails) as emails,
    lower(other_names) as other_names, c.name as shown,
    array(select property_id from contact_property where contact_id = c.id) as houses,
    array(select lower(city) from contact_property h join property p on p.id = h.property_id
        where h.contact_id = c.id) as towns
from contact c where c.id = any(:ids) and deleted_at is null""")
# A name that a hundred bear says little: twenty of them are looked at.
_ALIKE = text("""
select a.key, b.id from unnest(cast(:mail_keys as int[]), cast(:mails as text[])) as a(key, mail)
    join contact b on lower(b.email) = a.mail and b.email <> '' and b.deleted_at is null
union select a.key, h.contact_id
    from unnest(cast(:house_keys as int[]), cast(:houses as int[])) as a(key, house)
    join contact_property h on h.property_id = a.house
union select a.key, b.id from
    unnest(cast(:name_keys as int[]), cast(:names as text[])) as a(key, name)
    cross join lateral (select id from contact where lower(name) = a.name and deleted_at is null
        order by id limit 20) b""")
# Groups of 2 to 9 by one key: the mail, the house with the name, the ZIP with the name.
_ALL = text("""
with c as (select *, coalesce(cast(:short as jsonb) ->> lower(first_name), lower(first_name)) as f,
        lower(last_name) as l from contact where deleted_at is null),
groups as (
    select 0 as rank, array_agg(id) as ids from c where email <> '' group by lower(email)
        having count(*) between 2 and 9
    union all select 1, array_agg(distinct c.id) from c join contact_property h
        on h.contact_id = c.id where l <> ''
        group by h.property_id, least(f, l), greatest(f, l) having count(*) between 2 and 9
    union all select 2, array_agg(id) from c where mail_zip <> ''
        group by mail_zip, case l when '' then lower(name) else least(f, l) end,
        greatest(f, l) having count(*) between 2 and 9)
select a, b from (select a, b, min(rank) as rank from groups, unnest(ids) a, unnest(ids) b
    where a < b group by a, b) found
where not exists (select from not_same n where n.a_id = a and n.b_id = b)
order by rank, a, b limit :most""")
_NOT_SAME = text("select a_id, b_id from not_same where a_id = any(:ids) or b_id = any(:ids)")


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


def all_pairs(session: Session, person: Person) -> list[Pair]:
    """Return the likeliest pairs of all contacts; at most MOST are looked at, sure ones first."""
    person.must(Permission.MERGE)
    short = {one: full for full, shorts in TABLE["short"].items() for one in shorts}
    pairs = session.execute(_ALL, {"short": json.dumps(short), "most": MOST}).all()
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
    pairs = session.execute(_ALIKE, {name: given[name] for name in wanted}).all()
    known = _someones(session, {other for _, other in pairs})
    two = session.execute(_NOT_SAME, {"ids": [one.key for one in asked]}).all()
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
    rows = session.execute(_SOMEONE, {"ids": list(ids), "between": BETWEEN}).mappings()
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
