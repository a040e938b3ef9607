"""Invented files of homeowners: a drawn photo of a crack, and something that sounds like a voice.

The same seed gives the same file. Nobody's photo, nobody's voice.
"""

import io
import itertools
import math
import random
import struct
import wave

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 900)
RATE = 8000  # samples a second, as the telephone has it
_VOWELS = ((700, 1150), (450, 1900), (300, 2300), (500, 900), (350, 750))  # formants in Hz


def photo(seed: object) -> bytes:
    """Return a JPEG of a poured wall with a crack in it, sometimes damp, sometimes with a coin."""
    chance = random.Random(str(seed))  # noqa: S311 - a picture, no secret
    tone = chance.randint(150, 185)
    wall = Image.new("RGB", SIZE, (tone, tone - 4, tone - 12))
    draw = ImageDraw.Draw(wall)
    for y in range(chance.randint(60, 160), SIZE[1], 260):  # the boards of the form
        draw.line([(0, y), (SIZE[0], y + chance.randint(-4, 4))], (tone - 22,) * 3, 3)
    for x in range(chance.randint(80, 200), SIZE[0], 380):  # its ties
        for y in range(150, SIZE[1], 330):
            draw.ellipse([x, y, x + 16, y + 16], (tone - 70,) * 3)
    crack = _walk(chance, (SIZE[0] * chance.uniform(0.3, 0.65), -10.0), SIZE[1] + 20)
    if chance.random() < 0.7:  # damp comes from below
        wet = [(x + chance.uniform(-150, 150), y) for x, y in crack if y > SIZE[1] * 0.45]
        stain = Image.new("L", SIZE)
        ImageDraw.Draw(stain).line(wet + [(x, SIZE[1]) for x, _ in wet[::-1]], 150, 120)
        wall.paste((82, 80, 76), mask=stain.filter(ImageFilter.GaussianBlur(60)))
    wall = wall.filter(ImageFilter.GaussianBlur(1.5))
    grain = Image.frombytes("L", SIZE, chance.randbytes(SIZE[0] * SIZE[1]))
    wall = Image.blend(wall, grain.convert("RGB"), 0.1)
    draw = ImageDraw.Draw(wall)
    branch = _walk(chance, crack[len(crack) // 2], SIZE[1] * 0.8, lean=7)
    for line, width in ((branch, 3), (crack, 7)):
        for step, (one, other) in enumerate(itertools.pairwise(line)):
            thick = max(2, round(width * (0.6 + 0.5 * math.sin(step / 5))))
            draw.line([one, other], (38, 35, 33), thick)
            draw.line([(one[0] + thick, one[1]), (other[0] + thick, other[1])], (205, 202, 195), 1)
    if chance.random() < 0.6:  # a quarter beside it says how wide it is
        left, top = crack[len(crack) // 3]
        draw.ellipse([left + 30, top, left + 108, top + 78], (176, 178, 182), (120, 122, 126), 4)
        draw.ellipse([left + 40, top + 10, left + 98, top + 68], None, (150, 152, 156), 2)
    made = io.BytesIO()
    wall.filter(ImageFilter.GaussianBlur(0.6)).save(made, "JPEG", quality=82)
    return made.getvalue()


def _walk(
    chance: random.Random, start: tuple[float, float], end: float, lean: float = 0
) -> list[tuple[float, float]]:
    """Return the points of a crack from `start` down to the height `end`."""
    points = [start]
    while points[-1][1] < end:
        x, y = points[-1]
        points.append((x + chance.gauss(lean, 13), y + chance.uniform(8, 26)))
    return points


def voice(seed: object, seconds: float = 6) -> bytes:
    """Return a WAV of that length with the syllables, pauses and pitch of a voice."""
    chance, samples, phase = random.Random(str(seed)), list[int](), 0.0  # noqa: S311
    pitch = chance.uniform(95, 190)
    while len(samples) < RATE * seconds:
        first, second = chance.choice(_VOWELS)
        length, loud = int(RATE * chance.uniform(0.09, 0.22)), chance.uniform(0.5, 1)
        hertz = pitch * chance.uniform(0.85, 1.15)
        for n in range(length):
            phase += hertz / RATE
            glow = math.sin(math.pi * n / length) * loud
            pulse = math.exp(-5 * (phase % 1))
            ring = (
                math.sin(math.tau * first * n / RATE) + math.sin(math.tau * second * n / RATE) / 2
            )
            samples.append(round(9000 * glow * pulse * ring))
        samples += [0] * int(RATE * (0.35 if chance.random() < 0.12 else 0.03))
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{int(RATE * seconds)}h", *samples[: int(RATE * seconds)]))
    return made.getvalue()
