"""The list page at 200,000 contacts: its reads by kind, and a search's round trip by websocket.

With --large its reads among 1,000,000, too.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from sqlmodel import Session

from benchmarks.figures import Figure, beside, p95
from benchmarks.households import FIRST, LAST
from benchmarks.importing import admin, own_settings
from benchmarks.tab import Tab
from crm_app import clock, db, house, migrations
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.lists import queries, spelling
from crm_app.lists.queries import Wanted
from crm_app.lists.state import ContactsState
from tests.journeys.stack import Stack

FEW, CONTACTS, MOST, EVENTS, LOOKS = 12, 200_000, 1_000_000, 150, 120
OWNER = Person(1, "Olivia", Role.OWNER)
SEARCH = f"{ContactsState.get_full_name()}.search"
# Set-based: names of two words, one number and one house each.
FILL = """
select setseed(0.5);
create temp table made on commit drop as
    select n, nextval(pg_get_serial_sequence('contact', 'id')) as contact_id,
        nextval(pg_get_serial_sequence('property', 'id')) as property_id,
        (%(first)s::text[])[1 + floor(random() * %(firsts)s)] as first_name,
        (%(last)s::text[])[1 + floor(random() * %(lasts)s)] || chr(97 + n %% 26) as last_name,
        n %% 400 || ' ' || (%(last)s::text[])[1 + floor(random() * %(lasts)s)] || ' Rd' as address,
        (array['Quincy', 'Braintree', 'Weymouth', 'Salem'])[1 + floor(random() * 4)] as city
    from generate_series(%(begin)s, %(end)s) n;
insert into contact (id, name, first_name, last_name, is_company, email, other_emails, notes, tags,
        extras, edited, other_names, mail_zip, houses, version, created_at, updated_at)
    select contact_id, first_name || ' ' || last_name, first_name, last_name, false,
        lower(last_name) || n || '@example.com', '', '',
        case n %% 50 when 0 then '["spring"]' else '[]' end::jsonb, '{}', '[]', '', '02169',
        address || ' ' || city, 1, now(), now() from made;
insert into phone_number (e164, contact_id, position, kind, is_textable, not_textable_because, note)
    select '+1978' || (2000000 + n), contact_id, 0, '', true, '', '' from made;
insert into property (id, radar_id, apn, address_key, address, city, state, zip5, subdivision, kind,
        year_built, value_cents, is_owner_occupied, listing_status, owner, mail_address, mail_city,
        mail_state, mail_zip, people, notes, extras, edited, version, created_at, updated_at)
    select property_id, '', 'BENCH-' || n, 'bench ' || n, address, city, 'MA', '02169', '', 'SFR',
        1900 + n * 7 %% 120, (400000 + n * 13 %% 500000) * 100::bigint, n %% 5 > 0, '', last_name,
        '', '', '', '', '[]', '', '{}', '[]', 1, now(), now() from made;
insert into contact_property (contact_id, property_id, role, position)
    select contact_id, property_id, 'owner', 0 from made;
