"""The invented homeowners: whether, when and what they answer to a text that reached them."""

import tomllib
from functools import cache
from pathlib import Path

from crm_app.sandbox.stage.chance import roll

FASTEST = 60.0  # seconds; most answer within an hour, some in the evening
SLOWEST = 6 * 3600.0


@cache
def _answers() -> dict[str, list[tuple[int, str]]]:
    found = tomllib.loads(Path(__file__).with_name("answers.toml").read_text("utf-8"))
    return {turn: [(row["weight"], row["text"]) for row in rows] for turn, rows in found.items()}


def answer(seed: int, rate: float, person: str, turn: int) -> tuple[float, str] | None:
    """Return after how many seconds, and what, `person` answers to the `turn`th text, or None.

    The same seed, person and turn always give the same, in whatever order texts go out.
    """
    if roll(seed, "answers", person, turn) >= rate:
        return None
    choices = _answers()["first" if turn == 1 else "later"]
    mark = roll(seed, "what", person, turn) * sum(weight for weight, _ in choices)
    said = choices[-1][1]
    for weight, text in choices:
        mark -= weight
        if mark < 0:
            said = text
            break
    wait = FASTEST * (SLOWEST / FASTEST) ** roll(seed, "when", person, turn)
    return wait, said
