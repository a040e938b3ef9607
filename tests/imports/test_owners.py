"""Sales, stops, merged people and the three ways to treat what exists."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.contacts.models import Contact, ContactProperty, PhoneNumber, Property
from crm_app.conversations.models import OutboxState, Pace
from crm_app.imports import actions, tasks
from crm_app.imports.apply import apply_batch
from crm_app.imports.models import Import, ImportOutcome
from crm_app.outbox.actions import NewText, queue_many, set_pace
from tests.imports.files import house, write
from tests.imports.test_batches import person, run, stage
from tests.make import make_contact, make_list, make_user
from tests.texting import hello, queue_cold, row

SAM = {"primary_name": "SAM OTHER", "primary_mobile_phone1": "617-555-0141"}


def apply(session: Session, path: Path, mode: str = "fill") -> dict[str, Any]:
    """Import a file to its end and return its counts."""
    (actions.folder() / path.name).write_bytes(path.read_bytes())
    import_id = actions.take_in(session, path.name, path.name, "L", is_approved=True, mode=mode)
    session.commit()
    tasks.run(import_id)
    session.expire_all()
    found = session.get_one(Import, import_id)
    assert found.error == ""
    return found.counts


def warnings(session: Session) -> list[str]:
    """What the last row of the last import warns of."""
    newest = select(ImportOutcome).order_by(
        col(ImportOutcome.import_id).desc(), col(ImportOutcome.line).desc()
    )
    return list(session.exec(newest).first().warnings)  # type: ignore[union-attr]


def ties(session: Session) -> list[tuple[Any, ...]]:
    found = session.exec(select(Contact.name, ContactProperty).join(ContactProperty))
    return sorted(((n, t.role, t.started_on, t.ended_on) for n, t in found), key=str)


BOUGHT = house(purchase_date="2004-06-18", owner="EXAMPLE,PAT")


@pytest.mark.parametrize(
    ("later", "on"),
    [
        ({"purchase_date": "2026-05-01", "owner": "OTHER,SAM"}, date(2026, 5, 1)),
        ({"purchase_date": "2004-06-18", "owner": "OTHER,SAM"}, date(2004, 6, 18)),
        ({"purchase_date": "2026-05-01", "owner": ""}, date(2026, 5, 1)),
    ],
)
def test_a_sale_ends_the_old_ownership_and_marks_the_new_owner(
    session: Session, tmp_path: Path, later: dict[str, str], on: date
) -> None:
    apply(session, write(tmp_path / "a.csv", BOUGHT))

    apply(session, write(tmp_path / "b.csv", BOUGHT | house(**SAM, **later)))

    assert ties(session) == [
        ("Pat Example", "ex-owner", None, on), ("Sam Other", "owner", on, None),
    ]  # fmt: skip
    tags = dict(session.exec(select(Contact.name, Contact.tags)).all())
    assert tags == {"Pat Example": [], "Sam Other": ["new owner"]}
    assert warnings(session) == [f"Sold: Pat Example is no longer the owner ({on})."]
    assert session.exec(select(Contact.houses).where(Contact.name == "Pat Example")).one() == ""

    apply(session, write(tmp_path / "a.csv", BOUGHT))  # older news

    assert ties(session)[1] == ("Sam Other", "owner", on, None)
    assert [tie[1] for tie in ties(session)] == ["ex-owner", "owner"]
    assert any(warning.startswith("Pat Example no longer has") for warning in warnings(session))


@pytest.mark.parametrize(
    "later",
    [
        {"owner": "EXAMPLE,PAT & SAM"},  # written otherwise, and Pat is in the row
        {"owner": "", "purchase_date": ""},
        {"purchase_date": "2004-06-18"},
        {"purchase_date": "2026-05-01"},  # into their own trust
        {"purchase_date": "2026-05-01", "primary_mobile_phone1": "617-555-0149"},  # by name
        {"purchase_date": "1999-01-01", "owner": "OTHER,SAM"} | SAM,  # older news
    ],
)
def test_no_sale(session: Session, tmp_path: Path, later: dict[str, str]) -> None:
    apply(session, write(tmp_path / "a.csv", BOUGHT))

    apply(session, write(tmp_path / "b.csv", BOUGHT | house(**later)))

    assert ("Pat Example", "owner", None, None) in ties(session)


def test_skip_leaves_what_exists_and_links_all_the_same(session: Session, tmp_path: Path) -> None:
    apply(session, write(tmp_path / "a.csv", BOUGHT))
    before = session.exec(select(Property)).one().model_dump(exclude={"search"})

    sold = BOUGHT | house(purchase_date="2026-05-01", owner="OTHER,SAM", est_value="1", **SAM)
    counts = apply(session, write(tmp_path / "b.csv", sold), "skip")

    assert session.exec(select(Property)).one().model_dump(exclude={"search"}) == before
    assert (counts["unchanged"], counts["contacts"]["created"], counts["added"]) == (1, 1, 1)
    assert [tie[:2] for tie in ties(session)] == [("Pat Example", "owner"), ("Sam Other", "owner")]


def test_update_follows_the_file_and_fills_what_never_changes(
    session: Session, tmp_path: Path
) -> None:
    first = house(sq_ft="", primary_email1="pat@example.com")
    apply(session, write(tmp_path / "a.csv", first))

    changed = house(
        sq_ft="900", yr_built="1999", beds="4", address="12 LANTERNWICK STREET",
        primary_name="PATRICIA EXAMPLE", primary_email1="patricia@example.com",
    )  # fmt: skip
    counts = apply(session, write(tmp_path / "b.csv", changed), "update")
    again = apply(session, write(tmp_path / "b.csv", changed), "update")

    known, pat = session.exec(select(Property)).one(), session.exec(select(Contact)).one()
    assert (known.square_feet, known.year_built, known.bedrooms) == (900, 1958, 4)
    assert known.address == "12 Lanternwick St"  # the same address: its spelling is no news
    assert (pat.name, pat.first_name, pat.other_names) == (
        "Patricia Example", "Patricia", "Pat Example",
    )  # fmt: skip
    assert (pat.email, pat.other_emails) == ("patricia@example.com", "pat@example.com")
    assert (counts["updated"], again["updated"], again["unchanged"]) == (1, 0, 1)
    assert (known.version, pat.version) == (2, 2)


def test_a_parcel_of_another_house_is_not_taken(session: Session, tmp_path: Path) -> None:
    header = [*house(), "Radar ID"]
    first = house() | {"Radar ID": "P1"}
    second = house(apn="Q-2", address="14 ELM ST") | {"Radar ID": "P2"}
    apply(session, write(tmp_path / "a.csv", first, second, header=header))

    wrong = house(apn="Q-2", address="16 ELM ST") | {"Radar ID": "P1"}
    apply(session, write(tmp_path / "b.csv", wrong, header=header), "update")

    found = session.exec(select(Property.radar_id, Property.apn, Property.address)).all()
    assert sorted(found) == [("P1", "Q-1", "12 Lanternwick St"), ("P2", "Q-2", "14 Elm St")]


def test_whom_two_contacts_became_is_meant(session: Session, tmp_path: Path) -> None:
    kept, gone = make_contact(session, phone=""), make_contact(session, name="P. Example")
    gone.merged_into, gone.deleted_at = kept.id, clock.now(session)
    session.commit()

    apply(session, write(tmp_path / "a.csv", house()))

    assert session.exec(select(ContactProperty.contact_id)).all() == [kept.id]
    assert len(session.exec(select(Contact)).all()) == 2


def test_without_a_number_an_address_says_who_it_is(session: Session, tmp_path: Path) -> None:
    known = make_contact(session, name="Pat Example")
    known.email = "Pat@example.com"
    session.commit()
    people = [person(name, [], email, "Likes tea", stop=False) for name, email in
              (("Pat Example", "pat@example.com"), ("Sam Other", "sam@example.com"))]  # fmt: skip

    counts = run(session, [{"house": None, "people": people, "is_bad": False}])

    session.expire_all()
    assert counts["contacts"] == {"created": 1, "updated": 1, "unchanged": 0}
    assert known.notes == "Likes tea"


def test_a_number_that_is_somebody_elses_stays_there(session: Session, tmp_path: Path) -> None:
    make_contact(session, name="Sam Other", phone="+16175550141")
    session.commit()

    both = house(primary_mobile_phone1="617-555-0140, 617-555-0141")
    apply(session, write(tmp_path / "a.csv", house(), both))

    owners = dict(session.exec(select(PhoneNumber.e164, Contact.name).join(Contact)).all())
    assert owners == {"+16175550140": "Pat Example", "+16175550141": "Sam Other"}
    assert warnings(session) == ["(617) 555-0141 is also the number of Sam Other and stays there."]


def test_do_not_text_is_kept_for_ever_and_calls_back_what_waits(
    session: Session, tmp_path: Path
) -> None:
    queue_cold(session)  # to the first of the invented numbers
    session.commit()
    e164 = session.execute(text("select e164 from outbox")).scalar_one()
    people = [person("Pat Example", [number], "", "", stop=True)
              for number in (e164, "+16175550199")]  # fmt: skip

    for _ in range(2):
        made = stage(session, [{"house": None, "people": people, "is_bad": False}], "fill")
        made.list_name = "Others"  # the one of the texts is attested
        assert apply_batch(session, made, tasks._stop)

    stopped = session.execute(text("select e164, source from suppression order by e164")).all()
    assert sorted(stopped) == sorted([(e164, "import"), ("+16175550199", "import")])
    assert session.execute(text("select state from outbox")).scalar_one() == "cancelled"
    assert warnings(session)[-1] == "(617) 555-0199 said stop and will not be texted."


def test_a_sale_calls_back_what_waits_for_who_sold_and_forgets_who_lived_with_them(
    session: Session, tmp_path: Path
) -> None:
    lived = house(purchase_date="2004-06-18", owner="EXAMPLE,PAT", secondary_name="KIM EXAMPLE")
    apply(session, write(tmp_path / "a.csv", lived))
    home, pat = session.exec(select(Property)).one(), session.exec(select(Contact)).one()
    assert [one["name"] for one in home.people] == ["Kim Example"]
    listed = make_list(session, pat, attested_by=make_user(session))
    pace = {"campaign_id": 1, "name": "Spring", "list_id": listed.id, "seconds": 0}
    set_pace(session, Pace(**pace, next_at=clock.now(session)))
    e164 = session.exec(select(PhoneNumber.e164)).one()
    queued = queue_many(session, 1, [NewText(e164, pat.id, home.id, hello(e164))])
    session.commit()

    sale = house(purchase_date="2026-05-01", owner="OTHER,SAM", secondary_name="LEE OTHER", **SAM)
    apply(session, write(tmp_path / "b.csv", BOUGHT | sale))

    waited = row(session, queued[e164])
    assert (waited.state, waited.because) == (OutboxState.CANCELLED, "no longer has the house")
    assert [one["name"] for one in session.exec(select(Property)).one().people] == ["Lee Other"]
