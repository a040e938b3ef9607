import pytest

from crm_app.errors import CrmError
from crm_app.screening.reading import decode, read_day, read_numbers

A, B = "+16175550134", "+17815550135"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("6175550134", [A]),
        ("16175550134", [A]),
        ("+16175550134", [A]),
        ("(617) 555-0134", [A]),
        ("617-555-0134\n781.555.0135", [A, B]),
        ("617,5550134\r\n781,5550135\r\n", [A, B]),
        ('"617","5550134"', [A]),
        ('"6175550134"', [A]),
        ("\ufeffPhone\n6175550134\n\n  \n781 555 0135", [A, B]),
        ("Name;Number;Since\nPat;617-555-0134;2026-01-02", [A]),
        ("Pat\t617-555-0134\t(781) 555-0135", [A, B]),
        ("Phone 1,Phone 2\n6175550134.0,7815550135", [A, B]),
        ("6175550134 / 7815550135", [A, B]),
        ("617-555-0134 x12", [A]),
        ("6175550134\n617-555-0134", [A]),
        ("6175550134\r7815550135", [A, B]),
    ],
)
def test_numbers_are_read_however_they_are_written(words: str, numbers: list[str]) -> None:
    found = read_numbers(words)

    assert (found.numbers, found.refused) == (numbers, [])


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("6175550134\nPat Example\n", ["line 2: no phone number in it"]),
        ("Phone\n\n555-0134\n6175550134", ["line 3: 7 digits: the area code is missing"]),
        ("617555013\n6175550134", ["line 1: 9 digits: a US number has 10"]),
        ("6175550134\n+44 20 7946 0958", ["line 2: 12 digits: a US number has 10"]),
        ("6175550134\n1175550134", ["line 2: not a US number"]),
    ],
)
def test_a_line_without_a_number_is_refused_with_its_place(words: str, refused: list[str]) -> None:
    found = read_numbers(words)

    assert (found.numbers, found.refused) == ([A], refused)


def test_a_list_of_changes_is_told_from_a_full_one() -> None:
    with pytest.raises(CrmError, match="a list of changes"):
        read_numbers("617,5550134,2026-06-01T10:00:00,A\n781,5550135,2026-06-01,D")
    assert read_numbers("617,5550134\n781,5550135").numbers == [A, B]
    assert read_numbers("6175550134,Pat,Andover").numbers == [A]


@pytest.mark.parametrize(
    "raw", ["Zoë\n6175550134".encode("utf-8-sig"), "Zoë\n6175550134".encode("cp1252")]
)
def test_a_file_is_utf8_or_windows(raw: bytes) -> None:
    assert decode(raw) == "Zoë\n6175550134"


def test_a_day_that_is_none_is_a_sentence() -> None:
    with pytest.raises(CrmError, match="Give the day"):
        read_day("soon")
