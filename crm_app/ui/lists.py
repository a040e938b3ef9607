"""Lists, tables, the pager, tabs, and the bubbles of a thread."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx
from reflex_components_core.el.elements.tables import Td

from crm_app.ui.attrs import RING, Click, Flag, Number, Piece, Text, attrs, plain
from crm_app.ui.buttons import button
from crm_app.ui.links import link


def rows(*children: Any, testid: str = "") -> rx.Component:
    """Hold the rows of a list; `j`, `k` and Enter work on them."""
    return rx.el.ul(*children, class_name="rows", custom_attrs=attrs(testid), role="list")


def list_row(
    *,
    href: Text,
    title: Text,
    detail: Text | rx.Component = "",
    meta: Piece = "",
    badge: Piece | None = None,
    testid: str = "",
    unread: Flag | None = None,
    selected: Flag | None = None,
    lead: Piece | None = None,
) -> rx.Component:
    """Draw a row of two lines that leads somewhere: name and time, then detail and badge."""
    weight: Any = "truncate"
    dot: list[Any] = []
    if unread is not None:
        weight = rx.cond(unread, "truncate font-semibold", "truncate")
        dot = [rx.cond(unread, rx.el.span("Unread", class_name="unread-dot"))]
    upper = rx.el.div(
        rx.el.span(title, class_name=weight),
        rx.el.span(meta, class_name="ml-auto shrink-0 text-sm text-muted"),
        class_name="flex items-baseline gap-3",
    )
    lower = rx.el.div(
        rx.el.span(detail, class_name="truncate text-sm text-muted"),
        rx.el.span(*([badge] if badge is not None else []), *dot, class_name="row-marks"),
        class_name="flex items-center gap-3",
    )
    current: dict[str, Any] = {} if selected is None else {"aria-current": selected}
    return rx.el.li(
        link(
            *([lead] if lead is not None else []),
            rx.el.div(upper, lower, class_name="grow min-w-0"),
            href=href,
            testid=testid,
            class_name="row",
            custom_attrs={"data-row": "true"} | current,
        )
    )


def table(
    headers: Sequence[str], body: Any, testid: str = "", *, caption: str = ""
) -> rx.Component:
    """Draw a table with a head that stays; a header that starts with `#` is of numbers."""
    heads = [
        rx.el.th(words.lstrip("#"), scope="col", class_name="num" if words[:1] == "#" else "")
        for words in headers
    ]
    name = [rx.el.caption(caption, class_name="sr-only")] if caption else []
    return rx.el.div(
        rx.el.table(*name, rx.el.thead(rx.el.tr(*heads)), rx.el.tbody(body), class_name="table"),
        class_name="table-box",
        custom_attrs=attrs(testid),
    )


def table_row(*cells: Piece | Number, testid: str = "") -> rx.Component:
    """Draw a row of a table from values; for numbers give `number(...)`."""
    made = [cell if isinstance(cell, Td) else rx.el.td(cell) for cell in cells]
    return rx.el.tr(*made, custom_attrs=attrs(testid))


def number(value: Piece | Number, testid: str = "") -> rx.Component:
    """Draw the cell of a number: to the right, digits in columns."""
    return rx.el.td(value, class_name="num", custom_attrs=attrs(testid))


def pager(page: Number, pages: Number, on_prev: Click, on_next: Click) -> rx.Component:
    """Draw the way through a long list; pages count from 1."""
    at, last = rx.Var.create(page).to(int), rx.Var.create(pages).to(int)
    return rx.el.nav(
        button("Previous", kind="plain", on_click=on_prev, disabled=at <= 1, testid="page-prev"),
        rx.el.span(at, " of ", last, class_name="text-sm text-muted tabular-nums"),
        button("Next", kind="plain", on_click=on_next, disabled=at >= last, testid="page-next"),
        class_name="flex items-center justify-between gap-3 py-3",
        custom_attrs={"aria-label": "Pages"},
    )


def bubble(
    body: Text, side: Text = "in", meta: Piece = "", tone: Text = "plain", testid: str = ""
) -> rx.Component:
    """Draw one text of a thread: side `in` or `out`, tone `plain`, `campaign` or `note`."""
    return rx.el.div(
        rx.el.div(body, class_name="bubble-body"),
        rx.el.div(meta, class_name="bubble-meta"),
        class_name=f"bubble bubble-{side} bubble-{tone}",
        custom_attrs=attrs(testid),
    )


def tabs(
    items: Sequence[tuple[str, str]],
    active: Text,
    on_select: Callable[[str], Click] | None = None,
    testid: str = "",
) -> rx.Component:
    """Draw a choice of views; items are (words, address) or, with `on_select`, (words, key)."""
    drawn: list[Any] = []
    for words, key in items:
        marks = attrs(f"{testid}-{plain(key, 'tab')}" if testid else "")
        if on_select is None:
            marks["aria-current"] = rx.cond(active == key, "page", "false")
            drawn.append(link(words, href=key, class_name="tab", custom_attrs=marks))
        else:
            marks["aria-pressed"] = active == key
            tab = {"class_name": RING + "tab", "custom_attrs": marks}
            drawn.append(rx.el.button(words, type="button", on_click=on_select(key), **tab))
    return rx.el.nav(*drawn, class_name="tabs", custom_attrs=attrs(testid, aria_label="Views"))
