"""Reads faults and switches that somebody asks for, and says in a sentence what makes no sense."""

from collections.abc import Iterable, Mapping

from crm_app.sandbox.stage.chance import Json


class Refused(ValueError):
    """A control request that makes no sense; the sentence says why."""


def read_number(name: str, value: object, most: float | None = None) -> float:
    """Return `value` as a number from 0 to `most`; raise Refused otherwise, on booleans too."""
    span = "a number, 0 or more" if most is None else f"a rate from 0 to {most:g}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{name} takes {span}, not {value!r}.")
    if not 0 <= value <= (float("inf") if most is None else most):
        raise Refused(f"{name} takes {span}, not {value!r}.")
    return value


def read_faults(known: Iterable[str], asked: Mapping[str, object]) -> dict[str, float]:
    """Return the rate of every known fault, 0 where none was asked; raise Refused on others."""
    kinds = list(known)
    for kind in asked:
        if kind not in kinds:
            raise Refused(f"There is no fault {kind!r}. Known: {', '.join(kinds)}.")
    return {kind: read_number(kind, asked.get(kind, 0), 1) for kind in kinds}


def read_switches(
    defaults: Mapping[str, object], choices: Mapping[str, list[str]], asked: Mapping[str, object]
) -> Json:
    """Return the switches `asked`, each of the kind of its default; raise Refused otherwise."""
    for name, value in asked.items():
        if name not in defaults:
            raise Refused(f"There is no switch {name!r}. Known: {', '.join(defaults)}.")
        if name in choices:
            if value not in choices[name]:
                raise Refused(f"{name} is one of {', '.join(choices[name])}, not {value!r}.")
        elif isinstance(defaults[name], bool):
            if not isinstance(value, bool):
                raise Refused(f"{name} is true or false, not {value!r}.")
        elif isinstance(defaults[name], int) and not isinstance(value, int):
            raise Refused(f"{name} is a whole number, not {value!r}.")
        else:
            read_number(name, value, 1 if name == "answers" else None)
    return dict(asked)
