from sqlmodel import Session

from crm_app.auth.permissions import Person
from crm_app.compliance.actions import attest
from crm_app.imports import queries, steps
from crm_app.imports.state import LABELS
from tests.imports.files import SAMPLE, apply, take_in
from tests.make import make_user


def test_the_page_of_an_import_accounts_for_every_row(session: Session) -> None:
    import_id = apply(session, SAMPLE)["import_id"]

    shown = queries.shown(session, import_id)

    counts = shown.counts
    houses = [n for name, n in counts.items() if name.startswith("properties-")]
    assert shown.rows_total == counts["rows"] == sum(houses) == 30
    assert (counts["contacts-created"], counts["refused_phones"], shown.attested) == (33, 3, "")


def test_refused_rows_and_warnings_are_shown_by_line(session: Session) -> None:
    import_id = apply(session, SAMPLE)["import_id"]

    shown = queries.shown(session, import_id)

    assert shown.refused[0] == "Line 11: no address"
    assert [line.split(":")[0] for line in shown.refused] == ["Line 11", "Line 15", "Line 33"]
    assert [line.split(":")[0] for line in shown.notes] == [
        "Line 13", "Line 18", "Line 19", "Line 21", "Line 23",
    ]  # fmt: skip
    assert shown.notes[1].startswith("Line 18: Phone 555-0120 of Viggo Marchbankse not taken")


def test_an_attestation_is_shown_with_name_and_time(session: Session) -> None:
    result = apply(session, SAMPLE)
    user = make_user(session)

    attest(session, result["list_id"], Person(user.id, user.name, user.role), LABELS["sentence"])

    assert queries.shown(session, result["import_id"]).attested.startswith("Attested by Olivia, ")


def test_past_imports_say_what_became_of_them(session: Session) -> None:
    applied = apply(session, SAMPLE)["import_id"]
    waiting = take_in(session, SAMPLE)
    refused = take_in(session, SAMPLE)
    steps.end(session, refused, "Not a CSV.")

    rows = {row.id: (row.state, row.tone, row.error) for row in queries.past_imports(session)}

    assert rows[applied] == ("Applied", "fine", "")
    assert rows[waiting] == ("Uploaded", "waiting", "")
    assert rows[refused] == ("Failed", "blocked", "Not a CSV.")


def test_there_is_no_such_import(session: Session) -> None:
    assert queries.shown(session, 12345).id == 0
