"""Two tiny charts in plain SVG and boxes."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from crm_app.ui.attrs import attrs

Values = Sequence[int] | rx.Var[list[int]]


def bars(values: Values, labels: Sequence[str] | rx.Var[list[str]], title: str) -> rx.Component:
    """Draw counts as bars, one a label (a day); `title` says in words what is shown."""
    counts = rx.Var.create(values).to(list[int])
    names = rx.Var.create(labels).to(list[str])
    peak = rx.Var(f"Math.max(1, ...{counts!s})").to(int)

    def bar(count: Any, index: Any) -> rx.Component:
        return rx.el.div(
            rx.el.span(count, class_name="text-xs tabular-nums"),
            rx.el.div(class_name="bar-fill", style={"height": f"{count * 100 / peak}%"}),
            rx.el.span(names[index], class_name="text-xs text-muted truncate"),
            class_name="bar-column",
        )

    drawn = rx.foreach(counts, bar)
    return rx.el.div(drawn, class_name="bars", role="img", custom_attrs=attrs(aria_label=title))


def sparkline(values: Values, title: str) -> rx.Component:
    """Draw the course of a number as a thin line."""
    counts = rx.Var.create(values).to(list[int])
    points = rx.Var(
        f"((v) => {{ const m = Math.max(1, ...v), n = Math.max(1, v.length - 1);"
        f" return v.map((y, i) => `${{i * 100 / n}},${{26 - y * 24 / m}}`).join(' ') }})({counts!s})"
    ).to(str)
    return rx.el.svg(
        rx.el.polyline(points=points, custom_attrs={"vector-effect": "non-scaling-stroke"}),
        view_box="0 0 100 28",
        preserve_aspect_ratio="none",
        class_name="sparkline",
        role="img",
        custom_attrs=attrs(aria_label=title),
    )
