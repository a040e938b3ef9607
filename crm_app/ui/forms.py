"""Fields: a label above, and a hint or an error below. Buttons and controls come from here too."""

from typing import Any

import reflex as rx

from crm_app.ui.attrs import RING, TARGET, Flag, Text, Typed, attrs, plain
from crm_app.ui.buttons import button, icon_button
from crm_app.ui.controls import checkbox, search_field, select, switch
from crm_app.ui.icons import icon

__all__ = [
    "button", "checkbox", "field", "icon_button", "search_field", "select", "switch", "text_area",
]  # fmt: skip

BOX = (
    RING + "w-full rounded-lg border border-line bg-raised px-3 text-text placeholder:text-muted "
    "aria-invalid:border-blocked disabled:opacity-60 transition-colors "
)


def _around(
    label: Text, control: rx.Component, key: str, hint: Text, error: Text | None
) -> rx.Component:
    """Put the label above a control, and the hint or the error below it."""
    below: list[Any] = []
    if not isinstance(hint, str) or hint:
        below.append(rx.el.p(hint, id=f"{key}-hint", class_name="text-sm text-muted"))
    if error is not None:
        note = rx.el.p(
            icon("alert", "size-4 mt-0.5 shrink-0"),
            rx.el.span(error),
            id=f"{key}-error",
            class_name="flex gap-1.5 text-sm text-blocked",
            role="alert",
        )
        below.append(rx.cond(error != "", note))
    title = rx.el.label(label, html_for=key, class_name="block text-sm font-semibold")
    return rx.el.div(title, control, *below, class_name="space-y-1.5")


def _control(
    make: Any, key: str, error: Text | None, testid: str, given: dict[str, Any]
) -> rx.Component:
    """Make a control; one that both shows and changes a value keeps up with fast typing."""
    named = attrs(testid, aria_describedby=f"{key}-hint {key}-error")
    if error is not None:
        named["aria-invalid"] = error != ""
    props = {
        name: value
        for name, value in given.items()
        if isinstance(value, rx.Var) or value not in (None, "", False) or name == "value"
    }
    if props.get("value", "") is None:
        del props["value"]
    control: rx.Component = make(id=key, custom_attrs=named, **props)
    live = "value" in props and "on_change" in props
    return rx.debounce_input(control, debounce_timeout=200) if live else control


def field(
    label: Text,
    *,
    name: str = "",
    value: Text | None = None,
    on_change: Typed | None = None,
    on_blur: Typed | None = None,
    type_: str = "text",
    hint: Text = "",
    error: Text | None = None,
    required: bool = False,
    autocomplete: str = "",
    testid: str = "",
    placeholder: Text = "",
    default_value: Text | None = None,
    disabled: Flag | None = None,
    inputmode: str = "",
) -> rx.Component:
    """Draw a one-line field; `value` with `on_change` is live, `default_value` is for forms."""
    key = name or testid or plain(label, "field")
    given = {
        "name": name, "type": type_, "required": required, "auto_complete": autocomplete,
        "placeholder": placeholder, "disabled": disabled, "input_mode": inputmode,
        "value": value, "default_value": default_value, "on_change": on_change,
        "on_blur": on_blur, "class_name": BOX + TARGET,
    }  # fmt: skip
    return _around(label, _control(rx.el.input, key, error, testid, given), key, hint, error)


def text_area(
    label: Text,
    *,
    name: str = "",
    value: Text | None = None,
    on_change: Typed | None = None,
    on_blur: Typed | None = None,
    hint: Text = "",
    error: Text | None = None,
    required: bool = False,
    testid: str = "",
    placeholder: Text = "",
    default_value: Text | None = None,
    disabled: Flag | None = None,
    rows: int = 3,
) -> rx.Component:
    """Draw a field of several lines that grows with its text (assets/app.js)."""
    key = name or testid or plain(label, "text")
    given = {
        "name": name, "required": required, "placeholder": placeholder, "disabled": disabled,
        "rows": str(rows), "value": value, "default_value": default_value,
        "on_change": on_change, "on_blur": on_blur,
        "class_name": BOX + "grows py-2.5 leading-snug resize-none",
    }  # fmt: skip
    return _around(label, _control(rx.el.textarea, key, error, testid, given), key, hint, error)
