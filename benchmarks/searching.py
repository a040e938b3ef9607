"""An event's round trip: a search for contacts over a raw websocket, at 100,000 of them."""

import time

import psycopg

from benchmarks.figures import Figure, beside, p95
from benchmarks.households import FIRST, LAST
from benchmarks.tab import Tab
from crm_app.lists.state import ContactsState
from tests.journeys.stack import Stack

CONTACTS, EVENTS = 100_000, 150
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
    from generate_series(1, %(contacts)s) n;
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
    """Search as somebody types, before and after 100,000 contacts were made."""
    with Tab(stack.url, cookie=stack.owner) as tab:
        tab.open("/contacts")
        few = [_run(tab) for _ in range(runs)]
        _fill(stack)
        many = [_run(tab) for _ in range(runs)]
    name, aim = "the same at the demo's few contacts", "< 50 ms"
    return [
        beside(f"a search at {CONTACTS:,} contacts, p50", [sorted(m)[len(m) // 2] for m in many],
               name, [sorted(f)[len(f) // 2] for f in few], "ms"),
        beside("the same, p95", [p95(m) for m in many], name, [p95(f) for f in few], "ms", aim),
    ]  # fmt: skip


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


def _fill(stack: Stack) -> None:
    given = {"first": FIRST, "firsts": len(FIRST), "last": LAST, "lasts": len(LAST),
             "contacts": CONTACTS}  # fmt: skip
    with psycopg.connect(stack.dsn(), cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILL, given)
    with psycopg.connect(stack.dsn(), autocommit=True) as connection:
        connection.execute("vacuum analyze")
