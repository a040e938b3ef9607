"""How long a text is, in which encoding, and what it costs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.campaigns.segments import measure


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
    assert found.cost_cents == Decimal(segments)


def test_characters_that_make_a_text_dear_are_named_once_in_order() -> None:
    assert measure("It’s “fine”, it’s 😀").costly == ("’", "“", "”", "😀")
    assert measure("It's fine").costly == ()


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
    assert bool(found.costly) is (found.encoding == "UCS-2")
