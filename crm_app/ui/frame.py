"""The frame of every page: sidebar on a desktop, top and bottom bar on a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from crm_app.ui.attrs import RING, Number, Piece, Text, icon, opens, script
from crm_app.ui.controls import button, link
from crm_app.ui.pieces import dialog

PLACES = (
    "today", "inbox", "contacts", "campaigns", "imports", "compliance", "admin", "settings",
)  # fmt: skip
ON_THE_BAR = ("inbox", "contacts", "campaigns", "today")  # of a phone; the others are under "More"
MORE = "more-sheet"
VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover"
Counts = Mapping[str, Number]


def way_back(href: Text) -> rx.Component:
    """Draw the phone's arrow to the page before."""
    return link(icon("back"), href=href, class_name="back", aria_label="Back")


def logo() -> rx.Component:
    """Draw the wordmark."""
    mark = rx.el.span(class_name="logo-mark", aria_hidden="true")
    return rx.el.span(mark, "Attack-a-Crack", class_name="flex items-center gap-2 font-semibold")


def _place(key: str, active: str, kind: str, counts: Counts, places: Any) -> rx.Component:
    """Draw one place of the navigation, with the count of what waits there, for those who may."""
    waits = None
    if key in counts:
        count = rx.Var.create(counts[key])
        waits = rx.cond(count != 0, rx.el.span(count, class_name="nav-count"))
    look = "bottom-place" if kind == "bar" else "side-place"
    marks = {"testid": f"{kind}-{key}", "aria_current": "page" if key == active else None}
    words = rx.el.span(key.capitalize())
    href = "/" if key == "today" else f"/{key}"
    place = link(icon(key), words, waits, href=href, class_name=look, **marks)
    seen: Any = rx.Var.create(places)
    return rx.cond(seen.contains(key), place)


def _more(name: str, words: str, look: str, testid: str) -> rx.Component:
    props: Any = {"type": "button", "data_testid": testid, "aria_haspopup": "dialog"}
    props |= {"class_name": RING + look + " cursor-pointer", "on_click": opens(MORE)}
    return rx.el.button(icon(name), rx.el.span(words), **props)


def _navigation(active: str, counts: Counts, places: Any, menu: Piece) -> tuple[rx.Component, ...]:
    side = [_place(key, active, "nav", counts, places) for key in PLACES]
    bar = [_place(key, active, "bar", counts, places) for key in ON_THE_BAR]
    others = [
        _place(key, active, "more", counts, places) for key in PLACES if key not in ON_THE_BAR
    ]
    home = rx.cond(places[0] == "today", "/", f"/{places[0]}")
    top = link(logo(), href=home, class_name="px-3 py-3 text-text")
    account = _more("person", "Account", "side-place mt-auto", "nav-account")
    more = _more("more", "More", "bottom-place", "bar-more")
    hidden = rx.el.nav(*others, class_name="grid gap-1 lg:hidden", aria_label="Places")
    theme = {"icon_name": "theme", "on_click": script("theme()"), "testid": "theme"}
    switch = button("Light or dark", kind="plain", **theme)
    return (
        rx.el.nav(top, *side, account, class_name="sidebar", aria_label="Places"),
        rx.el.nav(*bar, more, class_name="bottom-bar", aria_label="Places"),
        dialog("More", hidden, menu, switch, dialog_id=MORE, shape="sheet"),
    )


def screen(
    title: Text, *children: Piece, action: Piece = None, active: str = "inbox",
    banner: Piece = None, ribbon: Piece = None, menu: Piece = None, counts: Counts | None = None,
    places: Sequence[str] | rx.Var[tuple[str, ...]] = PLACES, back: Text | None = None,
    fill: bool = False, head_look: str = "",
) -> rx.Component:  # fmt: skip
    """Draw a page in its frame; `back` is where the phone's arrow leads, `counts` say who waits.

    `fill` gives the children the whole height without padding (panes that scroll by themselves);
    `head_look` is one class more for the title bar.
    """
    arrow = None if back is None else way_back(back)
    words = rx.el.h1(title, class_name="text-xl font-semibold truncate")
    buttons = rx.el.div(action, class_name="ml-auto flex gap-2")
    side, bar, more = _navigation(active, counts or {}, places, menu)
    column = rx.el.div(
        ribbon, banner, rx.el.header(arrow, words, buttons, class_name=f"page-head {head_look}"),
        rx.el.main(*children, class_name="fill-main" if fill else "page-main"),
        class_name="column fill" if fill else "column",
    )  # fmt: skip
    return rx.el.div(side, column, bar, more, class_name="frame")


def bare(*children: Piece) -> rx.Component:
    """Draw a page without navigation, a narrow column in the middle: signing in."""
    look = "mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 p-4"
    head = rx.el.div(logo(), class_name="flex justify-center text-lg")
    return rx.el.main(head, *children, class_name=look)


def _line_lost(_stateful: bool) -> rx.Component:
    """Say that the server does not answer; Reflex keeps trying by itself."""
    words = rx.el.div("No connection. Trying again.", class_name="toast tone-held", role="status")
    return rx.fragment(rx.cond(has_too_many_connection_errors, words))


def look() -> dict[str, Any]:
    """Return what `rx.App(**look())` needs: theme, script and icons, and no toast library."""
    return {
        "stylesheets": ["/theme.css"],
        "html_lang": "en",
        "toaster": None,
        "app_wraps": {(5, "Overlay"): _line_lost},
        "head_components": [
            rx.el.script(src="/app.js", defer=True),
            rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
            rx.el.link(rel="apple-touch-icon", href="/icon-180.png"),
            rx.el.link(rel="manifest", href="/manifest.webmanifest"),
            rx.el.meta(name="viewport", content=VIEWPORT),
            rx.el.meta(name="theme-color", content="#f5f4f1"),
        ],
    }
