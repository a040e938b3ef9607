"""What is only looked at: marks, cards, numbers, states of a list; and what floats over it."""

from typing import Any, Literal

import reflex as rx

from crm_app.ui.attrs import Number, Piece, Text, closes, icon
from crm_app.ui.controls import button, icon_button


def badge(text: Text, tone: Text = "plain", testid: str | None = None) -> rx.Component:
    """Say a state by word and tone: fine, waiting, held, blocked, optedout, sandbox, plain."""
    mark = rx.el.span(class_name="tone-icon", aria_hidden="true")
    return rx.el.span(mark, text, class_name=f"badge tone-{tone}", data_testid=testid)


def avatar(initials: Text) -> rx.Component:
    """Show the initials of a person in a circle; the name stands beside it."""
    return rx.el.span(initials, class_name="avatar size-9", aria_hidden="true")


def card(
    *children: Piece, title: Text | None = None, action: Piece = None, testid: str | None = None
) -> rx.Component:
    """Group things that belong together on a surface, under an optional heading."""
    words = rx.el.h2(title, class_name="text-base font-semibold")
    head = None if title is None else rx.el.div(words, action, class_name="bar")
    return rx.el.section(head, *children, class_name="card", data_testid=testid)


def stat(label: Text, value: Text | Number, testid: str | None = None) -> rx.Component:
    """Show one number with its name."""
    name = rx.el.dt(label, class_name="text-xs sm:text-sm text-muted truncate")
    shown = rx.el.dd(value, class_name="text-xl font-semibold tabular-nums", data_testid=testid)
    return rx.el.dl(name, shown, class_name="stat")


def progress(
    done: Number, total: Number, label: str, testid: str | None = None, said: Piece = None
) -> rx.Component:
    """Show how far a long job is, by real counts (or `said`), with words such as the time left."""
    words = (done, " of ", total) if said is None else (said,)
    counts = rx.el.span(*words, class_name="tabular-nums text-muted")
    head = rx.el.div(rx.el.span(label), counts, class_name="flex justify-between gap-3 text-sm")
    bar = rx.el.progress(value=done, max=total, class_name="meter", aria_label=label)
    return rx.el.div(head, bar, class_name="space-y-1.5", data_testid=testid)


def empty_state(text: Text, action: Piece = None, *, icon_name: str = "inbox") -> rx.Component:
    """Say why there is nothing here, with the one useful action."""
    mark, words = icon(icon_name, "size-8 opacity-60"), rx.el.p(text)
    return rx.el.div(mark, words, action, class_name="alone text-muted")


def skeleton(lines: int) -> rx.Component:
    """Hold the place of a list that is being loaded."""
    bars = [rx.el.div(class_name="skeleton") for _ in range(lines)]
    return rx.el.div(*bars, class_name="space-y-3 p-4", role="status", aria_label="Loading")


def banner(
    text: Piece, tone: Text, action: Piece = None, testid: str | None = None
) -> rx.Component:
    """Say something about the whole screen across its width."""
    mark = rx.el.span(class_name="tone-icon", aria_hidden="true")
    words, look = rx.el.div(text, class_name="grow min-w-0"), f"banner tone-{tone}"
    return rx.el.div(mark, words, action, class_name=look, role="status", data_testid=testid)


def small(*words: Piece, **props: Any) -> rx.Component:
    """Say something beside what matters; further properties go to the paragraph."""
    return rx.el.p(*words, class_name="text-sm text-muted [overflow-wrap:anywhere]", **props)


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
    body = rx.el.div(head, *children, class_name="overlay-body")
    marks: Any = {"id": dialog_id, "data_testid": dialog_id, "aria_labelledby": named}
    return rx.el.dialog(body, class_name=f"overlay {shape}", **marks)


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