"""


def measure(stack: Stack, runs: int) -> list[Figure]:
    """Search as somebody types, before and after 200,000 contacts were made."""
    with Tab(stack.url, cookie=stack.owner) as tab:
        tab.open("/contacts")
        few = [_run(tab) for _ in range(runs)]
        _fill(stack.dsn(), 1, CONTACTS)
        many = [_run(tab) for _ in range(runs)]
    name, aim = "the same at the demo's few contacts", "< 50 ms"
    return [
        beside(f"a search at {CONTACTS:,} contacts, p50", [sorted(m)[len(m) // 2] for m in many],
               name, [sorted(f)[len(f) // 2] for f in few], "ms"),
        beside("the same, p95", [p95(m) for m in many], name, [p95(f) for f in few], "ms", aim),
    ]  # fmt: skip


FILTER = {
    "occupied": "yes", "built_from": "1950", "built_to": "1980", "value_from": "600k",
    "towns": "Quincy, Braintree", "texted": "never",
}  # fmt: skip
Look = Callable[[Session, int], object]


def find(wanted: Callable[[int], Wanted]) -> Look:
    return lambda session, n: queries.find_contacts(session, OWNER, wanted(n))


def _at_depth(session: Session, n: int) -> None:
    """A page in the middle, on and back."""
    name = f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]}".lower()
    queries.find_contacts(session, OWNER, Wanted(), (False, name, 0), back=bool(n % 2))


KINDS: dict[str, Look] = {
    "by name": find(lambda n: Wanted(LAST[n % len(LAST)][: 3 + n % 6])),
    "by first name": find(lambda n: Wanted(FIRST[n % len(FIRST)])),
    "by the last four": find(lambda n: Wanted(f"{n * 37 % 10_000:04}")),
    "by street": find(lambda n: Wanted(f"{n % 400} {LAST[n * 3 % len(LAST)]}")),
    "by two words": find(lambda n: Wanted(f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)][:4]}")),
    "by town": find(lambda n: Wanted(("Quin", "Brain", "Weym", "Sal")[n % 4])),
    "a page at depth": _at_depth,
    "a saved filter": find(lambda _: Wanted(form=FILTER)),
    "typo help": lambda session, n: spelling.meant(session, OWNER, f"{LAST[n % len(LAST)]}xq"),
}


def reads(server: str, folder: str, runs: int, *, large: bool) -> Iterator[Figure]:
    """Read as the list page does, each kind by itself, among a dozen and among very many."""
    with own_settings(SANDBOX="1", DATA_DIR=folder) as use:
        admin(server, "create database bench_search")
        use(server.format("bench_search"))
        try:
            migrations.migrate()
            with db.transaction() as session:
                house.be_born(session, sandbox=True, at=clock.wall())
            sizes, found = [FEW, CONTACTS, MOST] if large else [FEW, CONTACTS], list[Any]()
            for before, size in zip([0, *sizes], sizes, strict=False):
                _fill(server.format("bench_search"), before + 1, size)
                with db.transaction() as session:
                    house.put_setting(session, "search words", "")
                    spelling.gather_words(session)
                found.append({kind: _looks(look, runs) for kind, look in KINDS.items()})
        finally:
            use("")
            admin(server, "drop database bench_search with (force)")
    for kind in KINDS:
        few = [p95(run) for run in found[0][kind]]
        for size, looks in zip(sizes[1:], found[1:], strict=True):
            aim = "< 50 ms" if kind == "typo help" else "< 20 ms" if size == CONTACTS else ""
            yield beside(f"{kind}, at {size:,} contacts, p95", [p95(run) for run in looks[kind]],
                         "the same at a dozen", few, "ms", aim)  # fmt: skip


def _looks(look: Look, runs: int) -> list[list[float]]:
    """Return the milliseconds of each look, run by run; the first run warms up."""
    took = list[list[float]]()
    for _ in range(runs + 1):
        took.append([])
        for n in range(LOOKS):
            began = time.perf_counter()
            with db.transaction() as session:
                look(session, n)
            took[-1].append((time.perf_counter() - began) * 1000)
    return took[1:]


def typed() -> list[str]:
    """What people type: starts of names, two words, last digits, streets, a town."""
    ways = (
        lambda n: LAST[n % len(LAST)][:3],
        lambda n: f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)][:4]}",
        lambda n: f"{n * 37 % 10_000:04}",
        lambda n: f"{n % 400} {LAST[n * 3 % len(LAST)]}",
        lambda n: FIRST[n % len(FIRST)].lower(),
        lambda n: ("Quin", "Brain", "Weym", "Sal")[n % 4],
    )
    return [ways[n % len(ways)](n) for n in range(EVENTS)]


def _run(tab: Tab) -> list[float]:
    """Return the milliseconds from each event to its rows."""
    took = list[float]()
    for words in typed():
        started = time.perf_counter()
        tab.emit(SEARCH, {"typed": words}, path="/contacts")
        tab.hear(f'"typed_rx_state_":"{words}"')
        took.append((time.perf_counter() - started) * 1000)
    return took


def _fill(dsn: str, begin: int, end: int) -> None:
    given = {"first": FIRST, "firsts": len(FIRST), "last": LAST, "lasts": len(LAST),
             "begin": begin, "end": end}  # fmt: skip
    with psycopg.connect(dsn, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILL, given)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze")
