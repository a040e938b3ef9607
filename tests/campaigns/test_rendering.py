"""Templates are filled, and refused in a sentence when they cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.campaigns.rendering import FIELDS, Rendered, fields_of, render
from crm_app.errors import CrmError

MARGERY = {
    "first_name": "Margery",
    "street": "12 Lanternwick St",
    "city": "Quincy",
    "year_built": "1958",
}


@pytest.mark.parametrize(
    ("template", "text", "blanks"),
    [
        ("Hi {first_name}!", "Hi Margery!", ()),
        ("{ first_name }, {street} in {city}", "Margery, 12 Lanternwick St in Quincy", ()),
        ("Built {year_built|long ago}", "Built 1958", ()),
        ("No field at all", "No field at all", ()),
        ("", "", ()),
    ],
)
def test_template_is_filled(template: str, text: str, blanks: tuple[str, ...]) -> None:
    assert render(template, MARGERY) == Rendered(text, blanks)


@pytest.mark.parametrize(
    ("template", "values", "text", "blanks"),
    [
        ("Hi {first_name|there}", {}, "Hi there", ()),
        ("Hi {first_name|there}", {"first_name": "  "}, "Hi there", ()),
        ("Hi { first_name | my friend }", {}, "Hi my friend", ()),
        ("Hi {first_name}, {city} {first_name}", {"city": ""}, "Hi ,  ", ("first_name", "city")),
        ("Hi {first_name|a|b}", {}, "Hi a|b", ()),
        ("{street}", {"street": " 4 Hill Rd\nRear "}, "4 Hill Rd Rear", ()),
        ("{first_name}", {"first_name": "{city}"}, "{city}", ()),
    ],
)
def test_missing_value_takes_the_fallback_or_is_a_blank(
    template: str, values: dict[str, str], text: str, blanks: tuple[str, ...]
) -> None:
    assert render(template, values) == Rendered(text, blanks)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("Hi {name}", "There is no field {name}"),
        ("Hi {}", "There is no field {}"),
        ("Hi {First_name}", "There is no field"),
        ("Hi {first_name", "lone brace at “{first_name”"),
        ("Hi first_name}", "lone brace at “}”"),
        ("Hi {{first_name}}", "lone brace"),
        ("Hi {first_name|}", "Say what stands for {first_name} after the bar"),
    ],
)
def test_template_that_cannot_be_read_is_refused(template: str, sentence: str) -> None:
    with pytest.raises(CrmError) as refused:
        fields_of(template)

    assert sentence in str(refused.value)


def test_fields_of_a_template_are_each_named_once() -> None:
    assert fields_of("{first_name|there} {city} {first_name}") == {"first_name", "city"}


@given(text=st.text(alphabet=st.characters(blacklist_characters="{}"), max_size=80))
def test_text_without_braces_stays_as_it_is(text: str) -> None:
    assert render(text, MARGERY) == Rendered(text, ())


@given(template=st.text(alphabet="{}| _acefinrst\n", max_size=40))
def test_template_is_either_refused_or_filled(template: str) -> None:
    try:
        fields = fields_of(template)
    except CrmError:
        with pytest.raises(CrmError, match=r"\.$"):
            render(template, {})
    else:
        assert fields <= set(FIELDS)
        assert set(render(template, {}).blanks) <= fields
