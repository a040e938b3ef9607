"""What a measurement gives: medians of several runs, and the table they are shown in."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from statistics import median

HEAD = ("What", "Median (least to most)", "Baseline of the same run", "Ratio", "Aim")


@dataclass(frozen=True)
class Figure:
    """One line of the table, in words."""

    what: str
    value: str
    baseline: str = ""
    ratio: str = ""
    aim: str = ""


def p95(values: Sequence[float]) -> float:
    """Return what 95 of 100 values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def spread(values: Sequence[float], unit: str = "") -> str:
    """Return "median (least to most) unit" of one value of each run."""
    least, most = _number(min(values)), _number(max(values))
    between = f" ({least} to {most})" if len(values) > 1 else ""
    return f"{_number(median(values))}{between} {unit}".rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"


def beside(
    what: str, ours: Sequence[float], name: str, theirs: Sequence[float], unit: str, aim: str = ""
) -> Figure:
    """Return a figure with a baseline `name`, and how many times as large it is."""
    ratio = f"× {median(ours) / median(theirs):.2f}"
    return Figure(what, spread(ours, unit), f"{spread(theirs, unit)}: {name}", ratio, aim)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as columns."""
    rows = [HEAD, *(astuple(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in (lines[0], "-" * sum(widths), *lines[1:]))
