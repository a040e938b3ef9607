"""An answer to a first text, which itself says STOP, is read by its own words."""

import pytest

from crm_app.replies.reader import Verdict, read

COLD = (
    "Hi Margery, this is Attack-a-Crack in Quincy. Any water in the basement at 12 Lanternwick St?"
    " Reply STOP to opt out."
)


@pytest.mark.parametrize(
    "words",
    [
        "Yes", "yes!", "Yes please",
        "Yes! There is a crack by the oil tank that weeps every spring.",
        "yeah a little", "sure, come look", "si", "sim", "ok", "maybe", "How much is it?",
    ],
)  # fmt: skip
def test_a_yes_to_a_first_text_is_none(words: str) -> None:
    assert read(words, COLD).verdict is Verdict.NONE


@pytest.mark.parametrize(("words", "verdict"), [("no", "HOLD"), ("STOP", "STOP"), ("nope", "HOLD")])
def test_a_no_to_a_first_text_is_held(words: str, verdict: str) -> None:
    assert read(words, COLD).verdict == verdict
