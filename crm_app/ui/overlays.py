"""What floats over a screen: sheets and dialogs, as the browser's own `<dialog>`."""

import reflex as rx

from crm_app.ui.attrs import Click, Piece, Text, attrs, closes, opens
from crm_app.ui.controls import Kind, button, icon_button

__all__ = ["closes", "confirm", "dialog", "opens", "sheet"]


def _overlay(look: str, title: Text, overlay_id: str, children: tuple[Piece, ...]) -> rx.Component:
    """Draw a native dialog with a heading and a way out; a click beside it closes it too."""
    named = f"{overlay_id}-title"
    words = rx.el.h2(title, class_name="text-lg font-semibold", id=named)
    away = icon_button("close", "Close", on_click=closes(overlay_id))
    head = rx.el.div(words, away, class_name="bar")
    marks = attrs(overlay_id, aria_labelledby=named)
    body = rx.el.div(head, *children, class_name="overlay-body")
    return rx.el.dialog(body, id=overlay_id, class_name=f"overlay {look}", custom_attrs=marks)


def sheet(title: Text, *children: Piece, open_id: str) -> rx.Component:
    """Hold details: from below on a phone, from the right on a desktop. Open by `opens(id)`."""
    return _overlay("sheet", title, open_id, children)


def dialog(title: Text, *children: Piece, dialog_id: str) -> rx.Component:
    """Hold a question or a short form in the middle. Open by `opens(id)`."""
    return _overlay("dialog", title, dialog_id, children)


def confirm(
    title: Text,
    text: Piece,
    *,
    yes: Text,
    on_yes: Click,
    dialog_id: str,
    kind: Kind = "primary",
    testid: str = "",
) -> rx.Component:
    """Ask before something that is hard to take back; `yes` names the deed, as in "Start"."""
    away, deeds = closes(dialog_id), on_yes if isinstance(on_yes, list) else [on_yes]
    buttons = rx.el.div(
        button("Keep as it is", kind="plain", on_click=away),
        button(yes, kind=kind, on_click=[away, *deeds], testid=testid or f"{dialog_id}-yes"),
        class_name="flex flex-wrap justify-end gap-2",
    )
    return dialog(title, rx.el.div(text), buttons, dialog_id=dialog_id)
