import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app.auth.permissions import Role
from crm_app.compliance.actions import attest
from crm_app.compliance.facts import Basis, Purpose
from crm_app.contacts.models import Contact, ContactList, ListMember, PhoneNumber
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError, ForbiddenError
from crm_app.merging.actions import merge, not_the_same
from crm_app.merging.queries import likely
from crm_app.merging.review import both, merged_into, past
from crm_app.merging.undo import undo
from tests.make import make_contact
from tests.merging.people import dump, make_full, make_world, seen, stop
from tests.texting import TUESDAY, olivia, set_clock

PAT = {
    "name": "Pat Example", "email": "pat@example.com", "notes": "Has a dog", "tags": ["hot"],
    "extras": {"Lot": "1", "Pool": "no"}, "numbers": 1, "lists": [0],
}  # fmt: skip
PATRICIA = {
    "name": "Patricia Example", "email": "p@example.com", "other_emails": "pat@example.com",
    "notes": "Wants a quote", "tags": ["hot", "new"], "extras": {"Lot": "2"}, "numbers": 2,
    "lists": [0, 1],
}  # fmt: skip


def two(session: Session, a: object = PAT, b: object = PATRICIA) -> tuple[int, int]:
    set_clock(session, TUESDAY)
    world = make_world(session)
    first, second = (make_full(session, n, world, has) for n, has in enumerate((a, b)))  # pyright: ignore[reportArgumentType]
    return first.id, second.id


def test_one_contact_has_what_both_had(session: Session) -> None:
    person, (a, b) = olivia(session), two(session)

    merge(session, person, a, b, seen(session, a, b), ["name", "extras.Lot"])

    kept, gone = (session.get_one(Contact, one) for one in (a, b))
    assert (kept.name, kept.first_name, kept.email) == (
        "Patricia Example",
        "Patricia",
        PAT["email"],
    )
    assert (kept.other_names, kept.other_emails) == ("Pat Example", "p@example.com")
    assert (kept.tags, kept.extras) == (["hot", "new"], {"Lot": "2", "Lot (2)": "1", "Pool": "no"})
    assert kept.notes.splitlines() == [
        "Has a dog", "Wants a quote", f"(Patricia Example, merged by {person.name}, Jun 9, 2026)",
    ]  # fmt: skip
    assert kept.edited == ["first_name", "is_company", "last_name", "name"]
    numbers = select(PhoneNumber.e164, PhoneNumber.position).order_by("position")
    assert session.exec(numbers.where(PhoneNumber.contact_id == a)).all() == [
        ("+16175550100", 0), ("+16175550110", 1), ("+16175550111", 2),
    ]  # fmt: skip
    members = session.exec(select(ListMember.contact_id)).all()
    assert members == [a, a]
    assert gone.deleted_at
    assert merged_into(session, person, b) == (a, "Patricia Example")
    assert merged_into(session, person, a) == (0, "")
    assert merged_into(session, olivia(session, Role.TECHNICIAN), b) == (0, "")


def test_a_number_is_no_other_name(session: Session) -> None:
    person, (a, b) = olivia(session), two(session, {"name": "(617) 555-0100"}, PATRICIA)
    shown = both(session, person, a, b)
    chosen = [row.field for row in shown.rows if row.is_right]

    merge(session, person, a, b, seen(session, a, b), chosen)

    assert chosen == ["name", "email"]
    kept = session.get_one(Contact, a)
    assert (kept.name, kept.other_names) == ("Patricia Example", "")


def test_a_suppression_covers_all_numbers_and_is_never_freed(session: Session) -> None:
    person, (a, b) = olivia(session), two(session)
    stop(session, "+16175550111")

    done = merge(session, person, a, b, seen(session, a, b))

    asked = [Asked(e164) for e164 in ("+16175550100", "+16175550110", "+16175550111")]
    facts = facts_for(session, Purpose.COLD, asked)
    other = "opted out on another number of theirs"
    assert [facts[one.e164].left_because for one in asked] == [other, other, ""]
    assert facts["+16175550111"].suppressed_since
    undo(session, person, done)
    facts = facts_for(session, Purpose.COLD, asked)
    assert [facts[one.e164].left_because for one in asked] == ["", other, ""]
    assert facts["+16175550111"].suppressed_since


