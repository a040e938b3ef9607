"""The frame of every page: sidebar on a desktop, top and bottom bar on a phone."""

from collections.abc import Mapping
from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from crm_app.ui.attrs import RING, Number, Piece, Text, opens, script
from crm_app.ui.buttons import button
from crm_app.ui.icons import icon
from crm_app.ui.links import link
from crm_app.ui.overlays import sheet

PLACES = (
    ("inbox", "Inbox", "/inbox"),
    ("contacts", "Contacts", "/contacts"),
    ("campaigns", "Campaigns", "/campaigns"),
    ("imports", "Imports", "/imports"),
    ("admin", "Admin", "/admin"),
    ("settings", "Settings", "/settings"),
)
MORE = "more-sheet"
VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover"
Counts = Mapping[str, Number]


def logo() -> rx.Component:
    """Draw the wordmark."""
    return rx.el.span(
        rx.el.span(class_name="logo-mark", custom_attrs={"aria-hidden": "true"}),
        "Attack-a-Crack",
        class_name="flex items-center gap-2 font-semibold",
    )


def _place(key: str, words: str, href: str, active: str, kind: str, counts: Counts) -> rx.Component:
    """Draw one place of the navigation, with the count of what waits there."""
    count = counts.get(key)
    drawn = rx.el.span(count, class_name="nav-count")
    more = [] if count is None else [rx.cond(rx.Var.create(count) != 0, drawn)]
    return link(
        icon(key),
        rx.el.span(words),
        *more,
        href=href,
        class_name="bottom-place" if kind == "bar" else "side-place",
        testid=f"{kind}-{key}",
        custom_attrs={"aria-current": "page"} if key == active else {},
    )


def _more(name: str, words: str, look: str, testid: str) -> rx.Component:
    """Draw a button that opens what has no place of its own."""
    marks = {"data-testid": testid, "aria-haspopup": "dialog"}
    drawn = (icon(name), rx.el.span(words))
    shape = RING + look + " cursor-pointer"
    return rx.el.button(
        *drawn, type="button", on_click=opens(MORE), class_name=shape, custom_attrs=marks
    )


def _navigation(active: str, counts: Counts, menu: Piece | None) -> tuple[rx.Component, ...]:
    """Draw the desktop's sidebar, the phone's bottom bar, and the menu that both open."""
    named = {"aria-label": "Places"}
    side = [_place(*place, active, "nav", counts) for place in PLACES]
    bar = [_place(*place, active, "bar", counts) for place in PLACES[:4]]
    others = [_place(*place, active, "more", counts) for place in PLACES[4:]]
    account = _more("person", "Account", "side-place mt-auto", "nav-account")
    theme = button(
        "Light or dark", kind="plain", on_click=script("theme()"), icon_name="theme", testid="theme"
    )
    return (
        rx.el.nav(
            link(logo(), href="/inbox", class_name="px-3 py-3 text-text"),
            *side,
            account,
            class_name="sidebar",
            custom_attrs=named,
        ),
        rx.el.nav(
            *bar,
            _more("more", "More", "bottom-place", "bar-more"),
            class_name="bottom-bar",
            custom_attrs=named,
        ),
        sheet(
            "More",
            rx.el.nav(*others, class_name="grid gap-1 lg:hidden", custom_attrs=named),
            *([menu] if menu is not None else []),
            theme,
            open_id=MORE,
        ),
    )


def screen(
    title: Text,
    *children: Piece,
    action: Piece | None = None,
    active: str = "inbox",
    banner: Piece | None = None,
    ribbon: Piece | None = None,
    menu: Piece | None = None,
    counts: Counts | None = None,
    back: Text | None = None,
    fill: bool = False,
    head_look: str = "",
) -> rx.Component:
    """Draw a page in its frame.

    `back` is where the phone's arrow leads; `fill` gives the children the whole height without
    padding (panes that scroll by themselves); `head_look` is one class more for the title bar.
    `counts` are the numbers beside the places.
    """
    arrow = [] if back is None else [
        link(icon("back"), href=back, class_name="back", custom_attrs={"aria-label": "Back"})
    ]  # fmt: skip
    head = rx.el.header(
        *arrow,
        rx.el.h1(title, class_name="text-xl font-semibold truncate"),
        rx.el.div(*([action] if action is not None else []), class_name="ml-auto flex gap-2"),
        class_name=f"page-head {head_look}",
    )
    side, bar, more = _navigation(active, counts or {}, menu)
    return rx.el.div(
        side,
        rx.el.div(
            *[part for part in (ribbon, banner) if part is not None],
            head,
            rx.el.main(*children, class_name="fill-main" if fill else "page-main"),
            class_name="column fill" if fill else "column",
        ),
        bar,
        more,
        class_name="frame",
    )


def bare(*children: Piece) -> rx.Component:
    """Draw a page without navigation, a narrow column in the middle: signing in."""
    return rx.el.main(
        rx.el.div(logo(), class_name="flex justify-center text-lg"),
        *children,
        class_name="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 p-4",
    )


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
