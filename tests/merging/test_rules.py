from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.merging.rules import SHOWN, Someone, compare, forms, names_of


def someone(name: str, **more: object) -> Someone:
    first, _, last = name.lower().rpartition(" ")
    given: dict[str, object] = {"first": first.partition(" ")[0], "last": last}
    return Someone(1, name.lower(), **(given | more))  # pyright: ignore[reportArgumentType]


HOUSE, TOWN = {"houses": frozenset({7}), "towns": frozenset({"quincy"})}, frozenset({"quincy"})
AT = {"emails": frozenset({"pat@example.com"})}


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        (someone("Pat Example", **AT), someone("(617) 555-0140", **AT), ["same e-mail"]),
        (
            someone("Pat Example", towns=TOWN),
            someone("PAT EXAMPLE", towns=TOWN),
            ["same name", "same town"],
        ),
        (
            someone("Bob Lantern", **HOUSE),
            someone("Robert Lantern", **HOUSE),
            ["short form of the same first name", "same house"],
        ),
        (
            someone("Bob Lantern", **HOUSE),
            someone("Rob Lantern", **HOUSE),
            ["short form of the same first name", "same house"],
        ),
        (
            someone("R Lantern", **HOUSE),
            someone("Robert Lantern", **HOUSE),
            ["same last name, first initial", "same house"],
        ),
        (
            someone("Lantern Pat", **HOUSE),
            someone("Pat Lantern", **HOUSE),
            ["first and last name swapped", "same house"],
        ),
        (
            someone("Lantern", **HOUSE),
            someone("Pat Lantern", **HOUSE),
            ["same last name", "same house"],
        ),
        (
            someone("Pat Q Example", zip="02169"),
            someone("Pat Example", zip="02169"),
            ["same name", "same ZIP"],
        ),
        (
            someone("Pat Example", other_names=frozenset({"kim other"}), **HOUSE),
            someone("Kim Other", **HOUSE),
            ["known by the other's name", "same house"],
        ),
        (someone("Pat Old", **AT), someone("Pat New", **AT), ["same first name", "same e-mail"]),
    ],
)
def test_one_person_in_two_forms_is_seen(a: Someone, b: Someone, why: list[str]) -> None:
    points, reasons = compare(a, b)

    assert reasons[:1] == why[:1]
    assert sorted(reasons) == sorted(why)
    assert points >= SHOWN
    assert compare(b, a) == (points, reasons)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (someone("Pat Lantern", **HOUSE), someone("Kim Lantern", **HOUSE)),  # a couple
        (someone("Pat Lantern", **AT), someone("Kim Other", **AT)),  # an office's address
        (someone("Pat Lantern Jr", **HOUSE), someone("Pat Lantern", **HOUSE)),
        (someone("Pat Lantern Jr", **HOUSE), someone("Pat Lantern Sr", **HOUSE)),
        (someone("Pat Lantern"), someone("Pat Lantern")),  # somewhere else
        (someone("R Lantern", towns=TOWN), someone("Robert Lantern", towns=TOWN)),
        (
            someone("Acorn LLC", is_company=True, **HOUSE),
            someone("Oak LLC", is_company=True, **HOUSE),
        ),
        (someone("(617) 555-0140", **HOUSE), someone("(617) 555-0141", **HOUSE)),
    ],
)
def test_two_people_are_two(a: Someone, b: Someone) -> None:
    assert compare(a, b)[0] < SHOWN
    assert compare(a, b) == compare(b, a)


def test_the_names_to_look_up_are_its_own_short_and_swapped() -> None:
    found = names_of(someone("Bob Lantern", other_names=frozenset({"kim lantern"})))

    assert found == {"bob lantern", "robert lantern", "lantern bob", "b lantern", "kim lantern"}
    assert names_of(someone("(617) 555-0140", first="", last="")) == set()


@given(st.sampled_from(sorted(forms())), st.sampled_from(sorted(forms())))
def test_short_forms_stand_for_each_other_both_ways(one: str, other: str) -> None:
    assert (one in forms()[other]) == (other in forms()[one])
    a, b = (replace(someone(f"{name} lantern"), **HOUSE) for name in (one, other))
    assert compare(a, b) == compare(b, a)
