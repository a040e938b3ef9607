from sqlmodel import Session

from crm_app.auth.permissions import Person
from crm_app.compliance.actions import attest
from crm_app.imports import actions, queries
from crm_app.imports.state import SENTENCE
from tests.imports.files import SAMPLE, apply, take_in
from tests.make import make_user


def test_the_page_of_an_import_accounts_for_every_row(session: Session) -> None:
    import_id = apply(session, SAMPLE)["import_id"]

    shown = queries.shown(session, import_id)

    counts = shown.counts
    houses = [n for name, n in counts.items() if name.startswith("properties-")]
    assert shown.rows_total == counts["rows"] == sum(houses) == 30
    assert (counts["contacts-created"], counts["refused_phones"], shown.attested) == (33, 3, "")


def test_refused_rows_come_first_then_rows_with_warnings(session: Session) -> None:
    import_id = apply(session, SAMPLE)["import_id"]

    rows = queries.shown(session, import_id).rows

    assert [row.line for row in rows] == [11, 15, 33, 13, 18, 19, 21, 23]
    assert rows[0].words == ["no address"]
    assert rows[4].words[0].startswith("Phone 555-0120 of Viggo Marchbankse not taken")


def test_an_attestation_is_shown_with_name_and_time(session: Session) -> None:
    result = apply(session, SAMPLE)
    user = make_user(session)

    attest(session, result["list_id"], Person(user.id, user.name, user.role), SENTENCE)

    assert queries.shown(session, result["import_id"]).attested.startswith("Attested by Olivia, ")


def test_past_imports_say_what_became_of_them(session: Session) -> None:
    applied = apply(session, SAMPLE)["import_id"]
    waiting = take_in(session, SAMPLE)
    refused = take_in(session, SAMPLE)
    actions.refuse(session, refused, "Not a CSV.")

    rows = {row.id: (row.state, row.detail) for row in queries.past_imports(session)}

    assert rows[applied] == ("Done", "30 rows → Spring")
    assert rows[waiting] == ("Waiting", "0 rows → Spring")
    assert rows[refused] == ("Not imported", "Not a CSV.")


def test_there_is_no_such_import(session: Session) -> None:
    assert queries.shown(session, 12345).id == 0
