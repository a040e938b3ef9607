"""Choices: select, switch, checkbox, and the search field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from crm_app.ui.attrs import BOX, TARGET, Flag, Text, Ticked, Typed, attrs, plain
from crm_app.ui.icons import icon


@dataclass(frozen=True)
class Option:
    """One choice of a select: the value kept, and the words shown."""

    value: str
    label: str


Options = Sequence[tuple[str, str]] | Sequence[Option] | rx.Var[list[Option]]


def _option(option: Option) -> rx.Component:
    """Draw one choice of a select."""
    return rx.el.option(option.label, value=option.value)


def select(
    label: Text,
    options: Options,
    value: Text | None = None,
    on_change: Typed | None = None,
    testid: str = "",
    *,
    hide_label: bool = False,
    **props: Any,
) -> rx.Component:
    """Draw the platform's own choice list; options are (value, words) pairs or live Options.

    Further properties (`name`, `default_value`, `disabled`) go to the `<select>` itself.
    """
    key = props.setdefault("name", testid or plain(label, "select"))
    if isinstance(options, rx.Var):
        choices: list[Any] = [rx.foreach(options, _option)]
    else:
        choices = [_option(Option(*o) if isinstance(o, tuple) else o) for o in options]
    for name, given in (("value", value), ("on_change", on_change)):
        if given is not None:
            props[name] = given
    box = BOX + TARGET + "chevron pl-3 pr-9 appearance-none cursor-pointer"
    control = rx.el.select(*choices, id=key, class_name=box, custom_attrs=attrs(testid), **props)
    look = "sr-only" if hide_label else "block text-sm font-semibold"
    title = rx.el.label(label, html_for=key, class_name=look)
    return rx.el.div(title, control, class_name="space-y-1.5 min-w-0")


def _tick(
    label: Text, look: str, checked: Flag, on_change: Ticked | None, testid: str, name: str
) -> rx.Component:
    """Draw a checkbox input and its words as one target."""
    props: dict[str, Any] = {"name": name} if name else {}
    if on_change is None:
        props["default_checked"] = checked
    else:
        props |= {"checked": checked, "on_change": on_change}
    role = {"role": "switch"} if look == "switch" else {}
    marks = attrs(testid, **role)
    box = rx.el.input(type="checkbox", class_name=f"{look} shrink-0", custom_attrs=marks, **props)
    words = rx.el.span(label, class_name="py-2 leading-snug")
    parts = [words, box] if look == "switch" else [box, words]
    between = "justify-between " if look == "switch" else ""
    return rx.el.label(
        *parts, class_name=TARGET + between + "flex items-center gap-3 cursor-pointer"
    )


def switch(
    label: Text,
    checked: Flag = False,
    on_change: Ticked | None = None,
    testid: str = "",
    name: str = "",
) -> rx.Component:
    """Draw an on/off switch with its words on the left."""
    return _tick(label, "switch", checked, on_change, testid, name)


def checkbox(
    label: Text,
    checked: Flag = False,
    on_change: Ticked | None = None,
    testid: str = "",
    name: str = "",
) -> rx.Component:
    """Draw a tick box with its words on the right."""
    return _tick(label, "tick", checked, on_change, testid, name)


def search_field(
    value: Text, on_change: Typed, placeholder: str = "Search", testid: str = "search"
) -> rx.Component:
    """Draw the search field of a list; `/` and Cmd-K lead into it."""
    box = rx.el.input(
        type="search",
        value=value,
        on_change=on_change,
        placeholder=placeholder,
        class_name=BOX + TARGET + "pl-9 pr-3",
        custom_attrs=attrs(testid, aria_label=placeholder, data_search="true", autocomplete="off"),
    )
    return rx.el.div(
        icon("search", "size-4 absolute left-3 top-1/2 -translate-y-1/2 text-muted"),
        rx.debounce_input(box, debounce_timeout=200),
        class_name="relative grow min-w-0",
        role="search",
    )
