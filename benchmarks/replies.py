"""How well and how fast replies are read, beside OpenPhone's own rule: six words, alone.

That rule: https://support.openphone.com, "Opt-out keywords" (STOP STOPALL UNSUBSCRIBE CANCEL END
QUIT as the whole text). It knows no HOLD, START or HELP.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure, beside
from crm_app.replies import reader as replies

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "replies"
SIX = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"])
Reader = Callable[[str, str], str]


def measure(runs: int) -> Iterator[Figure]:
    """Yield precision and recall by class of each corpus that is there, and the time a text."""
    for name in ("tuned", "scored"):
        paths = sorted(FOLDER.glob(f"{name}*.jsonl"))
        lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
        if corpus := [json.loads(line) for line in lines]:
            yield from _right(name, corpus)
            yield _speed(name, corpus, runs)


def _ours(text: str, before: str) -> str:
    return replies.read(text, before).verdict


def _six(text: str, _before: str) -> str:
    return "STOP" if text.strip().upper() in SIX else "NONE"


def _right(name: str, corpus: list[dict[str, Any]]) -> Iterator[Figure]:
    for verdict in replies.Verdict:
        ours, six = (_told(corpus, verdict, reader) for reader in (_ours, _six))
        what = f"replies, {name}: {verdict} (of {sum(c['verdict'] == verdict for c in corpus)})"
        yield Figure(what, ours, f"{six}: OpenPhone's six words")


def _told(corpus: list[dict[str, Any]], verdict: str, reader: Reader) -> str:
    """Precision and recall of one class, in words."""
    read = [(case["verdict"], reader(case["text"], case.get("before", ""))) for case in corpus]
    hit = sum(told == found == verdict for told, found in read)
    said = sum(found == verdict for _, found in read)
    real = sum(told == verdict for told, _ in read)
    return f"precision {_percent(hit, said)}, recall {_percent(hit, real)}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _speed(name: str, corpus: list[dict[str, Any]], runs: int) -> Figure:
    ours, six = ([_median(corpus, reader) for _ in range(runs)] for reader in (_ours, _six))
    return beside(f"replies, {name}: a text read", ours, "OpenPhone's six words", six, "µs")


def _median(corpus: list[dict[str, Any]], reader: Reader) -> float:
    taken: list[float] = []
    for case in corpus:
        begun = time.perf_counter_ns()
        reader(case["text"], case.get("before", ""))
        taken.append((time.perf_counter_ns() - begun) / 1000)
    return median(taken)
