"""Fields: a label above, and a hint or an error below. Buttons and controls come from here too."""

from typing import Any, TypedDict

import reflex as rx
from typing_extensions import Unpack

from crm_app.ui.attrs import BOX, TARGET, Flag, Text, Typed, attrs, plain
from crm_app.ui.buttons import button, icon_button
from crm_app.ui.controls import checkbox, search_field, select, switch
from crm_app.ui.icons import icon

__all__ = [
    "button", "checkbox", "field", "icon_button", "search_field", "select", "switch", "text_area",
]  # fmt: skip


class Given(TypedDict, total=False):
    """What a field may be given: `value` with `on_change` is live, `default_value` is for forms."""

    name: str
    value: Text | None
    default_value: Text | None
    on_change: Typed | None
    on_blur: Typed | None
    hint: Text
    error: Text | None
    required: bool
    autocomplete: str
    testid: str
    placeholder: Text
    disabled: Flag | None
    inputmode: str
    maxlength: int
    hide_label: bool


OWN = ("hint", "error", "testid", "hide_label")
RENAMED = {"autocomplete": "auto_complete", "inputmode": "input_mode", "maxlength": "max_length"}


def _drawn(make: Any, label: Text, given: Given, props: dict[str, Any]) -> rx.Component:
    """Draw label, control and what stands below; a live control keeps up with fast typing."""
    hint, error, testid = given.get("hint", ""), given.get("error"), given.get("testid", "")
    key = given.get("name") or testid or plain(label, "field")
    named = attrs(testid, aria_describedby=f"{key}-hint {key}-error")
    below: list[Any] = []
    if isinstance(hint, rx.Var) or hint:
        below.append(rx.el.p(hint, id=f"{key}-hint", class_name="text-sm text-muted"))
    if error is not None:
        named["aria-invalid"] = error != ""
        words = [icon("alert", "size-4 mt-0.5 shrink-0"), rx.el.span(error)]
        look = "flex gap-1.5 text-sm text-blocked"
        note = rx.el.p(*words, id=f"{key}-error", class_name=look, role="alert")
        below.append(rx.cond(error != "", note))
    for name, value in given.items():
        if name not in OWN and value is not None:
            props[RENAMED.get(name, name)] = value
    props.setdefault("name", key)  # Reflex deprecates reading a form by the ids of its controls
    control: Any = make(id=key, custom_attrs=named, **props)
    if "value" in props and "on_change" in props:
        control = rx.debounce_input(control, debounce_timeout=200)
    shown = "sr-only" if given.get("hide_label") else "block text-sm font-semibold"
    title = rx.el.label(label, html_for=key, class_name=shown)
    return rx.el.div(title, control, *below, class_name="space-y-1.5 min-w-0")


def field(label: Text, *, type_: str = "text", **given: Unpack[Given]) -> rx.Component:
    """Draw a one-line field."""
    return _drawn(rx.el.input, label, given, {"type": type_, "class_name": BOX + TARGET + "px-3"})


def text_area(label: Text, *, rows: int = 3, **given: Unpack[Given]) -> rx.Component:
    """Draw a field of several lines that grows with its text (assets/app.js)."""
    look = BOX + "grows px-3 py-2.5 leading-snug resize-none"
    return _drawn(rx.el.textarea, label, given, {"rows": str(rows), "class_name": look})
