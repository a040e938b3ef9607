"""Every pair of text and ground in the theme is readable, in light and in dark (WCAG AA)."""

import re
from pathlib import Path

import pytest

CSS = Path("assets/theme.css").read_text()
SHADES = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--color-([a-z-]+): light-dark\((#\w+), (#\w+)\)", CSS)
}
INKS = ("text", "muted", "accent-text", "fine", "waiting", "held", "blocked", "optedout", "sandbox")
GROUNDS = ("ground", "surface", "raised")
TINT = 0.11  # how much of its own colour a badge or a banner has behind it


def channels(shade: str) -> list[int]:
    return [int(shade[at : at + 2], 16) for at in (1, 3, 5)]


def brightness(parts: list[float]) -> float:
    scaled = [p / 255 for p in parts]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in scaled)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(ink: str, ground: str, tint: float = 0) -> float:
    mixed = [
        a * tint + b * (1 - tint) for a, b in zip(channels(ink), channels(ground), strict=True)
    ]
    low, high = sorted((brightness([*map(float, channels(ink))]), brightness(mixed)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_ink_is_readable_on_every_ground(mode: int) -> None:
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    worst = {
        pair: contrast(SHADES[pair[0]][mode], SHADES[pair[1]][mode], TINT * (pair[0] != "text"))
        for pair in pairs
    }

    assert {pair: found for pair, found in worst.items() if found < 4.5} == {}


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("fill", ["accent", "accent-strong"])
def test_white_is_readable_on_the_accent(fill: str, mode: int) -> None:
    assert contrast("#ffffff", SHADES[fill][mode]) >= 4.5