def test_who_saw_another_version_merges_nothing(session: Session) -> None:
    person, (a, b) = olivia(session), two(session)
    old = seen(session, a, b)
    session.get_one(Contact, b).version += 1
    session.flush()

    with pytest.raises(CrmError, match="changed one of the two"):
        merge(session, person, a, b, old)
    with pytest.raises(CrmError, match="there no more"):
        merge(session, person, a, a, old)
    merge(session, person, a, b, seen(session, a, b))
    with pytest.raises(CrmError, match="there no more"):
        merge(session, person, a, b, seen(session, a, b))
    with pytest.raises(ForbiddenError):
        merge(session, olivia(session, Role.MARKETER), a, b, old)


def test_the_two_stand_side_by_side(session: Session) -> None:
    person, (a, b) = olivia(session, Role.OFFICE), two(session)

    shown = both(session, person, a, b)

    assert (shown.ids, shown.names) == ([a, b], ["Pat Example", "Patricia Example"])
    assert shown.versions == seen(session, a, b)
    rows = {row.label: (row.left, row.right, row.field) for row in shown.rows}
    assert rows == {
        "Name": ("Pat Example", "Patricia Example", "name"),
        "E-mail": ("pat@example.com", "p@example.com", "email"),
        "Lot": ("1", "2", "extras.Lot"),
        "Numbers": ("(617) 555-0100", "(617) 555-0110 · (617) 555-0111", ""),
        "More e-mails": ("", "pat@example.com", ""),
        "Lists": ("List 1", "List 1 · List 2", ""),
        "Tags": ("hot", "hot · new", ""),
        "Notes": ("Has a dog", "Wants a quote", ""),
    }
    assert both(session, person, a, 0).rows == []


def test_past_merges_say_who_and_whether_they_can_be_undone(session: Session) -> None:
    person, (a, b) = olivia(session), two(session)
    done = merge(session, person, a, b, seen(session, a, b))

    (one,) = past(session, person, a)
    assert (one.words, one.may_undo) == ("Patricia Example → Pat Example", True)
    assert one.detail == f"{person.name}, now"
    undo(session, person, done)
    (one,) = past(session, person)
    assert (one.detail, one.may_undo) == (f"{person.name}, now, undone", False)
    assert past(session, person, b) == []
    assert past(session, olivia(session, Role.TECHNICIAN)) == []


def test_whom_a_person_called_two_is_not_shown_again(session: Session) -> None:
    person, (a, b) = olivia(session), two(session)
    assert [pair.id for pair in likely(session, [a])[a]] == [b]

    not_the_same(session, person, b, a)
    not_the_same(session, person, a, b)

    assert likely(session, [a, b]) == {}
    kept = session.execute(text("select a_id, b_id, by_user from not_same")).one()
    assert tuple(kept) == (a, b, person.id)
    with pytest.raises(CrmError, match="there no more"):
        not_the_same(session, person, a, 0)


def test_another_ones_number_cannot_be_merged_away(session: Session) -> None:
    person, (a, b) = olivia(session), two(session)
    other = make_contact(session, name="Kim Other").id

    merge(session, person, a, b, seen(session, a, b))

    assert session.exec(select(PhoneNumber.e164).where(PhoneNumber.contact_id == other)).all() == [
        "+16175550140"
    ]


@pytest.mark.parametrize(
    ("numbers", "lists", "comes"), [(1, [], False), (1, [0], True), (0, [], True)]
)
def test_an_attested_list_gives_nobody_the_right_to_be_texted_by_a_merge(
    session: Session, numbers: int, lists: list[int], comes: bool
) -> None:
    bob = {"name": "Bob Bare", "numbers": numbers, "lists": lists}
    person, (a, b) = olivia(session), two(session, bob, PAT | {"lists": [1]})
    every = session.exec(select(ContactList.id).order_by("id")).all()
    for list_id in every:
        attest(session, list_id, person, "They are ours")
    before = dump(session)

    done = merge(session, person, a, b, seen(session, a, b))

    on = select(ListMember.list_id).where(ListMember.contact_id == a)
    assert (every[1] in session.exec(on).all()) == comes
    attested = [
        one.basis for e164 in ("+16175550100", "+16175550110")[1 - numbers :]
        for one in facts_for(session, Purpose.COLD, [Asked(e164)])[e164].consents
    ]  # fmt: skip
    assert attested == [Basis.ATTESTED] * (1 + numbers) * comes
    assert undo(session, person, done) == []
    same = dump(session)
    assert same["list_member"] == before["list_member"]
