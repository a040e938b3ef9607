"""What a person clicks and fills in: links, buttons, choices, and fields with their labels."""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router import link as router_link

from crm_app.ui.attrs import BOX, RING, TARGET, Change, Click, Flag, Text, icon

Kind = Literal["primary", "plain", "danger", "quiet"]
LINK = "text-accent-text underline-offset-2 hover:underline"


def link(
    *children: Any, href: Text, class_name: str = LINK, testid: str | None = None, **props: Any
) -> rx.Component:
    """Draw a link to one of our own pages, which does not load anew."""
    props |= {"class_name": RING + class_name, "data_testid": testid}
    return router_link(*children, to=href, **props)


def outside(
    *children: Any, href: Text, class_name: str = LINK, testid: str | None = None
) -> rx.Component:
    """Draw a link that the router leaves to the browser: downloads, HTTP routes, `tel:`."""
    props: Any = {"to": href, "class_name": RING + class_name, "data_testid": testid}
    return router_link(*children, reload_document=True, **props)


def button(
    label: Text, *, kind: Kind = "primary", icon_name: str = "", **props: Any
) -> rx.Component:
    """Draw a button; with `href` a link that looks like one, `wide` all across.

    Further properties (`on_click`, `disabled`, `type_`) go to the `<button>` itself.
    """
    wide = " w-full" if props.pop("wide", False) else ""
    look = f"{RING}button button-{kind}{wide}"
    mark = icon(icon_name, "size-4") if icon_name else None
    if "href" in props:
        return link(mark, label, class_name=look, **props)
    props |= {"type": props.pop("type_", "button"), "data_testid": props.pop("testid", None)}
    return rx.el.button(mark, label, class_name=look, **props)


def icon_button(
    name: str, label: str, *, on_click: Click, testid: str | None = None
) -> rx.Component:
    """Draw a square button that shows only an icon; `label` is its accessible name."""
    props: Any = {"title": label, "aria_label": label, "data_testid": testid}
    look = RING + "icon-button"
    return rx.el.button(icon(name), type="button", on_click=on_click, class_name=look, **props)


def select(
    label: Text, options: Sequence[tuple[str, str]], value: Text | None = None,
    on_change: Change | None = None, testid: str = "", **more: Any,
) -> rx.Component:  # fmt: skip
    """Draw the platform's own choice list; options are (value kept, words shown).

    For a form it has no `value`, but `default_value` and, unless the testid does, a `name`.
    """
    choices = rx.foreach(options, lambda one: rx.el.option(one[1], value=one[0]))
    box = BOX + TARGET + "chevron pl-3 pr-9 appearance-none cursor-pointer"
    props: Any = {"id": testid, "name": testid, "class_name": box, "data_testid": testid} | more
    live: Any = {} if value is None else {"value": value, "on_change": on_change}
    control = rx.el.select(choices, **live, **props)
    title = rx.el.label(label, html_for=testid, class_name="block text-sm font-semibold")
    return rx.el.div(title, control, class_name="space-y-1.5 min-w-0")


def choice(label: Text, options: Sequence[tuple[str, str]], **given: Any) -> rx.Component:
    """Draw a choice list for a form; see text_area for what it is given."""

    def make(**props: Any) -> rx.Component:
        return rx.el.select(*(rx.el.option(words, value=key) for key, words in options), **props)

    box = BOX + TARGET + "chevron pl-3 pr-9 appearance-none cursor-pointer"
    return _drawn(make, label, {"class_name": box}, given)


def checkbox(label: Text, checked: Flag, on_change: Change, testid: str) -> rx.Component:
    """Draw a tick box with its words on the right."""
    words = rx.el.span(label, class_name="py-2 leading-snug")
    props: Any = {"checked": checked, "on_change": on_change, "data_testid": testid}
    box = rx.el.input(type="checkbox", class_name="tick shrink-0", **props)
    return rx.el.label(box, words, class_name=TARGET + "flex items-center gap-3 cursor-pointer")


def search_field(value: Text, on_change: Change, words: str, testid: str) -> rx.Component:
    """Draw the search field of a list; `/` and Cmd-K lead into it."""
    marks = {"data_testid": testid, "data_search": "true", "aria_label": words}
    props: Any = {"value": value, "on_change": on_change, "placeholder": words, **marks}
    look = BOX + TARGET + "pl-9 pr-3"
    box = rx.el.input(type="search", auto_complete="off", class_name=look, **props)
    glass = icon("search", "size-4 absolute left-3 top-1/2 -translate-y-1/2 text-muted")
    live = rx.debounce_input(box, debounce_timeout=200)
    return rx.el.div(glass, live, class_name="relative grow min-w-0", role="search")


def field(label: Text, *, type_: str = "text", **given: Any) -> rx.Component:
    """Draw a one-line field; see text_area for what it is given."""
    return _drawn(rx.el.input, label, {"type": type_, "class_name": BOX + TARGET + "px-3"}, given)


def text_area(label: Text, *, rows: int = 3, **given: Any) -> rx.Component:
    """Draw a field of several lines that grows with its text (assets/app.js).

    Given `name` or `testid`, and maybe a `hint`; all else (`required`) goes to the control itself:
    `value` with `on_change` makes it live, `default_value` is for forms.
    """
    look = BOX + "grows px-3 py-2.5 leading-snug resize-none"
    return _drawn(rx.el.textarea, label, {"rows": str(rows), "class_name": look}, given)


def form(*fields: Any, verb: Text, testid: str, **props: Any) -> rx.Component:
    """Draw fields with the one wide button that sends them; `verb` names the deed.

    Further properties (`on_submit`, `key`) go to the `<form>` itself.
    """
    done = button(verb, type_="submit", testid=testid, wide=True)
    return rx.el.form(*fields, done, class_name="space-y-4", **props)


def upload(
    *words: Any, to: Text, name: str, look: str = "flex-wrap", accept: str = ".csv,.txt,text/csv"
) -> rx.Component:
    """Draw a file's field; choosing or dropping one sends it to the route `to` (assets/app.js)."""
    mark, wrong = f"{name}-file", f"{name}-error"
    zone: Any = {"data_drop": to, "class_name": f"flex {look} items-center gap-3 cursor-pointer"}
    props: Any = {"id": mark, "data_testid": mark, "accept": accept}
    box = rx.el.input(type="file", class_name="w-full max-w-64 text-sm", **props)
    alert: Any = {"role": "alert", "data_testid": wrong, "data_upload_error": "true"}
    return rx.fragment(
        rx.el.label(*words, box, **zone),
        rx.el.p(data_upload_progress="", role="status"),
        rx.el.p(class_name="text-blocked", **alert),
    )


def _drawn(make: Any, label: Text, props: dict[str, Any], given: dict[str, Any]) -> rx.Component:
    hint, testid = given.pop("hint", ""), given.pop("testid", None)
    key = given.get("name") or testid
    props |= {"data_testid": testid, "aria_describedby": f"{key}-hint" if hint else None}
    below = rx.el.p(hint, id=f"{key}-hint", class_name="text-sm text-muted") if hint else None
    props |= given
    props.setdefault("name", key)  # Reflex deprecates reading a form by the ids of its controls
    control: Any = make(id=key, **props)
    if "value" in given:  # keeps up with fast typing
        control = rx.debounce_input(control, debounce_timeout=200)
    title = rx.el.label(label, html_for=key, class_name="block text-sm font-semibold")
    return rx.el.div(title, control, below, class_name="space-y-1.5 min-w-0")
