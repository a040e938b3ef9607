"""Makes the words of a text comparable: `plain("S.T.0.P, pleeease!")` is `stop . please`.

Unicode's NFKD (UAX 15) undoes full-width and fancy letters, words.toml the rest. A full
stop stands for any mark that ends a clause.
"""

import re
import unicodedata
from itertools import islice

from crm_app.tables import read_table

_TABLE = read_table(__file__, "words")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LOOKALIKES: dict[int, str] = str.maketrans(
    _TABLE["lookalikes"]
    | {mark: f" {word} " for mark, word in _TABLE["emoji"].items()}
    | {chr(0x1F1E6 + n): letter for n, letter in enumerate(_LETTERS)}  # flags: S T O P
    | {chr(0x1F170 + n): letter for n, letter in enumerate(_LETTERS)}  # white on a square
    | {chr(0x1F150 + n): letter for n, letter in enumerate(_LETTERS)}  # white on a disc
)
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]"
)
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`´ʼ](?=\w)")
_SAME_MARK = re.compile(r"([^\w\s])\1{2,}")
SLIPS_OF: list[str] = " ".join(_TABLE["slips"]["of"]).split()
_LAW: list[str] = _TABLE["slips"]["law"]
_CEASING: list[str] = _TABLE["ceasing"]
_HEAD, _TAIL, _AROUND, _HITS = 220, 180, 35, 3
_LONG = 1000
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W_](?:[^\w\n]|_){1,3}){2,}[^\W_](?![^\W_])")
_LONE = [word for word in _LAW if word not in ("optout", "stopall")]
_APART = re.compile(  # s.top, un-subscribe
    rf"(?<![^\W_])(?=[{''.join({word[0] for word in _LONE})}])(?:"
    + "|".join(r"[\W_]{0,3}".join(word) for word in _LONE)
    + r")(?![^\W_])"
)
_APARTS = re.compile(r"[\W_]+")
_TOKEN = re.compile(r"[^\W_][\w$@*]*|[$@][^\W_]\w*|#(?!\w)|[.,;:!?\n\r()…—–]|(?<= )-+(?= )")
_MARKS = re.compile(r" \.(?: \.)+")
_RUN = re.compile(r"(\w)\1{2,}")
_DIGITS = str.maketrans("01345789$@", "oieastbgsa")
_SAME: dict[str, str] = {
    said: word for word, all_said in _TABLE["same"].items() for said in all_said
}
_PHRASES: dict[str, str] = {
    said: word for word, all_said in _TABLE["phrases"].items() for said in all_said
}
_LONGEST_FIRST = sorted(map(re.escape, _PHRASES), key=len, reverse=True)
_PHRASE = re.compile(rf"(?<!\S)(?:{'|'.join(_LONGEST_FIRST)})(?!\S)")
_GLUED = re.compile("".join(_TABLE["glued"]))
BARE: frozenset[str] = frozenset(_TABLE["bare"])
WEAK = frozenset(_TABLE["weak"])
_JOINED: dict[str, str] = {word.replace(" ", ""): word for word in _TABLE["bare"]}


def near(word: str) -> set[str]:
    """Every word one slip of the finger from this one (Damerau); in Spanish k stands for qu."""
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    found |= {a + c + b[k:] for a, b in cuts for c in _LETTERS for k in (0, 1)}
    return found | {word.replace("qu", "k")} - {word}


def _slips() -> dict[str, str]:
    """Every slip of a word that matters, but words of their own; the law's words come first."""
    own, rare = set(_TABLE["slips"]["not"]), set(read_table(__file__, "slips")["own"].split())
    found = {said: word for word in SLIPS_OF for said in near(word) - own - rare}
    return found | {said: word for word in _LAW for said in near(word) - own}


def shortened(text: str) -> str:
    """Return a long text's begin and end, and what stands around its words of ceasing."""
    text = _SAME_MARK.sub(r"\1", text)
    if len(text) <= _HEAD + _TAIL:
        return text
    middle = text[_HEAD - _AROUND : _AROUND - _TAIL]
    lower = middle.lower()
    found = (at for word in _CEASING if (at := max(middle.find(word), lower.find(word))) >= 0)
    hits = sorted(islice(found, _HITS))
    around = (middle[max(0, at - _AROUND) : at + 2 * _AROUND] for at in hits)
    return "\n".join((text[:_HEAD], *around, text[-_TAIL:]))


def plain(text: str) -> str:
    """Return the words in lower case, a space between them, each clause's end a full stop."""
    text = _letters(text)
    joined = re.sub(r"[\W_]+", "", text[:40]) if len(text) < 40 else ""
    if joined in _JOINED and " " not in text.strip(" .!"):
        return _JOINED[joined]
    text = _SPELLED.sub(_join, text)
    text = _APART.sub(lambda found: _APARTS.sub("", found[0]), text)
    tokens = [_word(token) for token in _TOKEN.findall(text)]
    words = " ".join(tokens)
    words = _MARKS.sub(" .", words).strip(" .")
    words = _PHRASE.sub(lambda found: _PHRASES[found[0]], words)
    return _JOINED.get(words.replace(" ", ""), words)


def mended(words: list[str]) -> list[str]:
    """Return the words with slips of the law's words undone: for short texts, or about texts."""
    return [word if word in KNOWN else _SLIPS.get(word, word) for word in words]


def _letters(text: str) -> str:
    """Small letters without accents, look-alikes, what is not seen, and apostrophes."""
    for mark, usual in (("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2014", " - ")):
        text = text.replace(mark, usual)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES))
        text = shortened(text) if len(text) > _LONG else text  # a sign may stand for 18 letters
        text = _UNSEEN.sub("", text.casefold().translate(_LOOKALIKES))
    return _APOSTROPHE.sub("", text.casefold().replace("/", " ").replace("&", " and "))


def _join(found: re.Match[str]) -> str:
    """S T O P and s.t.o.p as the word, if it is one."""
    word = re.sub(r"[\W_]", "", found[0]).translate(_DIGITS)
    return word if word in _JOINED else found[0]


def _word(token: str) -> str:
    """One word as it is usually written; a full stop for a mark."""
    if token in KNOWN and token.isalpha():
        return _SAME.get(token, token)
    if not (token[0].isalnum() or token[0] in "$@"):
        return "number" if token[0] == "#" else "."
    token = token.strip("_") if token[0] == "f" else token.strip("_*")
    if not token.isalpha() and not token.isdigit():
        token = _shown(token)
    if token not in KNOWN and (short := _RUN.sub(r"\1", token)) != token:
        token = short if short in _SAME or short in KNOWN else _RUN.sub(r"\1\1", token)
    if glued := _GLUED.fullmatch(token):
        return " ".join(part for part in glued.groups() if part)
    return _SAME.get(token, token)


def _shown(token: str) -> str:
    """A word with digits and signs for letters (st0p, c@ncel, f*ck), if that makes a known one."""
    if "*" in token:
        token = re.sub(r"^(?:mother)?f\*+[uck]*", "fuck", token)
        hidden = re.compile(token.replace("*", "[a-z]").replace("$", "s"))
        law = (word for word in (*_LAW, "scam", "spam") if hidden.fullmatch(word))
        return next(law, token.replace("*", ""))
    letters = token.translate(_DIGITS)
    known = letters in KNOWN or letters in BARE
    return letters if known else token.rstrip("1234567890") if token[:-1] in BARE else token


KNOWN: set[str] = set(BARE)  # replies.py adds the words of its patterns
_SLIPS = _slips()
