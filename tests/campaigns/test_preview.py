"""What a text would be for real people."""

from sqlmodel import Session, select

from crm_app import clock
from crm_app.campaigns.preview import preview
from crm_app.contacts.models import Property
from tests.campaigns.people import BODY, MARKETER, OWNER, neighbours, number, suppress
from tests.make import make_contact, make_list

SIGNED = "this is Attack-a-Crack. Reply STOP to end"


def test_the_first_five_and_the_longest_are_shown(session: Session) -> None:
    people = neighbours(session, 7)
    people[6].first_name = "Maximiliana Philippa"
    session.flush()

    seen = preview(session, make_list(session, *people).id, BODY, OWNER)

    assert [s.who for s in seen.samples] == [f"Pat{i} Example" for i in (0, 1, 2, 3, 4, 6)]
    assert [s.is_longest for s in seen.samples] == [False] * 5 + [True]
    assert seen.samples[0].text == (
        "Hi Pat0, this is Attack-a-Crack. Is 1 Lanternwick St dry? Reply STOP to end"
    )
    assert seen.samples[0].number == "(200) 555-0101"
    assert (seen.audience, seen.texted, seen.segments, seen.cost) == (7, 7, 7, "$0.07")
    assert (seen.blanks, seen.warnings, seen.problem) == ([], [], "")


def test_size_and_cost_of_each_text_are_said(session: Session) -> None:
    listed = make_list(session, *neighbours(session, 1))

    short = preview(session, listed.id, "Hi", OWNER).samples[0]
    long = preview(session, listed.id, "x" * 161, OWNER).samples[0]
    dear = preview(session, listed.id, "Hi 🙂", OWNER).samples[0]

    assert short.size == "2 characters · 1 segment GSM-7 · $0.01"
    assert long.size == "161 characters · 2 segments GSM-7 · $0.02"
    assert dear.size == "5 characters · 1 segment UCS-2 · $0.01"


def test_skipped_people_are_counted_by_reason_and_cost_nothing(session: Session) -> None:
    one, two, three = neighbours(session, 3)
    one.is_company = True
    session.flush()
    suppress(session, number(2), clock.now(session))
    nobody = make_contact(session, phone="")

    seen = preview(session, make_list(session, one, two, three, nobody).id, "Hi", OWNER)

    assert (seen.audience, seen.texted, seen.without_number, seen.cost) == (3, 1, 1, "$0.01")
    assert seen.skipped[0] == "1 skipped: a company, not a homeowner"
    assert seen.skipped[1].startswith("1 skipped: opted out on ")


def test_blanks_name_field_count_and_way(session: Session) -> None:
    people = neighbours(session, 2)
    people[0].first_name = ""
    for house in session.exec(select(Property)):
        house.year_built = None
    session.flush()
    listed = make_list(session, *people)

    seen = preview(session, listed.id, "Hi {first_name}, built {year_built}", OWNER)

    assert seen.blanks == [
        "2 people have nothing for {year_built}. Say what stands there instead:"
        " write {year_built|years ago}.",
        "1 person has nothing for {first_name}. Say what stands there instead:"
        " write {first_name|there}.",
    ]
    cured = preview(session, listed.id, "Hi {first_name|there}, {year_built|old}", OWNER)
    assert cured.blanks == []
    assert cured.samples[0].text == "Hi there, old"


def test_a_blank_of_somebody_who_is_skipped_does_not_count(session: Session) -> None:
    people = neighbours(session, 2)
    people[0].first_name, people[0].is_company = "", True
    session.flush()

    assert preview(session, make_list(session, *people).id, "Hi {first_name}", OWNER).blanks == []


def test_a_text_that_cannot_be_read_says_why_and_still_counts(session: Session) -> None:
    seen = preview(session, make_list(session, *neighbours(session, 2)).id, "Hi {name}", OWNER)

    assert "no field {name}" in seen.problem
    assert (seen.texted, seen.samples) == (2, [])


def test_an_empty_text_and_an_empty_list_are_no_error(session: Session) -> None:
    empty = make_list(session)

    assert preview(session, empty.id, "Hi", OWNER).samples == []
    assert preview(session, empty.id, " ", OWNER).warnings == []


def test_characters_that_force_ucs_2_are_named_with_what_to_write(session: Session) -> None:
    listed = make_list(session, *neighbours(session, 1))

    curly = preview(session, listed.id, f"Don’t wait, {SIGNED}", OWNER).warnings
    emoji = preview(session, listed.id, f"🙂 {SIGNED}", OWNER).warnings

    assert curly == ["’ shrinks a segment from 160 to 70 characters. Write ' for ’."]
    assert emoji == ["🙂 shrinks a segment from 160 to 70 characters. Leave them out to pay less."]


def test_characters_that_come_from_names_are_told_apart(session: Session) -> None:
    people = neighbours(session, 2)
    people[0].first_name = "Ŝan"
    session.flush()

    seen = preview(session, make_list(session, *people).id, f"{{first_name}}, {SIGNED}", OWNER)

    assert seen.warnings == ["Ŝ in a name or street makes the text of 1 person dearer."]


def test_a_first_text_says_who_we_are_and_how_to_stop(session: Session) -> None:
    seen = preview(session, make_list(session, *neighbours(session, 1)).id, "Hi", OWNER)

    assert len(seen.warnings) == 2
    assert "Attack-a-Crack" in seen.warnings[0]
    assert "STOP" in seen.warnings[1]


def test_a_marketer_reads_first_name_town_and_street_only(session: Session) -> None:
    seen = preview(session, make_list(session, *neighbours(session, 1)).id, BODY, MARKETER)

    (sample,) = seen.samples
    assert (sample.who, sample.number) == ("Pat0, Quincy", "")
    assert "Is Lanternwick St dry" in sample.text
    assert sample.size.startswith("75 characters")
