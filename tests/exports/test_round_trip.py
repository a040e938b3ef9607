from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.models import Suppression
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.addresses import address_key
from crm_app.contacts.models import Contact, ContactProperty, PhoneNumber, Property
from crm_app.exports.csv_out import pieces
from crm_app.exports.queries import rows
from crm_app.imports import tasks
from tests.imports.files import take_in

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
_WORD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
_TEXT = st.one_of(
    st.just(""), _WORD, st.builds("{}\n=1+1 {}".format, _WORD, _WORD), st.just("=1"),
    st.builds("'-{}".format, _WORD), st.just('a "b", c;\td'),
)  # fmt: skip
_KEYED = st.dictionaries(_WORD.map(lambda word: f"X {word}".replace(":", "")), _WORD, max_size=2)
_NUMBER = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["", "mobile", "home"]),
        "not_textable_because": st.sampled_from(["", "toll-free number"]),
        "note": _TEXT,
        "stop": st.booleans(),
    }
)
_PERSON = st.fixed_dictionaries(
    {
        "columns": st.fixed_dictionaries(
            {
                "name": _WORD.map(lambda word: f"=Pat {word}"), "first_name": _WORD,
                "last_name": st.one_of(st.just(""), _WORD), "is_company": st.booleans(),
                "other_names": st.sampled_from(["", "Kim Other · K O'Ther"]), "notes": _TEXT,
                "other_emails": st.sampled_from(["", "a@example.com · b@example.com"]),
                "tags": st.lists(st.sampled_from(["hot", "-cold", "new"]), unique=True),
                "extras": _KEYED, "mail_zip": st.sampled_from(["", "02169"]),
            }
        ),
        "has_email": st.booleans(),
        "numbers": st.lists(_NUMBER, min_size=1, max_size=2),
        "ties": st.lists(
            st.tuples(st.integers(0, 1), st.sampled_from(["owner", "tenant", "ex-owner"]),
                      st.integers(0, 2), st.booleans(), st.booleans()),
            max_size=2, unique_by=lambda tie: tie[:2],
        ),
    }
)  # fmt: skip
_HOUSE = st.fixed_dictionaries(
    {
        "radar_id": st.sampled_from(["", "P{}"]), "apn": st.sampled_from(["", "Q-{}"]),
        "subdivision": _TEXT, "state": st.just("MA"), "latitude": st.none() | st.floats(40, 45),
        "year_built": st.none() | st.integers(1700, 2020),
        "purchased_on": st.none() | st.just(date(2019, 5, 6)),
        "value_cents": st.none() | st.integers(-10**9, 10**9), "equity_percent": st.just(-18),
        "is_owner_occupied": st.sampled_from([None, True, False]),
        "is_listed": st.sampled_from([None, True, False]), "notes": _TEXT, "extras": _KEYED,
        "people": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(["Lee Third", "LEE FOURTH"]),
                                   "email": st.sampled_from(["", "lee@example.com"])}),
            max_size=2, unique_by=lambda one: one["name"].lower(),
        ),
    }
)  # fmt: skip


_TABLES = (
    "suppression", "contact_property", "phone_number", "list_member", "import_outcome",
    "import_row", "import", "contact_list", "property", "contact",
)  # fmt: skip


def empty(session: Session) -> None:
    session.rollback()  # of an example that failed
    session.execute(text("set constraints all immediate"))
    for name in _TABLES:  # of a few rows this is far sooner than truncate
        session.execute(text(f"delete from {name}"))
    session.commit()
    session.expire_all()


def make(session: Session, people: list[dict[str, Any]], homes: list[dict[str, Any]]) -> None:
    """The contacts and houses of an example."""
    at, houses = clock.now(session), []
    for n, has in enumerate(homes):
        home = has | {name: has[name].format(n) for name in ("radar_id", "apn")}
        street = f"{n} Lanternwick St"
        home |= {"address": street, "address_key": address_key(street, "02169", "Quincy")}
        houses.append(Property(**home, city="Quincy", zip5="02169", created_at=at, updated_at=at))
    session.add_all(houses)
    session.flush()
    for n, has in enumerate(people):
        contact = Contact(**has["columns"], created_at=at, updated_at=at)
        contact.email = f"pat{n}@example.com" if has["has_email"] else ""
        session.add(contact)
        session.flush()
        for position, one in enumerate(has["numbers"]):
            number = one | {"e164": f"+161755501{n}{position}", "contact_id": contact.id}
            is_stopped = number.pop("stop")
            is_textable = not number["not_textable_because"]
            session.add(PhoneNumber(**number, position=position, is_textable=is_textable))
            if is_stopped:
                said = {"source": "text", "because": "=STOP", "at": AT}
                session.add(Suppression(e164=number["e164"], **said))
        for house, role, position, begun, ended in has["ties"]:
            tie = ContactProperty(contact_id=contact.id, property_id=houses[house].id, role=role)
            # Nobody owns a house anew on the day on which they once began to.
            is_over, since = ended or role == "ex-owner", date(2020, 1, 2) if begun else None
            since = date(2019, 1, 2) if role == "ex-owner" else since
            tie.position, tie.started_on = position, since
            tie.ended_on = date(2025, 3, 4) if is_over else None
            session.add(tie)
        session.flush()
        refresh_houses(session, [contact.id])
    session.commit()
    session.execute(text("set constraints all immediate"))


def exported(session: Session, what: str) -> bytes:
    return b"".join(pieces(rows(session, None, what)))


def bring_in(session: Session, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    tasks.run(take_in(session, path, list_name="Back"), wait=True)
    session.expire_all()
    failed = session.execute(
        text("select state, error, counts from import order by id desc")
    ).first()
    assert failed is not None
    assert (failed.state, failed.error, failed.counts["failed"]) == ("applied", "", 0)


def everything(session: Session) -> list[Any]:
    tables = ("contact", "phone_number", "contact_property", "property", "suppression")
    return [
        list(session.execute(text(f"select to_jsonb(t) from {name} t order by id")).scalars())
        for name in tables
    ]


@pytest.mark.parametrize("what", ["contacts", "properties"])
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.generate],
)
@given(people=st.lists(_PERSON, min_size=1, max_size=3), homes=st.tuples(_HOUSE, _HOUSE))
def test_our_own_importer_takes_an_export_back_unchanged(
    session: Session, tmp_path: Path, what: str, people: list[Any], homes: tuple[Any, ...]
) -> None:
    empty(session)
    make(session, people, list(homes))
    first, before = exported(session, what), everything(session)

    bring_in(session, tmp_path / "again.csv", first)
    assert everything(session) == before

    empty(session)
    bring_in(session, tmp_path / "new.csv", first)
    assert exported(session, what) == first
