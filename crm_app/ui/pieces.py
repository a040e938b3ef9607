"""Small pieces: badge, chip, avatar, card, numbers, states of a list, banner, times."""

from typing import Any

import reflex as rx

from crm_app.ui.attrs import Click, Number, Piece, Text, attrs
from crm_app.ui.buttons import button
from crm_app.ui.icons import icon


def badge(text: Text, tone: Text = "plain", testid: str = "") -> rx.Component:
    """Say a state in a word with its colour and mark.

    The tone is one of fine, waiting, held, blocked, optedout, sandbox, plain.
    """
    return rx.el.span(
        rx.el.span(class_name="tone-icon", custom_attrs=attrs(aria_hidden="true")),
        text,
        class_name=f"badge tone-{tone}",
        custom_attrs=attrs(testid),
    )


def chip(text: Text, on_remove: Click | None = None, testid: str = "") -> rx.Component:
    """Show a filter or tag; with `on_remove` it can be taken away."""
    if on_remove is None:
        return rx.el.span(text, class_name="chip", custom_attrs=attrs(testid))
    return rx.el.button(
        text,
        icon("close", "size-3.5"),
        type="button",
        on_click=on_remove,
        class_name="chip min-h-11 lg:pointer-fine:min-h-7 cursor-pointer hover:bg-text/10",
        custom_attrs=attrs(testid, aria_label=f"Remove {text}"),
    )


def avatar(initials: Text, size: str = "size-9") -> rx.Component:
    """Show the initials of a person in a circle; the name stands beside it."""
    return rx.el.span(initials, class_name=f"avatar {size}", custom_attrs=attrs(aria_hidden="true"))


def card(*children: Piece, title: Text = "", action: Piece | None = None, testid: str = "") -> Any:
    """Group things that belong together on a surface, under an optional heading."""
    head: list[Any] = []
    if not isinstance(title, str) or title:
        words = rx.el.h2(title, class_name="text-base font-semibold")
        head.append(rx.el.div(words, *([action] if action is not None else []), class_name="bar"))
    return rx.el.section(*head, *children, class_name="card", custom_attrs=attrs(testid))


def stat(label: Text, value: Text | Number, delta: Text = "", testid: str = "") -> rx.Component:
    """Show one number with its name, and below it what changed."""
    live = not isinstance(delta, str) or delta
    below = [rx.el.dd(delta, class_name="text-sm text-muted")] if live else []
    return rx.el.dl(
        rx.el.dt(label, class_name="text-sm text-muted truncate"),
        rx.el.dd(
            value, class_name="text-xl font-semibold tabular-nums", custom_attrs=attrs(testid)
        ),
        *below,
        class_name="stat",
    )


def progress(done: Number, total: Number, label: Text = "", testid: str = "") -> rx.Component:
    """Show how far a long job is, by real counts, with words such as the time left."""
    name = label if isinstance(label, str) and label else "Progress"
    counts = rx.el.span(done, " of ", total, class_name="tabular-nums text-muted")
    return rx.el.div(
        rx.el.div(rx.el.span(label), counts, class_name="flex justify-between gap-3 text-sm"),
        rx.el.progress(
            value=done, max=total, class_name="meter", custom_attrs={"aria-label": name}
        ),
        class_name="space-y-1.5",
        custom_attrs=attrs(testid),
    )


def empty_state(
    text: Text, action: Piece | None = None, *, icon_name: str = "inbox", testid: str = ""
) -> rx.Component:
    """Say why there is nothing here, with the one useful action."""
    return rx.el.div(
        icon(icon_name, "size-8 opacity-60"),
        rx.el.p(text, class_name="max-w-80 text-balance"),
        *([action] if action is not None else []),
        class_name="flex flex-col items-center gap-4 px-6 py-14 text-center text-muted",
        custom_attrs=attrs(testid),
    )


def error_state(text: Text, on_retry: Click | None = None, testid: str = "") -> rx.Component:
    """Say what went wrong, with a way to try again."""
    again = button("Try again", kind="plain", on_click=on_retry)
    return rx.el.div(
        icon("alert", "size-8 text-blocked"),
        rx.el.p(text, class_name="max-w-80 text-balance"),
        *([again] if on_retry is not None else []),
        class_name="flex flex-col items-center gap-4 px-6 py-14 text-center",
        role="alert",
        custom_attrs=attrs(testid),
    )


def skeleton(lines: int = 3) -> rx.Component:
    """Hold the place of a list that is being loaded."""
    bars = [rx.el.div(class_name="skeleton") for _ in range(lines)]
    return rx.el.div(
        *bars, class_name="space-y-3 p-4", role="status", custom_attrs={"aria-label": "Loading"}
    )


def banner(
    text: Text | rx.Component, tone: Text = "waiting", action: Piece | None = None, testid: str = ""
) -> rx.Component:
    """Say something about the whole screen across its width."""
    return rx.el.div(
        rx.el.span(class_name="tone-icon", custom_attrs=attrs(aria_hidden="true")),
        rx.el.div(text, class_name="grow min-w-0"),
        *([action] if action is not None else []),
        class_name=f"banner tone-{tone}",
        role="status",
        custom_attrs=attrs(testid),
    )


def timeline_note(text: Text, meta: Text = "", icon_name: str = "info") -> rx.Component:
    """Show an event that is not a message between the bubbles of a thread."""
    return rx.el.div(
        icon(icon_name, "size-4 shrink-0"), text, rx.el.span(meta), class_name="timeline-note"
    )


def when(text: Text, exact: Text) -> rx.Component:
    """Show a short time; the exact one appears on hover."""
    return rx.el.time(text, title=exact, class_name="tabular-nums whitespace-nowrap")
