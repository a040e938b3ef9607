"""Loading do-not-call lists: whole, or only added to; who may; how old they are."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.gate_rules import LISTED
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError, ForbiddenError
from crm_app.house import get_setting
from crm_app.screening.actions import in_words, load_list, take_off
from crm_app.screening.models import CallList, ListedNumber
from crm_app.screening.queries import ListRow, lists
from tests.make import make_contact
from tests.texting import PAT, TUESDAY, olivia, set_clock

DAY = date(2026, 6, 9)
OTHER, THIRD = "+16175550141", "+16175550142"


@pytest.fixture
def owner(session: Session) -> Person:
    """The owner, on a Tuesday."""
    set_clock(session, TUESDAY)
    return olivia(session)


def on(session: Session, kind: str) -> list[str]:
    asked = select(ListedNumber.e164).where(ListedNumber.kind == kind)
    return list(session.exec(asked.order_by(col(ListedNumber.e164))))


def shown(session: Session, kind: str) -> ListRow:
    return dict(zip(LISTED, lists(session), strict=True))[kind]


@pytest.mark.parametrize("kind", ["national", "massachusetts", "litigator"])
def test_a_publishers_file_is_the_whole_list(session: Session, owner: Person, kind: str) -> None:
    load_list(session, "internal", PAT, DAY, owner)
    load_list(session, kind, f"{PAT}\n{OTHER}", DAY, owner)

    loaded = load_list(session, kind, f"{OTHER}\n{THIRD}\nnobody", DAY, owner)

    assert (loaded.added, loaded.known, loaded.gone) == (1, 1, 1)
    assert loaded.refused == ["line 3: no phone number in it"]
    assert on(session, kind) == [OTHER, THIRD]
    assert on(session, "internal") == [PAT], "another list is another list"
    assert in_words(kind, loaded).endswith(", 1 known, 1 no longer on it. 1 line refused.")


def test_ours_is_only_added_to(session: Session, owner: Person) -> None:
    load_list(session, "internal", f"{PAT}\n{OTHER}", DAY, owner)

    loaded = load_list(session, "internal", f"{THIRD}\n{OTHER}", DAY, owner)

    assert (loaded.added, loaded.known, loaded.gone) == (1, 1, 0)
    assert on(session, "internal") == [PAT, OTHER, THIRD]
    assert session.get_one(CallList, "internal").count == 3


@pytest.mark.parametrize(
    ("kind", "words", "dated", "sentence"),
    [
        ("french", PAT, DAY, "There is no such list"),
        ("national", PAT, DAY + timedelta(days=1), "The date is to come"),
        ("national", "Phone\nnobody\n", DAY, "There is no phone number in it"),
        ("national", "", DAY, "There is no phone number in it"),
        ("national", "617,5550141,2026-06-01,A", DAY, "a list of changes"),
    ],
)
def test_what_will_not_do_changes_nothing(
    session: Session, owner: Person, kind: str, words: str, dated: date, sentence: str
) -> None:
    load_list(session, "national", OTHER, DAY, owner)

    with pytest.raises(CrmError, match=sentence):
        load_list(session, kind, words, dated, owner)

    assert on(session, "national") == [OTHER]


def test_who_may_load_and_take_off(session: Session, owner: Person) -> None:
    office, technician = olivia(session, Role.OFFICE), olivia(session, Role.TECHNICIAN)

    load_list(session, "internal", PAT, DAY, technician)
    for person in (office, technician):
        with pytest.raises(ForbiddenError):
            load_list(session, "national", PAT, DAY, person)
        with pytest.raises(ForbiddenError):
            take_off(session, PAT, person, "They asked")


def test_a_number_leaves_ours_with_name_and_reason(session: Session, owner: Person) -> None:
    load_list(session, "internal", f"{PAT}\n{OTHER}", DAY, owner)

    with pytest.raises(CrmError, match="Say why"):
        take_off(session, PAT, owner, "  ")
    with pytest.raises(CrmError, match="617-555-0142 is not on our own"):
        take_off(session, "617-555-0142", owner, "They asked")

    assert take_off(session, "617 555 0140", owner, "They called us") == "(617) 555-0140"
    assert on(session, "internal") == [OTHER]
    (kept,) = get_setting(session, f"taken off: {PAT}", [])
    assert (kept["by"], kept["because"]) == (owner.id, "They called us")
    assert shown(session, "internal").about.startswith("Numbers: 1, of Jun 9, 2026, loaded ")


@pytest.mark.parametrize(
    ("kind", "days", "words", "is_stale"),
    [
        ("national", 0, "0 days old", False),
        ("national", 1, "1 day old", False),
        ("national", 31, "31 days old", False),
        ("national", 32, "32 days old: load a newer one (31 days)", True),
        ("massachusetts", 92, "92 days old", False),
        ("massachusetts", 93, "93 days old: load a newer one (92 days)", True),
        ("litigator", 93, "93 days old: load a newer one (92 days)", True),
        ("internal", 400, "400 days old", False),
    ],
)
def test_a_list_grows_stale(
    session: Session, owner: Person, kind: str, days: int, words: str, is_stale: bool
) -> None:
    load_list(session, kind, PAT, DAY - timedelta(days=days), owner)

    row = shown(session, kind)

    assert (row.age, row.is_stale) == (words, is_stale)
    assert row.about.endswith(f"by {owner.name}")


def test_a_list_that_was_never_loaded_says_so(session: Session, owner: Person) -> None:
    never = "never loaded: load it, then every 31 days"

    assert shown(session, "national") == ListRow(
        "the national do-not-call list", "Numbers: 0", never, True
    )
    assert (shown(session, "internal").age, shown(session, "internal").is_stale) == ("empty", False)


def test_what_a_load_refused_stays_to_be_seen(session: Session, owner: Person) -> None:
    many = "\n".join([PAT, *["nobody"] * 30])
    load_list(session, "national", many, DAY, owner)

    row = shown(session, "national")

    assert row.refused.startswith("Lines refused: 30 (line 2: no phone number in it; line 3:")
    assert row.refused.count("line ") == 20


def test_a_listed_number_is_blocked_and_free_again(session: Session, owner: Person) -> None:
    make_contact(session, phone=PAT)

    def rules() -> set[str]:
        facts = facts_for(session, Purpose.COLD, [Asked(PAT)])[PAT]
        return {reason.rule for reason in may_send(facts, TUESDAY).reasons}

    load_list(session, "national", PAT, DAY, owner)
    assert "do_not_call" in rules()
    load_list(session, "national", OTHER, DAY, owner)
    assert "do_not_call" not in rules()


def test_a_hundred_thousand_numbers_are_two_statements(session: Session, owner: Person) -> None:
    words = "\n".join(
        f"{area},{n:07d}" for area in range(201, 301) for n in range(2000000, 2001000)
    )

    assert load_list(session, "national", words, DAY, owner).added == 100_000
    assert load_list(session, "national", words, DAY, owner).known == 100_000
    assert session.execute(text("select count from call_list")).scalar() == 100_000
