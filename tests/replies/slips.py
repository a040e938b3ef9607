"""`python -m tests.replies.slips` counts crm_app/replies/slips.toml out of three dictionaries.

A word that is one slip of the finger from a word that matters, and is a word of its own in
English, Spanish or Portuguese (pyspellchecker's dictionaries), is nobody's slip.
"""

import textwrap
from pathlib import Path

from spellchecker import SpellChecker

from crm_app.replies import words
from crm_app.replies.words import plain

TABLE = Path(words.__file__).with_name("slips.toml")
HEAD = "# Words of their own, one slip from those of words.toml: tests/replies/slips.py.\n"
SEEN = {"en": 400, "es": 300, "pt": 300}  # how often a dictionary must have seen a word


def counted() -> list[str]:
    """Return the words of their own among all slips."""
    near = {slip for word in words.SLIPS_OF for slip in words.near(word)}
    found = set[str]()
    for language, seen in SEEN.items():
        known = SpellChecker(language=language).word_frequency
        found |= {plain(word) for word in known.dictionary if known[word] >= seen} & near
    return sorted(found)


def main() -> None:
    """Write the table anew."""
    told = textwrap.fill(" ".join(counted()), 98, break_on_hyphens=False)
    TABLE.write_text(f'{HEAD}\nown = """\n{told}\n"""\n', "utf-8")


if __name__ == "__main__":
    main()
