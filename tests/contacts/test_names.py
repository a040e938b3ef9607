"""Names of a data file are written as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.contacts.names import Name, initials, split, surname


@pytest.mark.parametrize(
    ("written", "full", "first", "last"),
    [
        ("MARGERY TILLOTSON", "Margery Tillotson", "Margery", "Tillotson"),
        ("MARGERY A TILLOTSON", "Margery A Tillotson", "Margery", "Tillotson"),
        ("  arlo   pomfrette ", "Arlo Pomfrette", "Arlo", "Pomfrette"),
        ("WHITCOMBE,EZRA", "Ezra Whitcombe", "Ezra", "Whitcombe"),
        ("Whitcombe, Ezra", "Ezra Whitcombe", "Ezra", "Whitcombe"),
        ("PRUDENCE WHITCOMBE LE", "Prudence Whitcombe", "Prudence", "Whitcombe"),
        ("WHITCOMBE,PRUDENCE LE", "Prudence Whitcombe", "Prudence", "Whitcombe"),
        ("mcduff, o'HARA III", "O'Hara McDuff III", "O'Hara", "McDuff"),
        ("d'Angelo O'Brien", "d'Angelo O'Brien", "d'Angelo", "O'Brien"),
        ("SEAMUS O'DONNELLY-MCRAE JR", "Seamus O'Donnelly-McRae Jr", "Seamus", "O'Donnelly-McRae"),
        ("O'DONNELLY-MCRAE,SEAMUS JR", "Seamus O'Donnelly-McRae Jr", "Seamus", "O'Donnelly-McRae"),
        ("SMITH JR,JOHN Q", "John Q Smith Jr", "John", "Smith"),
        ("JOHN SMITH, III", "John Smith III", "John", "Smith"),
        ("ANNA-LIESE VAN DER ZANDEN", "Anna-Liese van der Zanden", "Anna-Liese", "van der Zanden"),
        ("VAN DER ZANDEN,ANNA-L", "Anna-L van der Zanden", "Anna-L", "van der Zanden"),
        ("MARIA DE LA CRUZ", "Maria de la Cruz", "Maria", "de la Cruz"),
        ("HUNG VAN LE", "Hung Van Le", "Hung", "Le"),
        ("NGUYEN LE", "Nguyen Le", "Nguyen", "Le"),
        ("VI NGUYEN", "Vi Nguyen", "Vi", "Nguyen"),
        ("ABIGAIL", "Abigail", "Abigail", ""),
        ('LORENZO "BUD" THACKERAYE', 'Lorenzo "Bud" Thackeraye', "Lorenzo", "Thackeraye"),
        ("ZOË BEAUCHÊNE", "Zoë Beauchêne", "Zoë", "Beauchêne"),
        ("IÑIGO NÚÑEZ", "Iñigo Núñez", "Iñigo", "Núñez"),
        ("SINÉAD O’BRIEN", "Sinéad O’Brien", "Sinéad", "O’Brien"),
        ("JOHN V SMITH", "John V Smith", "John", "Smith"),
        ("LaToya DeVito", "LaToya DeVito", "LaToya", "DeVito"),
        ("JANE CHURCH", "Jane Church", "Jane", "Church"),
        ('=HYPERLINK("http://example.com","open")',) * 2 + ("", ""),
        ("@SUM(1+1)", "@SUM(1+1)", "", ""),
        ("", "", "", ""),
        (",", "", "", ""),
    ],
)
def test_person_is_written_and_split(written: str, full: str, first: str, last: str) -> None:
    assert split(written) == Name(full, first, last, is_company=False)


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("ROWANTREE FAMILY TRUST", "Rowantree Family Trust"),
        ("A & B TRUST", "A & B Trust"),
        ("HARBORLINE HOLDINGS LLC", "Harborline Holdings LLC"),
        ("HARBORLINE HOLDINGS, LLC", "Harborline Holdings, LLC"),
        ("JOE'S PLUMBING INC.", "Joe's Plumbing Inc."),
        ("TOWN OF QUINCY", "Town of Quincy"),
        ("ESTATE OF CONSTANCE HATHERLEIGH", "Estate of Constance Hatherleigh"),
        ("HATHERLEIGH CONSTANCE EST OF", "Hatherleigh Constance Est of"),
        ("PRUDENCE WHITCOMBE LIFE ESTATE", "Prudence Whitcombe Life Estate"),
        ("SEA VIEW CONDOMINIUM ASSOCIATION", "Sea View Condominium Association"),
    ],
)
def test_firm_has_no_first_name(written: str, full: str) -> None:
    assert split(written) == Name(full, "", "", is_company=True)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("VAN DER ZANDEN JR", "van der Zanden"),
        ("GARCIA LOPEZ", "Garcia Lopez"),
        ("LE", "Le"),
        ("McRae", "McRae"),
        ("", ""),
    ],
)
def test_a_column_of_surnames_keeps_them_whole(written: str, said: str) -> None:
    assert surname(written) == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Margery A Tillotson", "MT"),
        ("ANNA VAN DER ZANDEN", "AZ"),
        ("Abigail", "A"),
        ("Seamus O'Brien", "SO"),
        ("Joe's Plumbing", "JP"),
        ("élise öztürk", "ÉÖ"),
        ("(617) 555-0101", "?"),
        ("", "?"),
    ],
)
def test_initials_are_one_or_two_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_parts_fit_the_contact_table() -> None:
    name = split("X" * 500 + " " + "Y" * 500)

    assert len(name.name) <= 120
    assert len(name.first_name) <= 60
    assert len(name.last_name) <= 80


@given(st.text(max_size=50) | st.text(alphabet="ABCDE ,'-ELJRVAN", max_size=30))
def test_any_name_is_read_and_shown(name: str) -> None:
    parts = split(name)

    assert parts.name == " ".join(parts.name.split())
    assert 1 <= len(initials(name)) <= 4  # ß and its like are two capitals
    assert not (parts.is_company and parts.first_name)
