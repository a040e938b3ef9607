"""What a text would be for real people, and what the question before a start says."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.campaigns.preview import UNATTESTED, look_ahead, preview
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import Property
from tests.campaigns.people import (
    BODY,
    MARKETER,
    OWNER,
    draft,
    neighbours,
    number,
    second_number,
    suppress,
)  # fmt: skip
from tests.make import make_contact, make_list, make_user
from tests.texting import SIGNED


def test_the_ten_likeliest_to_look_wrong_are_shown_with_all_that_it_costs(session: Session) -> None:
    people = neighbours(session, 12)
    people[6].first_name = "Ŝan"  # such a letter halves a segment
    people[11].first_name = ""  # a stand-in may read oddly
    session.flush()
    listed = make_list(session, *people, attested_by=make_user(session))

    seen = preview(session, listed.id, BODY, OWNER)

    assert seen.samples[0].who == "Pat6 Example (200) 555-0107"
    assert [s.who[:5] for s in seen.samples[1:4]] == ["Pat11", "Pat10", "Pat9 "]
    assert len(seen.samples) == 10
    assert seen.samples[3].text == (
        "Hi Pat9, this is Attack-a-Crack. Is 10 Lanternwick St dry? Reply STOP to end"
    )
    assert seen.summary == "12 of 12 people get a text · 13 segments · $0.13"
    assert (seen.problems, seen.warnings, seen.skipped) == ([], [], [])


def test_size_and_cost_of_each_text_are_said(session: Session) -> None:
    listed = make_list(session, *neighbours(session, 1))

    said = [preview(session, listed.id, body, OWNER).samples[0].size
            for body in ("Hi", "x" * 161, "Hi 🙂")]  # fmt: skip

    assert said == [
        "2 characters · 1 segment GSM-7 · $0.01",
        "161 characters · 2 segments GSM-7 · $0.02",
        "5 characters · 1 segment UCS-2 · $0.01",
    ]


def test_skipped_people_are_counted_by_reason_and_cost_nothing(session: Session) -> None:
    one, two, three = neighbours(session, 3)
    one.is_company = True
    session.flush()
    suppress(session, number(2), clock.now(session))
    nobody = make_contact(session, phone="")

    seen = preview(session, make_list(session, one, two, three, nobody).id, "Hi", OWNER)

    assert seen.summary == "1 of 4 people get a text · 1 segments · $0.01"
    company, opted_out, without = sorted(seen.skipped)
    assert company == "1 skipped: a company, not a homeowner"
    assert opted_out.startswith("1 skipped: no number")
    assert without.startswith("1 skipped: opted out on ")


def test_a_text_longer_than_openphone_takes_cannot_start(session: Session) -> None:
    listed = make_list(session, *neighbours(session, 2), attested_by=make_user(session))
    body = "{first_name}, " + "x" * (1596 - len(SIGNED)) + " " + SIGNED

    assert preview(session, listed.id, body, OWNER).problems == [
        "A text has at most 1600 characters; the longest has 1,603."
    ]


def test_blanks_name_field_count_and_way(session: Session) -> None:
    people = neighbours(session, 3)
    people[0].first_name = ""
    people[1].first_name, people[1].is_company = "", True  # who is skipped does not count
    for house in session.exec(select(Property)):
        house.year_built = None
    session.flush()
    listed = make_list(session, *people)

    seen = preview(session, listed.id, "Hi {first_name}, built {year_built}. " + SIGNED, OWNER)

    assert seen.problems == [
        "{year_built} is blank for 2 of them: write {year_built|years ago} instead.",
        "{first_name} is blank for 1 of them: write {first_name|there} instead.",
    ]
    cured = preview(session, listed.id, "Hi {first_name|there}, {year_built|old}. " + SIGNED, OWNER)
    assert (cured.problems, cured.samples[0].text) == ([], f"Hi there, old. {SIGNED}")


def test_a_text_that_cannot_be_read_says_why(session: Session) -> None:
    seen = preview(session, make_list(session, *neighbours(session, 2)).id, "Hi {name}", OWNER)

    assert "no field {name}" in seen.problems[0]
    assert seen.samples == []


def test_an_empty_text_and_an_empty_list_are_no_error(session: Session) -> None:
    full = make_list(session, *neighbours(session, 1), name="Full")

    assert preview(session, full.id, " ", OWNER).samples == []
    assert preview(session, make_list(session).id, "Hi", OWNER).samples == []


def test_what_a_first_text_must_say_refuses_and_a_missing_right_is_warned_of(
    session: Session,
) -> None:
    seen = preview(session, make_list(session, *neighbours(session, 1)).id, "Hi", OWNER)

    assert seen.warnings == [UNATTESTED]
    assert seen.problems[0] == "A first text names Attack-a-Crack and says “Reply STOP to end”."


def test_a_marketer_reads_first_name_town_and_street_only(session: Session) -> None:
    seen = preview(session, make_list(session, *neighbours(session, 1)).id, BODY, MARKETER)

    (sample,) = seen.samples
    assert sample.who == "Pat0, Quincy"
    assert "Is Lanternwick St dry" in sample.text
    assert sample.size.startswith("75 characters")


@pytest.mark.parametrize(
    ("iso", "first"),
    [
        ("2025-11-04T15:00:00+00:00", "leaves at 10:00 AM"),  # a Tuesday
        ("2025-11-02T23:00:00+00:00", "leaves at 9:00 AM Monday"),  # a Sunday evening
    ],
)
def test_the_question_says_how_many_from_when_and_the_cost(
    session: Session, monkeypatch: pytest.MonkeyPatch, iso: str, first: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda _session: datetime.fromisoformat(iso))
    change_rules(session, Rules(cold_daily_limit=2, a_second=0, a_minute=0))
    people = [make_contact(session, phone=f"+1617555010{i}") for i in range(3)]
    campaign = draft(session, *people)

    said = look_ahead(session, campaign.id)

    assert said == (
        "3 people get one text, 25 in 30 minutes and at most 2 a day, for $0.03 in all."
        f" The first {first}."
    )


def test_when_no_time_opens_it_the_question_says_why(session: Session) -> None:
    person = make_contact(session, phone="", mail_zip="")
    second_number(session, person, "+18005550199")

    said = look_ahead(session, draft(session, person).id)

    assert said.startswith("0 people get one text")
    assert "1 for now none: no common hour" in said
