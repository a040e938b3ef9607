"""Templates: `{first_name}` and its like, with a fallback as in `{first_name|there}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crm_app.errors import CrmError

FIELDS = ("first_name", "street", "city", "year_built")
_TOKEN = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Rendered:
    """A text for one person; `blanks` are the fields that had neither value nor fallback."""

    text: str
    blanks: tuple[str, ...]


@dataclass(frozen=True)
class _Slot:
    """One field of a template; a fallback of None was not given."""

    field: str
    fallback: str | None


def fields_of(template: str) -> frozenset[str]:
    """Return the fields a template uses; raise CrmError when it cannot be read."""
    return frozenset(part.field for part in _parse(template) if isinstance(part, _Slot))


def render(template: str, values: Mapping[str, str]) -> Rendered:
    """Fill a template; a value of white space counts as missing. Raise CrmError as fields_of."""
    out: list[str] = []
    blanks: dict[str, None] = {}
    for part in _parse(template):
        if isinstance(part, str):
            out.append(part)
            continue
        value = " ".join(values.get(part.field, "").split()) or part.fallback
        if value is None:
            blanks[part.field] = None
        out.append(value or "")
    return Rendered("".join(out), tuple(blanks))


def _parse(template: str) -> list[str | _Slot]:
    """The template as plain text and slots, in order."""
    parts: list[str | _Slot] = []
    end = 0
    for found in _TOKEN.finditer(template):
        parts += [_plain(template[end : found.start()]), _slot(found[1])]
        end = found.end()
    return [*parts, _plain(template[end:])]


def _plain(text: str) -> str:
    """Text between fields, which has no brace."""
    brace = re.search(r"[{}]", text)
    if brace is None:
        return text
    near = text[brace.start() : brace.start() + 20]
    raise CrmError(f"There is a lone brace at “{near}”: a field is written {{first_name}}.")


def _slot(inside: str) -> _Slot:
    """What stands between braces: a field, and after a bar its fallback."""
    field, bar, fallback = (part.strip() for part in inside.partition("|"))
    if field not in FIELDS:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise CrmError(f"There is no field {{{field}}}. The fields are {known}.")
    if bar and not fallback:
        raise CrmError(f"Say what stands for {{{field}}} after the bar, as in {{{field}|there}}.")
    return _Slot(field, fallback if bar else None)
