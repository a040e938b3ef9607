"""`python -m tests.replies.votes` counts crm_app/replies/votes.toml out of the tuned corpora.

A word, or two in a row (`^` and `$` are the text's ends), votes when it stands in two texts or
more, and `TIMES` as often among those of one mind as among the others. It has no weight.
"""

import json
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from crm_app.replies import weighing
from crm_app.replies.signs import Verdict
from crm_app.replies.words import plain

FOLDER = Path(__file__).parents[1] / "data" / "replies"
TABLE = Path(weighing.__file__).with_name("votes.toml")
TIMES, TEXTS = 2.0, 2
HEAD = "# Counted by tests/replies/votes.py out of tests/data/replies/tuned*.jsonl.\n"
Case = dict[str, Any]


def cases() -> Iterator[Case]:
    """Every text of the tuned corpora."""
    for path in sorted(FOLDER.glob("tuned*.jsonl")):
        yield from map(json.loads, path.read_text("utf-8").splitlines())


def counted(counts: Callable[[Case], bool] = lambda _: True) -> dict[str, list[str]]:
    """Count the votes of the texts that count: who is at ease and who is not."""
    seen = {True: Counter[str](), False: Counter[str]()}
    texts = Counter[bool]()
    for case in filter(counts, cases()):
        is_uneasy = case["verdict"] in {Verdict.STOP, Verdict.HOLD}
        texts[is_uneasy] += 1
        seen[is_uneasy].update(weighing.votes(plain(case["text"]).split()))
    found: dict[str, list[str]] = {}
    for name, mind in (("at_ease", False), ("uneasy", True)):
        rest = {word: (n + 0.4) / texts[not mind] for word, n in seen[not mind].items()}
        found[name] = sorted(
            word
            for word, n in seen[mind].items()
            if n + seen[not mind][word] >= TEXTS
            and (n + 0.4) / texts[mind] > TIMES * rest.get(word, 0.4 / texts[not mind])
        )
    return found


def main() -> None:
    """Write the table anew."""
    tables = (
        f'{name} = """\n{textwrap.fill(" ".join(words), 98, break_on_hyphens=False)}\n"""\n'
        for name, words in counted().items()
    )
    TABLE.write_text(HEAD + "\n" + "\n".join(tables), "utf-8")


if __name__ == "__main__":
    main()
