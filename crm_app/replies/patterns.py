"""The patterns of english.toml: words in a row, where each place may be

`word`, `a|b`, `{set}`, `..` (up to three words), `...` (up to six) and `*` (one word) may each
have a `?` (may be missing); `!a|b` is not followed by, `$` the clause's end, politely or not,
`^` its beginning, `,` a clause's end that may be; `_` is a space within a place.
No regular expressions: a thousand of them take seconds to compile.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

Kind = tuple[str, dict[str, list[str]]]  # a kind, and the patterns of each label
Words = list[str]
Phrase = tuple[str, ...]
_GAPS = {"..": 3, "...": 6}


class Place(NamedTuple):
    """One place of a row: words, or phrases of more words, or the clause's end, or a gap."""

    words: frozenset[str]
    phrases: Mapping[str, tuple[Phrase, ...]] = {}
    is_end: bool = False
    gap: int = 0
    is_any: bool = False
    is_barred: bool = False
    may_miss: bool = False


@dataclass(frozen=True)
class Pattern:
    """What stands in a row, the kind of text it is a sign of, and how to call that."""

    places: tuple[Place, ...]
    kind: str
    label: str
    begins: bool


class Patterns:
    """All patterns by their first word and what may follow it, and all words that they know."""

    def __init__(self, kinds: list[Kind], sets: dict[str, list[str]]) -> None:
        """Take the lines of each kind and label; `sets` are the {names} in them."""
        self._sets = {name: "|".join(words) for name, words in sets.items()}
        self._polite = _by_first(_phrases(self._sets["polite"]))
        self._place = cache(self._read_place)
        self._first: defaultdict[str, list[tuple[frozenset[str] | None, Pattern]]]
        self._first = defaultdict(list)
        for kind, labels in kinds:
            for label, lines in labels.items():
                for line in lines:
                    self._add(kind, label, line)
        self.known = {
            part
            for place in map(self._place, {p for p in self._lines(kinds)})
            for words in (*place.words, *_words_of(place))
            for part in words.split()
            if part.isalnum()
        }

    @staticmethod
    def _lines(kinds: list[Kind]) -> Iterator[str]:
        for _, labels in kinds:
            for lines in labels.values():
                for line in lines:
                    yield from line.split()

    def _add(self, kind: str, label: str, line: str) -> None:
        rows = line.split()
        begins = rows[0] == "^"
        places = tuple(self._place(row) for row in rows[begins:])
        pattern = Pattern(places, kind, label, begins)
        after = self._next(places, 1)
        for word in places[0].words:
            self._first[word].append((after, pattern))
        for word, phrases in places[0].phrases.items():
            self._first[word].append((frozenset(phrase[1] for phrase in phrases), pattern))

    def _read_place(self, row: str) -> Place:
        bare = row.strip("?!")
        may_miss = row.endswith("?")
        if bare in _GAPS:
            return Place(frozenset(), gap=_GAPS[bare])
        if bare == "*":
            return Place(frozenset(), is_any=True, may_miss=may_miss)
        if bare == ",":
            return Place(frozenset("."), may_miss=True)
        text = re.sub(r"\{(\w+)\}", lambda found: self._sets[found[1]], bare)
        options = list(_phrases(text.replace("_", " ")))
        return Place(
            frozenset(option[0] for option in options if len(option) == 1 and option[0] != "$"),
            _by_first(option for option in options if len(option) > 1),
            is_end=("$",) in options,
            is_barred=row.startswith("!"),
            may_miss=may_miss,
        )

    def _next(self, places: tuple[Place, ...], at: int) -> frozenset[str] | None:
        """Return the words one of which must stand there ("" at the text's end), None any."""
        if at == len(places):
            return None
        place = places[at]
        if place.is_barred:
            return self._next(places, at + 1)
        if place.gap or place.is_any:
            return None
        words = place.words | place.phrases.keys()
        if place.is_end:
            words |= {".", "", *self._polite}
        if not place.may_miss:
            return words
        later = self._next(places, at + 1)
        return None if later is None else words | later

    def found(self, words: Words, at: int) -> Iterator[tuple[Pattern, int]]:
        """Yield each pattern that begins at this word, and where it ends."""
        after = words[at + 1] if at + 1 < len(words) else ""
        begins = at == 0 or words[at - 1] == "."
        for follows, pattern in self._first.get(words[at], ()):
            if (follows is None or after in follows) and (begins or not pattern.begins):
                end = self._end(pattern.places, 0, words, at)
                if end >= 0:
                    yield pattern, end

    def _end(self, places: tuple[Place, ...], n: int, words: Words, at: int) -> int:
        """Return where the places from the n-th on end if they stand there, else -1."""
        if n == len(places):
            return at
        place = places[n]
        if place.gap:
            return self._beyond(places, n, words, at)
        word = words[at] if at < len(words) else ""
        if place.is_barred:
            barred = word in place.words or any(self._ends_of(place, words, at))
            return -1 if barred else self._end(places, n + 1, words, at)
        end = -1
        if word and (word in place.words or (place.is_any and word != ".")):
            end = self._end(places, n + 1, words, at + 1)
        if end < 0 and (place.phrases or place.is_end):
            later = (self._end(places, n + 1, words, e) for e in self._ends_of(place, words, at))
            end = next((e for e in later if e >= 0), -1)
        return self._end(places, n + 1, words, at) if end < 0 and place.may_miss else end

    def _beyond(self, places: tuple[Place, ...], n: int, words: Words, at: int) -> int:
        """Pass over as few words of the clause as will do."""
        for start in range(at, at + places[n].gap + 1):
            end = self._end(places, n + 1, words, start)
            if end >= 0 or start >= len(words) or words[start] == ".":
                return end
        return -1

    def _ends_of(self, place: Place, words: Words, at: int) -> Iterator[int]:
        for phrase in place.phrases.get(words[at], ()) if at < len(words) else ():
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield at + len(phrase)
        if place.is_end and self._is_end(words, at):
            yield at

    def _is_end(self, words: Words, at: int) -> bool:
        """Whether only politeness is left of the clause."""
        while at < len(words) and words[at] != ".":
            polite = self._polite.get(words[at], ())
            here = (p for p in polite if tuple(words[at : at + len(p)]) == p)
            at += max(map(len, here), default=len(words) + 1)
        return at <= len(words)


def _phrases(options: str) -> Iterator[Phrase]:
    """The options of a place, each as its words."""
    return (tuple(option.split()) for option in options.split("|"))


def _by_first(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, tuple[Phrase, ...]] = {}
    for phrase in phrases:
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


def _words_of(place: Place) -> Iterator[str]:
    return (word for phrases in place.phrases.values() for phrase in phrases for word in phrase)
