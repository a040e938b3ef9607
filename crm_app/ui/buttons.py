"""Buttons."""

from typing import Any, Literal

import reflex as rx

from crm_app.ui.attrs import RING, TARGET, Click, Flag, Text, attrs
from crm_app.ui.icons import icon
from crm_app.ui.links import link

Kind = Literal["primary", "plain", "danger", "quiet"]

BUTTON = (
    TARGET + RING + "inline-flex items-center justify-center gap-2 rounded-lg px-4 font-semibold "
    "whitespace-nowrap select-none transition-colors disabled:opacity-50 "
    "disabled:cursor-not-allowed cursor-pointer lg:px-3 "
)
LOOKS: dict[str, str] = {
    "primary": "bg-accent text-on-accent hover:bg-accent-strong shadow-xs",
    "plain": "bg-raised text-text border border-line hover:bg-line/40 shadow-xs",
    "danger": "bg-raised text-blocked border border-line hover:bg-blocked/10 shadow-xs",
    "quiet": "text-muted hover:text-text hover:bg-text/5",
}


def button(
    label: Text,
    *,
    kind: Kind = "primary",
    on_click: Click | None = None,
    busy: Flag = False,
    disabled: Flag | None = None,
    testid: str = "",
    type_: Literal["button", "submit", "reset"] = "button",
    href: Text | None = None,
    icon_name: str = "",
    wide: bool = False,
) -> rx.Component:
    """Draw a button, or a link that looks like one when `href` is given."""
    look = BUTTON + LOOKS[kind] + (" w-full" if wide else "")
    marks: list[Any] = [icon(icon_name, "size-4")] if icon_name else []
    if href is not None:
        return link(*marks, label, href=href, class_name=look, testid=testid)
    off: Any = busy if disabled is None else disabled
    if busy is not False:
        spinner = rx.el.span(class_name="spinner", custom_attrs=attrs(aria_hidden="true"))
        marks.insert(0, rx.cond(busy, spinner))
        off = busy if disabled is None else rx.cond(busy, True, disabled)
    more: dict[str, Any] = {} if on_click is None else {"on_click": on_click}
    named = attrs(testid) if busy is False else attrs(testid, aria_busy=busy)
    return rx.el.button(
        *marks, label, type=type_, disabled=off, class_name=look, custom_attrs=named, **more
    )


def icon_button(
    name: str, label: str, *, on_click: Click | None = None, testid: str = "", **props: Any
) -> rx.Component:
    """Draw a square button that shows only an icon; `label` is its accessible name."""
    if on_click is not None:
        props["on_click"] = on_click
    return rx.el.button(
        icon(name),
        type="button",
        title=label,
        class_name=RING + "inline-grid size-11 place-items-center rounded-lg text-muted "
        "hover:bg-text/5 hover:text-text cursor-pointer lg:pointer-fine:size-9 shrink-0",
        custom_attrs=attrs(testid, aria_label=label),
        **props,
    )
