"""The patterns of english.toml, compiled: words in a row, where each place may be

`word`, `a|b`, `{set}`, `..` (up to three words) and `*` (one word) may each have a `?` (may be
missing); `!a|b` is not followed by, `$` the clause's end, politely or not, `^` its beginning,
`,` a clause's end that may be; `_` is a space within a place.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

Kind = tuple[str, dict[str, list[str]]]  # a kind, and the patterns of each label
_ENDS = r"(?= |$)"


@dataclass(frozen=True)
class Pattern:
    """What stands in a row, the kind of text it is a sign of, and how to call that."""

    row: str
    kind: str
    label: str

    @cached_property
    def words(self) -> re.Pattern[str]:
        """The row compiled at its first use: all at once would take the command's time to start."""
        return re.compile(self.row)


class Patterns(dict[str, list[Pattern]]):
    """All patterns by their first word, and all words that they know."""

    def __init__(self, kinds: list[Kind], sets: dict[str, list[str]]) -> None:
        """Compile the lines of each kind and label; `sets` are the {names} in them."""
        super().__init__()
        by_first: dict[str, list[Pattern]] = defaultdict(list)
        self.known: set[str] = set()
        self._sets = {name: "|".join(words) for name, words in sets.items()}
        self._end = rf"(?=(?: (?:{self._sets['polite']}))*(?: \.|$))"
        for kind, labels in kinds:
            for label, lines in labels.items():
                for line in lines:
                    compiled = Pattern(self._row(line), kind, label)
                    for first in {option.split()[0] for option in self._options(line)}:
                        by_first[first].append(compiled)
        self.update(by_first)

    def _expand(self, place: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self._sets[found[1]], place)

    def _options(self, line: str) -> list[str]:
        first = line.split()[1 if line.startswith("^") else 0]
        return self._expand(first.strip("?!")).replace("_", " ").split("|")

    def _row(self, line: str) -> str:
        """Return a line as a regular expression for words with one space between them."""
        row = ""
        for place in line.split():
            row += self._place(place) if row not in ("", _START) else _head(self._place(place))
        return row

    def _place(self, place: str) -> str:
        marks = {
            "*": r"(?: [^ .]+)",
            "^": _START,
            "$": self._end,
            "..": r"(?: [^ .]+){0,3}?",
            ",": r"(?: \.)?",
            ",?": r"(?: \.)?",
        }
        if place in marks:
            return marks[place]
        options = self._expand(place.strip("?!")).replace("_", " ").replace(".", r"\.").split("|")
        ends = f"|{self._end}" if "$" in options else ""
        words = "|".join(option for option in options if option != "$")
        self.known.update(re.findall(r"\w+", words))
        one = rf" (?:{words}){_ENDS}{ends}"
        if place.startswith("!"):
            return f"(?!{one})"
        return f"(?:{one})?" if place.endswith("?") else f"(?:{one})"


_START = r"(?:^|(?<=\. ))"


def _head(row: str) -> str:
    """The first place has no space before it."""
    return row if row == _START else row.replace("(?: ", "(?:", 1)
