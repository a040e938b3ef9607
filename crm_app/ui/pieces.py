"""Small pieces: badge, chip, avatar, card, numbers, states of a list, banner, times."""

from typing import Any

import reflex as rx

from crm_app.ui.attrs import HIDDEN, Click, Number, Piece, Text, attrs
from crm_app.ui.controls import button
from crm_app.ui.icons import icon


def badge(text: Text, tone: Text = "plain", testid: str = "") -> rx.Component:
    """Say a state by word and tone: fine, waiting, held, blocked, optedout, sandbox, plain."""
    mark = rx.el.span(class_name="tone-icon", custom_attrs=HIDDEN)
    return rx.el.span(mark, text, class_name=f"badge tone-{tone}", custom_attrs=attrs(testid))


def chip(text: Text, on_remove: Click | None = None) -> rx.Component:
    """Show a filter or tag; with `on_remove` it can be taken away."""
    if on_remove is None:
        return rx.el.span(text, class_name="chip")
    look = "chip min-h-11 lg:pointer-fine:min-h-7 cursor-pointer hover:bg-text/10"
    props: Any = {"class_name": look, "custom_attrs": attrs(aria_label=f"Remove {text}")}
    return rx.el.button(text, icon("close", "size-3.5"), type="button", on_click=on_remove, **props)


def avatar(initials: Text) -> rx.Component:
    """Show the initials of a person in a circle; the name stands beside it."""
    return rx.el.span(initials, class_name="avatar size-9", custom_attrs=HIDDEN)


def card(*children: Piece, title: Text = "", action: Piece = None, testid: str = "") -> Any:
    """Group things that belong together on a surface, under an optional heading."""
    head = None
    if not isinstance(title, str) or title:
        words = rx.el.h2(title, class_name="text-base font-semibold")
        head = rx.el.div(words, action, class_name="bar")
    return rx.el.section(head, *children, class_name="card", custom_attrs=attrs(testid))


def stat(label: Text, value: Text | Number, delta: str = "", testid: str = "") -> rx.Component:
    """Show one number with its name, and below it what changed."""
    name = rx.el.dt(label, class_name="text-sm text-muted truncate")
    look = "text-xl font-semibold tabular-nums"
    shown = rx.el.dd(value, class_name=look, custom_attrs=attrs(testid))
    below = rx.el.dd(delta, class_name="text-sm text-muted") if delta else None
    return rx.el.dl(name, shown, below, class_name="stat")


def progress(done: Number, total: Number, label: str, testid: str = "") -> rx.Component:
    """Show how far a long job is, by real counts, with words such as the time left."""
    counts = rx.el.span(done, " of ", total, class_name="tabular-nums text-muted")
    head = rx.el.div(rx.el.span(label), counts, class_name="flex justify-between gap-3 text-sm")
    named = attrs(aria_label=label)
    bar = rx.el.progress(value=done, max=total, class_name="meter", custom_attrs=named)
    return rx.el.div(head, bar, class_name="space-y-1.5", custom_attrs=attrs(testid))


def _alone(mark: Piece, text: Text, action: Piece, look: str, **props: Any) -> rx.Component:
    words = rx.el.p(text, class_name="max-w-80 text-balance")
    look = f"flex flex-col items-center gap-4 px-6 py-14 text-center{look}"
    return rx.el.div(mark, words, action, class_name=look, **props)


def empty_state(text: Text, action: Piece = None, *, icon_name: str = "inbox") -> rx.Component:
    """Say why there is nothing here, with the one useful action."""
    return _alone(icon(icon_name, "size-8 opacity-60"), text, action, " text-muted")


def error_state(text: Text, on_retry: Click | None = None, testid: str = "") -> rx.Component:
    """Say what went wrong, with a way to try again."""
    again = button("Try again", kind="plain", on_click=on_retry) if on_retry else None
    mark, marks = icon("alert", "size-8 text-blocked"), attrs(testid)
    return _alone(mark, text, again, "", role="alert", custom_attrs=marks)


def skeleton(lines: int) -> rx.Component:
    """Hold the place of a list that is being loaded."""
    bars = [rx.el.div(class_name="skeleton") for _ in range(lines)]
    props: Any = {"role": "status", "custom_attrs": attrs(aria_label="Loading")}
    return rx.el.div(*bars, class_name="space-y-3 p-4", **props)


def banner(text: Piece, tone: Text, action: Piece = None, testid: str = "") -> rx.Component:
    """Say something about the whole screen across its width."""
    mark = rx.el.span(class_name="tone-icon", custom_attrs=HIDDEN)
    words = rx.el.div(text, class_name="grow min-w-0")
    props: Any = {"role": "status", "custom_attrs": attrs(testid)}
    return rx.el.div(mark, words, action, class_name=f"banner tone-{tone}", **props)


def timeline_note(text: Text, meta: Text, icon_name: str) -> rx.Component:
    """Show an event that is not a message between the bubbles of a thread."""
    mark = icon(icon_name, "size-4 shrink-0")
    return rx.el.div(mark, text, rx.el.span(meta), class_name="timeline-note")


def when(text: Text, exact: Text) -> rx.Component:
    """Show a short time; the exact one appears on hover."""
    return rx.el.time(text, title=exact, class_name="tabular-nums whitespace-nowrap")
