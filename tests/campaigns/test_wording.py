"""Templates are filled or refused in a sentence; texts are measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.campaigns.wording import FALLBACKS, cost, measure, render, slots
from crm_app.errors import CrmError

MARGERY = {
    "first_name": "Margery", "street": "12 Lanternwick St", "city": "Quincy", "year_built": "1958",
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "values", "text", "blanks"),
    [
        ("Hi {first_name}!", MARGERY, "Hi Margery!", []),
        ("{ first_name }, {street} in {city}", MARGERY, "Margery, 12 Lanternwick St in Quincy", []),
        ("Built {year_built|long ago}", MARGERY, "Built 1958", []),
        ("No field at all", MARGERY, "No field at all", []),
        ("", MARGERY, "", []),
        ("Hi {first_name|there}", {}, "Hi there", []),
        ("Hi {first_name|there}", {"first_name": "  "}, "Hi there", []),
        ("Hi { first_name | my friend }", {}, "Hi my friend", []),
        ("Hi {first_name}, {city} {first_name}", {"city": ""}, "Hi ,  ", ["first_name", "city"]),
        ("Hi {first_name|a|b}", {}, "Hi a|b", []),
        ("{street}", {"street": " 4 Hill Rd\nRear "}, "4 Hill Rd Rear", []),
        ("{first_name}", {"first_name": "{city}"}, "{city}", []),
        ("{Extra  Basement Type}", {"extra basement type": "Full"}, "Full", []),
        ("{extra Roof|a roof}", {}, "a roof", []),
        ("{extra Roof}", {}, "", ["extra roof"]),
    ],
)
def test_template_is_filled_or_names_its_blanks(
    template: str, values: dict[str, str], text: str, blanks: list[str]
) -> None:
    assert render(template, values) == (text, blanks)


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
        slots(template)

    assert sentence in str(refused.value)


@given(text=st.text(alphabet=st.characters(blacklist_characters="{}"), max_size=80))
def test_text_without_braces_stays_as_it_is(text: str) -> None:
    assert render(text, MARGERY) == (text, [])


@given(template=st.text(alphabet="{}| _acefinrst\n", max_size=40))
def test_template_is_either_refused_or_filled(template: str) -> None:
    try:
        fields = {field for field, _fallback in slots(template)}
    except CrmError:
        with pytest.raises(CrmError, match=r"\.$"):
            render(template, {})
    else:
        assert set(render(template, {})[1]) <= fields <= set(FALLBACKS)


@pytest.mark.parametrize(
    ("text", "length", "encoding", "segments"),
    [
        ("", 0, "GSM-7", 0),
        ("a", 1, "GSM-7", 1),
        ("a" * 160, 160, "GSM-7", 1),
        ("a" * 161, 161, "GSM-7", 2),
        ("a" * 306, 306, "GSM-7", 2),
        ("a" * 307, 307, "GSM-7", 3),
        ("è¿@£\n", 5, "GSM-7", 1),
        ("€" * 80, 160, "GSM-7", 1),
        ("€" * 81, 162, "GSM-7", 2),
        # 152 + one of two units does not fit 153: the pair begins the next segment.
        ("a" * 152 + "€" + "a" * 152, 306, "GSM-7", 3),
        ("a" * 151 + "€" + "a" * 153, 306, "GSM-7", 2),
        ("é" * 160, 160, "GSM-7", 1),
        ("ê" * 70, 70, "UCS-2", 1),
        ("ê" * 71, 71, "UCS-2", 2),
        ("ê" * 134, 134, "UCS-2", 2),
        ("ê" * 135, 135, "UCS-2", 3),
        ("😀" * 35, 70, "UCS-2", 1),
        ("😀" * 36, 72, "UCS-2", 2),
        ("a" * 66 + "😀" + "a" * 66, 134, "UCS-2", 3),
        ("[]" + "ê", 3, "UCS-2", 1),  # in UCS-2 the extension table costs nothing more
    ],
)
def test_text_is_measured(text: str, length: int, encoding: str, segments: int) -> None:
    found = measure(text)

    assert (found.length, found.encoding, found.segments) == (length, encoding, segments)


@given(text=st.text(max_size=700))
def test_segments_hold_the_text_and_none_is_wasted(text: str) -> None:
    found = measure(text)
    alone, joined = (160, 153) if found.encoding == "GSM-7" else (70, 67)

    if found.encoding == "UCS-2":
        assert found.length == len(text.encode("utf-16-le", "surrogatepass")) // 2
    if found.length <= alone:
        assert found.segments == (1 if text else 0)
    else:
        # At worst each full segment leaves one unit empty before a pair.
        assert -(-found.length // joined) <= found.segments <= -(-found.length // (joined - 1))


def test_a_segment_costs_a_cent() -> None:
    assert [cost(0), cost(1), cost(312_500)] == ["$0.00", "$0.01", "$3,125.00"]
