"""Lists, tables, the pager, tabs, and the bubbles of a thread."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from crm_app.ui.attrs import RING, Click, Flag, Number, Piece, Text
from crm_app.ui.controls import button, link
from crm_app.ui.pieces import empty_state


def rows(*children: Any, testid: str | None = None) -> rx.Component:
    """Hold the rows of a list; `j`, `k` and Enter work on them."""
    return rx.el.ul(*children, class_name="rows", data_testid=testid, role="list")


def listed(
    values: Any, draw: Callable[..., Piece], none: Text = "", *, icon_name: str = "check"
) -> rx.Component:
    """Draw values one below the other, or say `none` of them; blank: then draw nothing."""
    drawn = rx.el.ul(rx.foreach(values, draw), class_name="rows")
    return rx.cond(values, drawn, empty_state(none, icon_name=icon_name) if none else None)


def entry(
    head: Sequence[Piece], *below: Piece, at: Piece = None, testid: str | None = None
) -> rx.Component:
    """Draw what is told of one thing: its name and marks, when (`at`), and more lines below."""
    first, *marks = head
    name = rx.el.span(first, class_name="font-semibold")
    time = rx.el.span(at, class_name="ml-auto text-sm text-muted tabular-nums")
    line = rx.el.div(name, *marks, time, class_name="flex flex-wrap items-center gap-x-3 gap-y-1")
    return rx.el.li(line, *below, class_name="space-y-1 py-3", data_testid=testid)


def older(on_click: Click, testid: str, words: str = "Show older") -> rx.Component:
    """Draw the way to more of a list."""
    more = button(words, kind="quiet", on_click=on_click, testid=testid)
    return rx.el.div(more, class_name="flex justify-center py-3")


def list_row(
    *, href: Text, title: Text, detail: Text, meta: Piece = "", badge: Piece = None,
    testid: str | None = None, unread: Flag = False, selected: Flag | None = None,
    lead: Piece = None, tick: Piece = None,
) -> rx.Component:  # fmt: skip
    """Draw a row of two lines that leads somewhere: name and time, then detail and badge.

    `lead` stands in the link, `tick` before it.
    """
    dot = rx.cond(unread, rx.el.span("Unread", class_name="unread-dot"))
    name = rx.el.span(title, class_name=rx.cond(unread, "truncate font-semibold", "truncate"))
    time = rx.el.span(meta, class_name="ml-auto shrink-0 text-sm text-muted")
    upper = rx.el.div(name, time, class_name="flex items-baseline gap-3")
    said = rx.el.span(detail, class_name="truncate text-sm text-muted")
    state = rx.el.span(badge, dot, class_name="row-marks")
    lower = rx.el.div(said, state, class_name="flex items-center gap-3")
    lines = rx.el.div(upper, lower, class_name="grow min-w-0")
    marks: Any = {"testid": testid, "data_row": "true", "aria_current": selected}
    return rx.el.li(
        tick,
        link(lead, lines, href=href, class_name="row grow min-w-0", **marks),
        class_name="flex min-w-0",
    )


def table(headers: Sequence[str], body: Any) -> rx.Component:
    """Draw a table with a head that stays."""
    heads = [rx.el.th(words, scope="col") for words in headers]
    head, lines = rx.el.thead(rx.el.tr(*heads)), rx.el.tbody(body)
    return rx.el.div(rx.el.table(head, lines, class_name="table"), class_name="table-box")


def table_row(*cells: Piece, testid: str | None = None) -> rx.Component:
    """Draw a row of a table."""
    return rx.el.tr(*map(rx.el.td, cells), data_testid=testid)


def pager(page: Number, pages: Number, on_prev: Click, on_next: Click) -> rx.Component:
    """Draw the way through a long list; pages count from 1."""
    at, last = rx.Var.create(page).to(int), rx.Var.create(pages).to(int)
    back = button("Previous", kind="plain", on_click=on_prev, disabled=at <= 1, testid="page-prev")
    where = rx.el.span(at, " of ", last, class_name="text-sm text-muted tabular-nums")
    on = button("Next", kind="plain", on_click=on_next, disabled=at >= last, testid="page-next")
    look = "flex items-center justify-between gap-3 py-3"
    return rx.el.nav(back, where, on, class_name=look, aria_label="Pages")


def bubble(
    body: Piece, side: Text, meta: Piece, tone: Text = "plain", testid: Text | None = None
) -> rx.Component:
    """Draw one text of a thread: side `in` or `out`, tone as theme.css has it."""
    said = rx.el.div(body, class_name="bubble-body")
    below = rx.el.div(meta, class_name="bubble-meta")
    look = f"bubble bubble-{side} bubble-{tone}"
    return rx.el.div(said, below, class_name=look, data_testid=testid)


def tabs(
    items: Sequence[tuple[str, str]], active: Text, on_select: Callable[[str], Click], testid: str
) -> rx.Component:
    """Draw a choice of views; items are (words, key)."""
    look, drawn = {"type": "button", "class_name": RING + "tab"}, list[rx.Component]()
    for words, key in items:
        marks: Any = {"data_testid": f"{testid}-{key}", "aria_pressed": active == key}
        drawn.append(rx.el.button(words, on_click=on_select(key), **look, **marks))
    return rx.el.nav(*drawn, class_name="tabs", data_testid=testid, aria_label="Views")
