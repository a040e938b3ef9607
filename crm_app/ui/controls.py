"""Buttons and choices: select, switch, checkbox, and the search field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from crm_app.ui.attrs import BOX, HIDDEN, RING, TARGET, Change, Click, Flag, Text, attrs, plain
from crm_app.ui.icons import icon
from crm_app.ui.links import link

Kind = Literal["primary", "plain", "danger", "quiet"]
BUTTON = (
    TARGET + RING + "inline-flex items-center justify-center gap-2 rounded-lg px-4 font-semibold "
    "whitespace-nowrap select-none transition-colors disabled:opacity-50 "
    "disabled:cursor-not-allowed cursor-pointer lg:px-3 "
)
LOOKS: dict[Kind, str] = {
    "primary": "bg-accent text-on-accent hover:bg-accent-strong shadow-xs",
    "plain": "bg-raised text-text border border-line hover:bg-line/40 shadow-xs",
    "danger": "bg-raised text-blocked border border-line hover:bg-blocked/10 shadow-xs",
    "quiet": "text-muted hover:text-text hover:bg-text/5",
}
ICON_BUTTON = (
    RING + "inline-grid size-11 place-items-center rounded-lg text-muted hover:bg-text/5 "
    "hover:text-text cursor-pointer lg:pointer-fine:size-9 shrink-0"
)


def button(
    label: Text, *, kind: Kind = "primary", icon_name: str = "", testid: str = "", **props: Any
) -> rx.Component:
    """Draw a button; with `href` a link that looks like one, `busy` at work, `wide` all across.

    Further properties (`on_click`, `disabled`, `type_`) go to the `<button>` itself.
    """
    look = BUTTON + LOOKS[kind] + (" w-full" if props.pop("wide", False) else "")
    mark = icon(icon_name, "size-4") if icon_name else None
    if "href" in props:
        return link(mark, label, class_name=look, testid=testid, **props)
    busy, type_ = props.pop("busy", None), props.pop("type_", "button")
    marks, spinner = attrs(testid, aria_busy=busy), None
    if busy is not None:
        props["disabled"] = busy
        spinner = rx.cond(busy, rx.el.span(class_name="spinner", custom_attrs=HIDDEN))
    return rx.el.button(
        spinner, mark, label, type=type_, class_name=look, custom_attrs=marks, **props
    )


def icon_button(name: str, label: str, *, on_click: Click, testid: str = "") -> rx.Component:
    """Draw a square button that shows only an icon; `label` is its accessible name."""
    props: dict[str, Any] = {"title": label, "custom_attrs": attrs(testid, aria_label=label)}
    return rx.el.button(
        icon(name), type="button", on_click=on_click, class_name=ICON_BUTTON, **props
    )


@dataclass(frozen=True)
class Option:
    """One choice of a select: the value kept, and the words shown."""

    value: str
    label: str


def _option(option: Option) -> rx.Component:
    return rx.el.option(option.label, value=option.value)


def select(
    label: Text,
    options: Sequence[tuple[str, str]] | Sequence[Option] | rx.Var[list[Option]],
    value: Text | None = None,
    on_change: Change | None = None,
    testid: str = "",
    *,
    hide_label: bool = False,
) -> rx.Component:
    """Draw the platform's own choice list; options are (value, words) pairs or live Options."""
    key = testid or plain(label, "select")
    if isinstance(options, rx.Var):
        choices: list[Any] = [rx.foreach(options, _option)]
    else:
        choices = [_option(Option(*o) if isinstance(o, tuple) else o) for o in options]
    box = BOX + TARGET + "chevron pl-3 pr-9 appearance-none cursor-pointer"
    props: Any = {"value": value, "on_change": on_change, "custom_attrs": attrs(testid)}
    control = rx.el.select(*choices, id=key, name=key, class_name=box, **props)
    look = "sr-only" if hide_label else "block text-sm font-semibold"
    title = rx.el.label(label, html_for=key, class_name=look)
    return rx.el.div(title, control, class_name="space-y-1.5 min-w-0")


def _tick(look: str, checked: Flag, on_change: Change | None, marks: Any) -> rx.Component:
    given = "default_checked" if on_change is None else "checked"
    props: Any = {given: checked, "on_change": on_change, "custom_attrs": marks}
    return rx.el.input(type="checkbox", class_name=f"{look} shrink-0", **props)


def switch(label: Text, checked: Flag, on_change: Change | None, testid: str) -> rx.Component:
    """Draw an on/off switch with its words on the left."""
    words = rx.el.span(label, class_name="py-2 leading-snug")
    look = TARGET + "justify-between flex items-center gap-3 cursor-pointer"
    box = _tick("switch", checked, on_change, attrs(testid, role="switch"))
    return rx.el.label(words, box, class_name=look)


def checkbox(label: Text, checked: Flag, on_change: Change | None, testid: str) -> rx.Component:
    """Draw a tick box with its words on the right."""
    words = rx.el.span(label, class_name="py-2 leading-snug")
    box = _tick("tick", checked, on_change, attrs(testid))
    return rx.el.label(box, words, class_name=TARGET + "flex items-center gap-3 cursor-pointer")


def search_field(
    value: Text, on_change: Change, placeholder: str, testid: str = "search"
) -> rx.Component:
    """Draw the search field of a list; `/` and Cmd-K lead into it."""
    marks = attrs(testid, aria_label=placeholder, data_search="true", autocomplete="off")
    look = BOX + TARGET + "pl-9 pr-3"
    props: Any = {"value": value, "on_change": on_change, "placeholder": placeholder}
    box = rx.el.input(type="search", class_name=look, custom_attrs=marks, **props)
    glass = icon("search", "size-4 absolute left-3 top-1/2 -translate-y-1/2 text-muted")
    live = rx.debounce_input(box, debounce_timeout=200)
    return rx.el.div(glass, live, class_name="relative grow min-w-0", role="search")
