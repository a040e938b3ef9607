"""Fields: a label above, and a hint or an error below. Buttons and controls come from here too."""

from typing import Any

import reflex as rx

from crm_app.ui.attrs import BOX, TARGET, Text, attrs, plain
from crm_app.ui.controls import button, checkbox, icon_button, search_field, select, switch
from crm_app.ui.icons import icon

__all__ = [
    "button", "checkbox", "field", "icon_button", "search_field", "select", "switch", "text_area",
]  # fmt: skip

RENAMED = {"autocomplete": "auto_complete", "inputmode": "input_mode"}


def field(label: Text, *, type_: str = "text", **given: Any) -> rx.Component:
    """Draw a one-line field; see text_area for what it may be given."""
    return _drawn(rx.el.input, label, {"type": type_, "class_name": BOX + TARGET + "px-3"}, given)


def text_area(label: Text, *, rows: int = 3, **given: Any) -> rx.Component:
    """Draw a field of several lines that grows with its text (assets/app.js).

    Given `hint`, `error` and `testid`; all else (`name`, `required`) goes to the control itself:
    `value` with `on_change` makes it live, `default_value` is for forms.
    """
    look = BOX + "grows px-3 py-2.5 leading-snug resize-none"
    return _drawn(rx.el.textarea, label, {"rows": str(rows), "class_name": look}, given)


def _drawn(make: Any, label: Text, props: dict[str, Any], given: dict[str, Any]) -> rx.Component:
    hint, error, testid = given.pop("hint", ""), given.pop("error", None), given.pop("testid", "")
    key = given.get("name") or testid or plain(label, "field")
    marks = attrs(testid, aria_describedby=f"{key}-hint {key}-error")
    below = rx.el.p(hint, id=f"{key}-hint", class_name="text-sm text-muted") if hint else None
    problem = None
    if error is not None:
        marks["aria-invalid"] = error != ""
        words = [icon("alert", "size-4 mt-0.5 shrink-0"), rx.el.span(error)]
        look = "flex gap-1.5 text-sm text-blocked"
        problem = rx.el.p(*words, id=f"{key}-error", class_name=look, role="alert")
        problem = rx.cond(error != "", problem)
    props |= {RENAMED.get(name, name): value for name, value in given.items()}
    props.setdefault("name", key)  # Reflex deprecates reading a form by the ids of its controls
    control: Any = make(id=key, custom_attrs=marks, **props)
    if "value" in given:  # keeps up with fast typing
        control = rx.debounce_input(control, debounce_timeout=200)
    title = rx.el.label(label, html_for=key, class_name="block text-sm font-semibold")
    return rx.el.div(title, control, below, problem, class_name="space-y-1.5 min-w-0")
