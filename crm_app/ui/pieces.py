"""What is only looked at: marks, cards, numbers, states of a list; and what floats over it."""

from typing import Any, Literal

import reflex as rx

from crm_app.ui.attrs import HIDDEN, Number, Piece, Text, attrs, closes
from crm_app.ui.controls import button, icon_button
from crm_app.ui.icons import icon


def badge(text: Text, tone: Text = "plain", testid: str = "") -> rx.Component:
    """Say a state by word and tone: fine, waiting, held, blocked, optedout, sandbox, plain."""
    mark = rx.el.span(class_name="tone-icon", custom_attrs=HIDDEN)
    return rx.el.span(mark, text, class_name=f"badge tone-{tone}", custom_attrs=attrs(testid))


def avatar(initials: Text) -> rx.Component:
    """Show the initials of a person in a circle; the name stands beside it."""
    return rx.el.span(initials, class_name="avatar size-9", custom_attrs=HIDDEN)


def card(
    *children: Piece, title: Text | None = None, action: Piece = None, testid: str = ""
) -> rx.Component:
    """Group things that belong together on a surface, under an optional heading."""
    words = rx.el.h2(title, class_name="text-base font-semibold")
    head = None if title is None else rx.el.div(words, action, class_name="bar")
    return rx.el.section(head, *children, class_name="card", custom_attrs=attrs(testid))


def stat(label: Text, value: Text | Number, testid: str = "") -> rx.Component:
    """Show one number with its name."""
    name = rx.el.dt(label, class_name="text-sm text-muted truncate")
    look = "text-xl font-semibold tabular-nums"
    shown = rx.el.dd(value, class_name=look, custom_attrs=attrs(testid))
    return rx.el.dl(name, shown, class_name="stat")


def progress(done: Number, total: Number, label: str, testid: str = "") -> rx.Component:
    """Show how far a long job is, by real counts, with words such as the time left."""
    counts = rx.el.span(done, " of ", total, class_name="tabular-nums text-muted")
    head = rx.el.div(rx.el.span(label), counts, class_name="flex justify-between gap-3 text-sm")
    named = attrs(aria_label=label)
    bar = rx.el.progress(value=done, max=total, class_name="meter", custom_attrs=named)
    return rx.el.div(head, bar, class_name="space-y-1.5", custom_attrs=attrs(testid))


def empty_state(text: Text, action: Piece = None, *, icon_name: str = "inbox") -> rx.Component:
    """Say why there is nothing here, with the one useful action."""
    mark, words = icon(icon_name, "size-8 opacity-60"), rx.el.p(text)
    return rx.el.div(mark, words, action, class_name="alone text-muted")


def error_state(text: Text, testid: str = "") -> rx.Component:
    """Say what went wrong."""
    mark, words = icon("alert", "size-8 text-blocked"), rx.el.p(text)
    return rx.el.div(mark, words, class_name="alone", role="alert", custom_attrs=attrs(testid))


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


def when(text: Text, exact: Text) -> rx.Component:
    """Show a short time; the exact one appears on hover."""
    return rx.el.time(text, title=exact, class_name="tabular-nums whitespace-nowrap")


def dialog(
    title: Text, *children: Piece, dialog_id: str, shape: Literal["dialog", "sheet"] = "dialog"
) -> rx.Component:
    """Hold a question or a short form in the browser's own `<dialog>`. Open by `opens(id)`.

    A sheet comes from below on a phone, from the right on a desktop. A click beside it closes it.
    """
    named = f"{dialog_id}-title"
    words = rx.el.h2(title, class_name="text-lg font-semibold", id=named)
    away = icon_button("close", "Close", on_click=closes(dialog_id))
    head = rx.el.div(words, away, class_name="bar")
    marks = attrs(dialog_id, aria_labelledby=named)
    body = rx.el.div(head, *children, class_name="overlay-body")
    return rx.el.dialog(body, id=dialog_id, class_name=f"overlay {shape}", custom_attrs=marks)


def confirm(
    title: Text, text: Piece, *, yes: Text, on_yes: Any, dialog_id: str, **more: Any
) -> rx.Component:
    """Ask before something that is hard to take back; `yes` names the deed, as in "Start".

    Further properties (`kind`, `testid`) go to that button.
    """
    away = closes(dialog_id)
    keep = button("Keep as it is", kind="plain", on_click=away)
    do = button(yes, on_click=[away, on_yes], **more)
    buttons = rx.el.div(keep, do, class_name="flex flex-wrap justify-end gap-2")
    return dialog(title, rx.el.div(text), buttons, dialog_id=dialog_id)
